"""What follows what: each rule of the client's order, by a bundle that breaks this one alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from federation.directory import bundle
from federation.directory.advance import advance
from federation.directory.document import KeyEntry
from federation.directory.documents import SuspensionEntry, VoterEntry
from federation.directory.held import Held
from federation.directory.publish import public_entry
from federation.directory.signed import Signed
from federation.wire.errors import (
    BadSignature,
    DirectoryForked,
    DirectoryRolledBack,
    MalformedDirectory,
    ThresholdNotReached,
    WireError,
)
from federation.wire.signing import SigningKey, generate_signing, public_text
from tests.federation.directory.crafted import changed, crafted, document, fresh, witnesses
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, SHEXIAN, Zone

COURTS = (KAIHUA, CHANGSHAN, SHEXIAN)


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


@pytest.fixture(scope="module")
def first(zone: Zone) -> bytes:
    """Version 5 of the directory, with an agreement of the zone and one of a pair."""
    return zone.signed(5, agreements=[zone.agreement(None, None), zone.agreement(KAIHUA, SHEXIAN)])


@pytest.fixture
def held(zone: Zone, first: bytes) -> Held:
    return advance(None, bundle.parse(first), zone.root)


def governance(zone: Zone, *courts: str) -> list[tuple[str, SigningKey]]:
    return zone.signers.voters(courts)


def refused(zone: Zone, held: Held | None, raw: bytes) -> WireError:
    with pytest.raises(WireError) as error:
        advance(held, bundle.parse(raw), zone.root)
    return error.value


def test_trust_starts_from_the_pinned_root(zone: Zone, first: bytes, held: Held) -> None:
    """Of another zone's directory nothing is believed; of ours, whichever version of the root was pinned."""
    other = Zone()

    assert held.version == 5
    assert isinstance(refused(other, None, first), BadSignature)
    assert isinstance(refused(zone, held, other.signed(6)), BadSignature)


def test_the_same_again_is_the_same(zone: Zone, first: bytes, held: Held) -> None:
    again = advance(held, bundle.parse(first), zone.root)

    assert again.documents is held.documents
    assert again.version == 5


def test_a_bundle_may_bring_only_what_changed(zone: Zone, first: bytes, held: Held) -> None:
    """Its listing is what was held with what is brought; who holds something else finds another digest."""
    new = changed(first, f"court/{SHEXIAN}", governance(zone, SHEXIAN), officers=[], liaison=[])
    brought = crafted(zone, first, 6, new, whole=False)

    after = advance(held, bundle.parse(brought), zone.root)

    assert after.documents[f"court/{SHEXIAN}"].document.officers == []
    assert after.documents[f"court/{KAIHUA}"] is held.documents[f"court/{KAIHUA}"]
    assert after.listing == bundle.parse(crafted(zone, first, 6, new)).listing
    assert isinstance(refused(zone, None, brought), BadSignature | MalformedDirectory)


@pytest.mark.parametrize(
    ("name", "by", "error"),
    [
        ("members", (KAIHUA, CHANGSHAN), ThresholdNotReached),
        ("members", (), ThresholdNotReached),
        (f"court/{SHEXIAN}", (KAIHUA, CHANGSHAN), BadSignature),
        ("gateway", COURTS, BadSignature),
        (f"agreement/{KAIHUA}-{SHEXIAN}", (KAIHUA,), ThresholdNotReached),
        (f"agreement/{KAIHUA}-{SHEXIAN}", (KAIHUA, CHANGSHAN), ThresholdNotReached),
        ("agreement/zone", (KAIHUA, SHEXIAN), ThresholdNotReached),
    ],
)
def test_who_decides_must_have_signed(
    zone: Zone, first: bytes, held: Held, name: str, by: tuple[str, ...], error: type[WireError]
) -> None:
    """The document in its next version, signed by too few or by others; nothing else is wrong."""
    new = changed(first, name, governance(zone, *by))

    assert type(refused(zone, held, crafted(zone, first, 6, new))) is error


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("members", COURTS),
        (f"court/{SHEXIAN}", (SHEXIAN,)),
        (f"agreement/{KAIHUA}-{SHEXIAN}", (KAIHUA, SHEXIAN)),
        ("agreement/zone", COURTS),
    ],
)
def test_who_decides_may_change_it(zone: Zone, first: bytes, held: Held, name: str, by: tuple[str, ...]) -> None:
    new = changed(first, name, governance(zone, *by))

    after = advance(held, bundle.parse(crafted(zone, first, 6, new)), zone.root)

    assert after.documents[name].document.version == 2


