from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from federation.directory.document import KeyEntry, OfficerEntry
from federation.directory.view import DirectoryView
from federation.wire.errors import UnknownCourt, UnknownKey
from federation.wire.signing import generate_signing, public_text
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, SHEXIAN, Zone

DAY = date(2025, 7, 14)


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


@pytest.fixture(scope="module")
def view(zone: Zone) -> DirectoryView:
    return zone.view(3)


def test_members_are_found_by_code(view: DirectoryView) -> None:
    assert view.version == 3
    assert [court.code for court in view.courts()] == [KAIHUA, CHANGSHAN, SHEXIAN]
    assert view.court(SHEXIAN).division == "341021"
    with pytest.raises(UnknownCourt):
        view.court("浙0999")


def test_keys_are_found_by_court_and_id(zone: Zone, view: DirectoryView) -> None:
    own = zone.keys[KAIHUA]

    assert public_text(view.signing_key(KAIHUA, own.signing.id)) == public_text(own.signing.public)
    assert public_text(view.signing_key("gateway", zone.gateway.id)) == public_text(zone.gateway.public)
    assert view.box_key(KAIHUA)[0] == own.box.id
    assert public_text(view.box_key(KAIHUA)[1]) == public_text(own.box.public)


def test_a_key_of_another_court_or_use_is_unknown(zone: Zone, view: DirectoryView) -> None:
    for court, key_id in (
        (KAIHUA, zone.keys[SHEXIAN].signing.id),
        (KAIHUA, zone.keys[KAIHUA].box.id),
        (KAIHUA, "s-none"),
        ("gateway", zone.keys[KAIHUA].signing.id),
    ):
        with pytest.raises(UnknownKey):
            view.signing_key(court, key_id)
    for court in ("浙0999", ""):
        with pytest.raises(UnknownCourt):
            view.signing_key(court, zone.keys[KAIHUA].signing.id)


def test_nobody_encrypts_to_the_gateway(view: DirectoryView) -> None:
    with pytest.raises(UnknownKey):
        view.box_key("gateway")
    with pytest.raises(UnknownCourt):
        view.box_key("浙0999")


def with_old_key(zone: Zone, state: str) -> tuple[DirectoryView, KeyEntry]:
    old = KeyEntry(
        id="s-old",
        use="sign",
        public=public_text(generate_signing().public),
        state=state,  # type: ignore[arg-type]  # a test's parameter
        retired_at=ISSUED - timedelta(days=1),
    )
    court = zone.court(KAIHUA, keys=[*zone.court(KAIHUA).keys, old])
    return zone.view(courts=[court], agreements=[]), old


def test_a_retired_key_still_verifies(zone: Zone) -> None:
    view, old = with_old_key(zone, "RETIRED")

    assert public_text(view.signing_key(KAIHUA, old.id)) == old.public


def test_a_revoked_key_verifies_nothing(zone: Zone) -> None:
    view, old = with_old_key(zone, "REVOKED")

    with pytest.raises(UnknownKey):
        view.signing_key(KAIHUA, old.id)


def test_boxes_are_encrypted_to_the_active_key(zone: Zone) -> None:
    keys = zone.court(KAIHUA).keys
    old = msgspec.structs.replace(zone.court(SHEXIAN).keys[1], state="RETIRED", retired_at=ISSUED)

    view = zone.view(courts=[zone.court(KAIHUA, keys=[old, *keys])], agreements=[])

    assert view.box_key(KAIHUA)[0] == keys[1].id


@pytest.mark.parametrize("state", ["SUSPENDED", "WITHDRAWING", "WITHDRAWN"])
def test_only_active_members_are_active(zone: Zone, state: str) -> None:
    view = zone.view(courts=[zone.court(KAIHUA, state=state), zone.court(SHEXIAN)], agreements=[])

    assert [view.is_active(code) for code in (KAIHUA, SHEXIAN, "浙0999", "gateway")] == [False, True, False, True]