@pytest.mark.parametrize("names", [("gateway",), ("gateway", KAIHUA), (KAIHUA, CHANGSHAN), ("gateway", "gateway")])
def test_fresh_needs_the_gateway_and_two_witnesses(
    zone: Zone, first: bytes, held: Held, names: tuple[str, ...]
) -> None:
    keys = {"gateway": zone.gateway} | {code: zone.keys[code].signing for code in COURTS}

    error = refused(zone, held, crafted(zone, first, 6, by=[(name, keys[name]) for name in names]))

    assert isinstance(error, ThresholdNotReached if "gateway" in names else BadSignature)


def test_a_suspended_court_is_no_witness(zone: Zone, first: bytes) -> None:
    """It has no vote, and 2 of the remaining two must agree; one of them must have seen it."""
    suspended = Zone(zone.gateway, zone.keys, zone.governance)
    courts = [suspended.court(code, state="SUSPENDED" if code == SHEXIAN else "ACTIVE") for code in COURTS]
    raw = suspended.signed(6, courts=courts)
    by = [("gateway", zone.gateway), (SHEXIAN, zone.keys[SHEXIAN].signing)]

    assert advance(None, bundle.parse(raw), suspended.root).root.threshold == 2
    assert isinstance(refused(suspended, None, crafted(suspended, raw, 6, by=by)), ThresholdNotReached)


def test_versions_of_a_document_do_not_go_down(zone: Zone, first: bytes, held: Held) -> None:
    """Even when the version of the whole grows (mix-and-match)."""
    name = f"court/{SHEXIAN}"
    newer = crafted(zone, first, 6, changed(first, name, governance(zone, SHEXIAN)))
    ahead = advance(held, bundle.parse(newer), zone.root)

    error = refused(zone, ahead, crafted(zone, first, 7))

    assert isinstance(error, DirectoryRolledBack)
    assert (error.offered, error.highest) == (1, 2)


def test_a_version_of_a_document_means_one_content(zone: Zone, first: bytes, held: Held) -> None:
    new = changed(first, f"court/{SHEXIAN}", governance(zone, SHEXIAN), version=1, officers=[], liaison=[])

    assert isinstance(refused(zone, held, crafted(zone, first, 6, new)), DirectoryForked)


def test_more_signatures_are_no_other_content(zone: Zone, first: bytes, held: Held) -> None:
    """A court that joins an agreement signs what was signed before."""
    new = changed(first, "agreement/zone", [*governance(zone, *COURTS), ("浙0999", generate_signing())], version=1)

    after = advance(held, bundle.parse(crafted(zone, first, 6, new)), zone.root)

    assert len(after.documents["agreement/zone"].signatures) == 4


def test_a_name_does_not_vanish(zone: Zone, first: bytes, held: Held) -> None:
    for name in (f"agreement/{KAIHUA}-{SHEXIAN}", f"court/{SHEXIAN}"):
        error = refused(zone, held, crafted(zone, first, 6, without=[name]))
        assert isinstance(error, MalformedDirectory)
        assert error.part == "names"


def test_a_listed_document_must_be_there(zone: Zone, first: bytes, held: Held) -> None:
    """Listed but not brought, and brought under another version than listed."""
    new = changed(first, f"court/{SHEXIAN}", governance(zone, SHEXIAN))
    offered = bundle.parse(crafted(zone, first, 6, new))
    lacking = bundle.write(offered.listing, offered.fresh.raw, [])

    error = refused(zone, held, lacking)

    assert isinstance(error, MalformedDirectory)
    assert error.part == "documents"


def test_the_listing_is_the_one_that_fresh_names(zone: Zone, first: bytes, held: Held) -> None:
    newer, newest = bundle.parse(crafted(zone, first, 6)), crafted(zone, first, 7, *_next_court(zone, first))
    mixed = bundle.write(bundle.parse(newest).listing, newer.fresh.raw, [])
    other = advance(held, bundle.parse(newest), zone.root)

    assert isinstance(refused(zone, held, bundle.write(b"{}", bundle.parse(newest).fresh.raw, [])), MalformedDirectory)
    assert isinstance(refused(zone, other, mixed), DirectoryRolledBack)


def _next_court(zone: Zone, raw: bytes) -> list[Signed[Any]]:
    return [changed(raw, f"court/{SHEXIAN}", governance(zone, SHEXIAN))]


@pytest.mark.parametrize(
    ("minutes", "error"),
    [(-1, DirectoryRolledBack), (0, None), (1, None)],
)
def test_a_re_issue_is_later_and_of_the_same_listing(
    zone: Zone, first: bytes, minutes: int, error: type[WireError] | None
) -> None:
    issued = crafted(zone, first, 5)
    before = advance(None, bundle.parse(issued), zone.root)
    again = crafted(zone, first, 5, issued=ISSUED + timedelta(minutes=minutes))

    if error is None:
        after = advance(before, bundle.parse(again), zone.root)
        assert after.fresh.document.issued_at == fresh(again).issued_at
        assert after.documents is before.documents
    else:
        assert isinstance(refused(zone, before, again), error)
    assert isinstance(
        refused(zone, before, crafted(zone, first, 5, *_next_court(zone, first), issued=ISSUED + timedelta(hours=1))),
        DirectoryForked,
    )


def rotated_root(zone: Zone, raw: bytes, by: tuple[str, ...], new: SigningKey, **changes: Any) -> Signed[Any]:
    """The next root, in which 开化 votes by another key; `by` sign with the old keys, 开化 with the new one too."""
    voters = [
        VoterEntry(court=voter.court, key=public_entry(new) if voter.court == KAIHUA else voter.key)
        for voter in document(raw, "root").document.voters
    ]
    return changed(raw, "root", [*governance(zone, *by), (KAIHUA, new)], voters=voters, **changes)


def rotated_members(zone: Zone, raw: bytes, new: SigningKey) -> Signed[Any]:
    members = [
        msgspec.structs.replace(member, governance=public_entry(new)) if member.code == KAIHUA else member
        for member in document(raw, "members").document.members
    ]
    return changed(raw, "members", [*governance(zone, CHANGSHAN, SHEXIAN), (KAIHUA, new)], members=members)


def resigned(zone: Zone, raw: bytes, new: SigningKey) -> list[Signed[Any]]:
    """What 开化 has to sign by its new key: the same bodies."""
    names = [f"court/{KAIHUA}", f"agreement/{KAIHUA}-{SHEXIAN}", "agreement/zone"]
    by = [(KAIHUA, new), *governance(zone, CHANGSHAN, SHEXIAN)]
    return [changed(raw, name, by, version=1) for name in names]


def test_a_root_is_replaced_by_the_old_threshold_and_the_new(zone: Zone, first: bytes, held: Held) -> None:
    new = generate_signing()
    others = [rotated_members(zone, first, new), *resigned(zone, first, new)]

    after = advance(
        held, bundle.parse(crafted(zone, first, 6, rotated_root(zone, first, COURTS, new), *others)), zone.root
    )

    assert after.root.version == 2
    assert after.members[KAIHUA].governance == public_entry(new)
    for by in ((CHANGSHAN, SHEXIAN), (KAIHUA, CHANGSHAN)):
        error = refused(zone, held, crafted(zone, first, 6, rotated_root(zone, first, by, new), *others))
        assert isinstance(error, ThresholdNotReached)
        assert (error.part, error.signed, error.needed) == ("root", 2, 3)
    voters = rotated_root(zone, first, COURTS, new).document.voters
    imposed = changed(first, "root", governance(zone, *COURTS), voters=voters)  # 开化's new key did not agree
    error = refused(zone, held, crafted(zone, first, 6, imposed, *others))
    assert isinstance(error, ThresholdNotReached)
    assert (error.part, error.signed, error.needed) == ("root", 2, 3)