def test_officers_are_found_at_their_own_court(view: DirectoryView) -> None:
    found = view.officer(KAIHUA, "o-330824-01")

    assert found is not None
    assert found.roles == ["HANDLER"]
    assert view.officer(SHEXIAN, "o-330824-01") is None
    assert view.officer("浙0999", "o-330824-01") is None
    assert view.officer("gateway", "g-admin-01") is not None
    assert view.officer(KAIHUA, "g-admin-01") is None


def test_no_agreement_means_none(view: DirectoryView) -> None:
    assert view.agreement(KAIHUA, SHEXIAN, DAY) is not None
    assert view.agreement(SHEXIAN, KAIHUA, DAY) is None


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2025, 12, 31), True),
        (date(2026, 1, 1), False),
    ],
)
def test_an_agreement_holds_on_its_days(view: DirectoryView, on: date, holds: bool) -> None:
    assert (view.agreement(KAIHUA, SHEXIAN, on) is not None) == holds


def test_the_pairs_own_agreement_narrows_the_zones(zone: Zone) -> None:
    """What only one of the two allows is not allowed while both are in force."""
    wide = zone.agreement(None, None, sections=["CASES", "MEASURES"], matters=["SEIZE_VEHICLE"], looks_per_hour=50)
    own = zone.agreement(KAIHUA, SHEXIAN, sections=["MEASURES", "PAYMENTS"], looks_per_hour=500, valid_until=DAY)
    view = zone.view(agreements=[wide, own])

    both = view.agreement(KAIHUA, SHEXIAN, DAY)
    afterwards = view.agreement(KAIHUA, SHEXIAN, DAY + timedelta(days=1))

    assert both is not None
    assert (both.sections, both.matters, both.looks_per_hour) == (["MEASURES"], ["SEIZE_VEHICLE"], 50)
    assert (both.valid_from, both.valid_until) == (wide.valid_from, DAY)
    assert afterwards == view.agreement(SHEXIAN, CHANGSHAN, DAY) == wide


def test_a_pairs_own_agreement_holds_without_one_of_the_zone(zone: Zone) -> None:
    own = zone.agreement(KAIHUA, SHEXIAN, looks_per_hour=5)
    view = zone.view(agreements=[own])

    assert view.agreement(KAIHUA, SHEXIAN, DAY) == own
    assert view.agreement(KAIHUA, CHANGSHAN, DAY) is None
    assert view.agreements() == (own,)


def test_a_court_without_a_node_is_asked_nothing(zone: Zone) -> None:
    """A superior court has people, whom the gateway trusts; it is none of the courts."""
    above = zone.court(CHANGSHAN, state="SUPERVISING", url=None, keys=[])
    view = zone.view(courts=[zone.court(KAIHUA), above, zone.court(SHEXIAN)], agreements=[])

    assert [court.code for court in view.courts()] == [KAIHUA, SHEXIAN]
    assert [court.code for court in view.supervisors()] == [CHANGSHAN]
    assert not view.is_active(CHANGSHAN)
    assert view.officer(CHANGSHAN, "o-330822-01") is not None
    for look in (view.court, view.node_url):
        with pytest.raises(UnknownCourt):
            look(CHANGSHAN)
    with pytest.raises(UnknownKey):
        view.box_key(CHANGSHAN)


@pytest.mark.parametrize(("day", "serves"), [(13, False), (14, True), (15, True), (16, False)])
def test_an_officer_serves_on_the_days_listed(zone: Zone, day: int, serves: bool) -> None:
    """By the civil day in China, which begins at 16:00 UTC."""
    officer = OfficerEntry(
        id="o-330824-09", roles=["HANDLER"], valid_from=date(2025, 7, 14), valid_until=date(2025, 7, 15)
    )
    courts = [zone.court(KAIHUA, officers=[officer], liaison=[])]

    view = zone.view(courts=courts, agreements=[], at=datetime(2025, 7, day, 15, 59, tzinfo=UTC))

    assert (view.officer(KAIHUA, "o-330824-09") is not None) == serves


def test_nodes_are_reached_without_a_doubled_slash(zone: Zone) -> None:
    view = zone.view(courts=[zone.court(KAIHUA, url="http://127.0.0.1:8401/base/")], agreements=[])

    assert view.node_url(KAIHUA) == "http://127.0.0.1:8401/base"