def test_what_a_replaced_key_signed_is_no_longer_signed(zone: Zone, first: bytes, held: Held) -> None:
    """Each document of a court that has a new governance key is signed again."""
    new = generate_signing()
    root, members = rotated_root(zone, first, COURTS, new), rotated_members(zone, first, new)
    again = resigned(zone, first, new)

    for left_out in range(len(again)):
        others = [each for place, each in enumerate(again) if place != left_out]
        error = refused(zone, held, crafted(zone, first, 6, root, members, *others))
        assert isinstance(error, BadSignature | ThresholdNotReached)


def test_no_root_is_skipped(zone: Zone, first: bytes, held: Held) -> None:
    """Every root is verified by the one before it, so every one must be there."""
    new = changed(first, "root", governance(zone, *COURTS), version=3)

    error = refused(zone, held, crafted(zone, first, 6, new))

    assert isinstance(error, MalformedDirectory)
    assert error.part == "root"


def test_a_later_root_may_be_pinned(zone: Zone, first: bytes) -> None:
    """A court that joins later pins the root of its invitation, and follows from there."""
    by = governance(zone, *COURTS)
    second = changed(first, "root", by, expires_at=ISSUED + timedelta(days=4000))
    raw = crafted(zone, first, 6, second)
    third = changed(raw, "root", by, expires_at=ISSUED + timedelta(days=5000))

    held = advance(None, bundle.parse(crafted(zone, raw, 7, third)), second.fingerprint)

    assert [root.document.version for root in held.roots] == [2, 3]


def test_the_voters_are_the_active_courts(zone: Zone, first: bytes, held: Held) -> None:
    """A root that lets another court vote, or leaves one out, is refused though the threshold signed it."""
    voters = document(first, "root").document.voters[:2]
    new = changed(first, "root", governance(zone, *COURTS), voters=voters, threshold=2)

    error = refused(zone, held, crafted(zone, first, 6, new))

    assert isinstance(error, MalformedDirectory)
    assert error.part == "voters"


def _no_keys(zone: Zone, raw: bytes) -> Signed[Any]:
    return changed(raw, f"court/{SHEXIAN}", governance(zone, SHEXIAN), keys=[])


def _no_node(zone: Zone, raw: bytes) -> Signed[Any]:
    return changed(raw, f"court/{SHEXIAN}", governance(zone, SHEXIAN), keys=[], url=None)


def _other_key(zone: Zone, raw: bytes) -> Signed[Any]:
    signing, box = zone.court(SHEXIAN).keys
    other = msgspec.structs.replace(signing, public=public_text(generate_signing().public))
    return changed(raw, f"court/{SHEXIAN}", governance(zone, SHEXIAN), keys=[other, box])


def _other_gateway_key(zone: Zone, raw: bytes) -> Signed[Any]:
    own = document(raw, "root").document.gateway_keys
    other = KeyEntry(id=own[0].id, use="sign", public=public_text(generate_signing().public))
    return changed(raw, "root", governance(zone, *COURTS), gateway_keys=[other])


@pytest.mark.parametrize(
    ("change", "part"), [(_no_keys, "keys"), (_no_node, "courts"), (_other_key, "keys"), (_other_gateway_key, None)]
)
def test_documents_agree_with_each_other(
    zone: Zone, first: bytes, held: Held, change: Callable[[Zone, bytes], Signed[Any]], part: str | None
) -> None:
    """An active court without keys or node; a key id that means another key, at a court and at the gateway."""
    error = refused(zone, held, crafted(zone, first, 6, change(zone, first)))

    assert isinstance(error, BadSignature if part is None else MalformedDirectory)
    assert getattr(error, "part", None) == part


def test_a_key_id_of_the_gateway_means_one_key(zone: Zone, first: bytes, held: Held) -> None:
    """Whoever decides signed all of it, the other key too; still the id is taken."""
    new = generate_signing(zone.gateway.id)
    keys = [KeyEntry(id=new.id, use="sign", public=public_text(new.public))]
    root = changed(first, "root", governance(zone, *COURTS), gateway_keys=keys)
    gateway = changed(first, "gateway", [("gateway", new)])

    by = [("gateway", new), *witnesses(zone)[1:]]
    error = refused(zone, held, crafted(zone, first, 6, root, gateway, by=by))

    assert isinstance(error, MalformedDirectory)
    assert error.part == "keys"


def test_false_and_doubled_signatures_count_nothing(zone: Zone, first: bytes, held: Held) -> None:
    """One court's two keys are one court; another's signature under its name is none."""
    twice = [*governance(zone, KAIHUA), (KAIHUA, generate_signing()), (CHANGSHAN, zone.governance[KAIHUA])]

    error = refused(zone, held, crafted(zone, first, 6, changed(first, "members", twice)))

    assert isinstance(error, ThresholdNotReached)
    assert (error.part, error.signed, error.needed) == ("members", 1, 3)


def test_a_thief_of_the_gateways_key_alone_changes_nothing(zone: Zone, first: bytes, held: Held) -> None:
    """It can sign what it likes: no court's key, no member, no version of the whole comes of it."""
    thief = [("gateway", zone.gateway)]
    swapped = changed(first, f"court/{SHEXIAN}", thief, keys=zone.court(KAIHUA).keys)
    added = changed(first, "members", thief, members=document(first, "members").document.members[:2])

    for new in (swapped, added):
        assert isinstance(refused(zone, held, crafted(zone, first, 6, new)), BadSignature | ThresholdNotReached)
    assert isinstance(refused(zone, held, crafted(zone, first, 6, by=thief)), ThresholdNotReached)


def test_a_stolen_count_is_no_floor_after_the_key_is_replaced(zone: Zone, first: bytes, held: Held) -> None:
    """TUF's fast-forward: a thief counts up; the courts replace the gateway's key, and counting goes on as before."""
    top = 2**53 - 1
    thief = advance(held, bundle.parse(crafted(zone, first, top)), zone.root)
    new = generate_signing()
    keys = [
        KeyEntry(
            id=zone.gateway.id, use="sign", public=public_text(zone.gateway.public), state="REVOKED", retired_at=ISSUED
        ),
        KeyEntry(id=new.id, use="sign", public=public_text(new.public)),
    ]
    root = changed(first, "root", governance(zone, *COURTS), gateway_keys=keys)
    gateway = changed(first, "gateway", [("gateway", new)], version=1)
    by = [("gateway", new), *witnesses(zone)[1:]]

    assert isinstance(refused(zone, thief, crafted(zone, first, 6)), DirectoryRolledBack)
    after = advance(thief, bundle.parse(crafted(zone, first, 6, root, gateway, by=by)), zone.root)

    assert after.version == 6


def test_a_court_that_counted_up_begins_again_with_a_new_key(zone: Zone, first: bytes, held: Held) -> None:
    """The same for a court's own document, when the courts gave it another governance key."""
    name, top = f"court/{KAIHUA}", 2**53 - 1
    ahead = crafted(zone, first, 6, changed(first, name, governance(zone, KAIHUA), version=top))
    stolen = advance(held, bundle.parse(ahead), zone.root)
    new = generate_signing()
    again = [rotated_root(zone, first, COURTS, new), rotated_members(zone, first, new), *resigned(zone, first, new)]

    assert isinstance(refused(zone, stolen, crafted(zone, first, 7)), DirectoryRolledBack)
    after = advance(stolen, bundle.parse(crafted(zone, first, 7, *again)), zone.root)

    assert after.documents[name].document.version == 1


def test_the_gateway_alone_suspends_a_third_at_most(zone: Zone, first: bytes, held: Held) -> None:
    """One of three; a second one only when the first has lapsed."""
    by = [("gateway", zone.gateway)]

    def suspending(*hours: int) -> Signed[Any]:
        listed = [
            SuspensionEntry(court=code, at=ISSUED + timedelta(hours=after), ground="COMPROMISED")
            for code, after in zip((SHEXIAN, CHANGSHAN), hours, strict=False)
        ]
        return changed(first, "gateway", by, suspensions=listed)

    for hours in ((0,), (0, 72), (72, 0)):
        assert advance(held, bundle.parse(crafted(zone, first, 6, suspending(*hours))), zone.root).version == 6
    for hours in ((0, 0), (0, 71), (71, 0)):
        error = refused(zone, held, crafted(zone, first, 6, suspending(*hours)))
        assert isinstance(error, MalformedDirectory)
        assert error.part == "suspensions"
