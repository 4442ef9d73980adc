"""What a level means for one row, for each role over own and foreign rows."""

from uuid import UUID

import pytest

from db.records.assets import AssetStatus, MeasureStatus
from enforcement.rules import scopes
from enforcement.rules.areas import Area
from enforcement.rules.rights import Caller, Role

COURT, ME, OTHER = "浙0824", "o-330824-01", "o-330824-02"
CASE, FOREIGN_CASE, MY_ROW, OTHER_ROW = (UUID(int=n) for n in range(1, 5))
WHOLE_COURT = {
    Role.CLERK,
    Role.BUREAU_CHIEF,
    Role.PRESIDENT,
    Role.COMMAND_CENTRE,
    Role.SUPERVISOR,
    Role.AUDITOR,
    Role.PROCURATOR,
}


def reader(*roles: Role) -> Caller:
    if roles == (Role.PARTY,):
        return Caller("p-1", COURT, frozenset(roles), party_id=MY_ROW, own_cases=frozenset({CASE}))
    return Caller(ME, COURT, frozenset(roles))


@pytest.mark.parametrize("role", Role)
def test_cases_are_opened_by_level(role: Role) -> None:
    own = scopes.opens_case(reader(role), CASE, ME)
    foreign = scopes.opens_case(reader(role), FOREIGN_CASE, OTHER)

    assert own is (role in WHOLE_COURT | {Role.HANDLER, Role.PARTY})
    assert foreign is (role in WHOLE_COURT)


def test_a_partys_subject_is_no_handler() -> None:
    party = Caller(ME, COURT, frozenset({Role.PARTY}), party_id=MY_ROW)

    assert not scopes.opens_case(party, FOREIGN_CASE, ME)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PARTNER_COURT])
def test_tasks_are_known_by_level(role: Role) -> None:
    def knows(hands: str, case: UUID, status: str) -> bool:
        return scopes.knows_task(reader(role), hands=(hands, None), case_id=case, status=status)

    assert knows(ME, FOREIGN_CASE, "RECEIVED") is (role in WHOLE_COURT | {Role.HANDLER, Role.GRASSROOTS})
    assert knows(OTHER, FOREIGN_CASE, "COMPLETED") is (role in WHOLE_COURT)
    assert knows(OTHER, CASE, "COMPLETED") is (role in WHOLE_COURT | {Role.PARTY})
    assert knows(OTHER, CASE, "IN_PROGRESS") is (role in WHOLE_COURT)


@pytest.mark.parametrize("role", Role)
def test_identities_are_whole_by_office_or_own(role: Role) -> None:
    offices = {Role.HANDLER, Role.BUREAU_CHIEF, Role.PRESIDENT}

    assert scopes.reads_identity(reader(role), MY_ROW) is (role in offices | {Role.PARTY})
    assert scopes.reads_identity(reader(role), OTHER_ROW) is (role in offices)
    assert scopes.reads_identity(reader(role)) is (role in offices)


@pytest.mark.parametrize("role", Role)
def test_searches_are_seen_by_who_asked_or_reads_the_court(role: Role) -> None:
    assert scopes.sees_search(reader(role), ME) is (role in WHOLE_COURT | {Role.HANDLER})
    assert scopes.sees_search(reader(role), OTHER) is (role in WHOLE_COURT)


def test_a_party_sees_what_is_theirs_once_it_took_effect() -> None:
    owned, measured = scopes.owned_assets(reader(Role.PARTY)), scopes.owned_measures(reader(Role.PARTY))
    assert owned is not None
    assert measured is not None

    assert [status for status in AssetStatus if owned.has(MY_ROW, status)] == [
        AssetStatus.CONTROLLED,
        AssetStatus.RELEASED,
        AssetStatus.DISPOSED,
    ]
    assert {status for status in MeasureStatus if not measured.has(MY_ROW, status)} == {
        MeasureStatus.PROPOSED,
        MeasureStatus.RULED,
        MeasureStatus.NOTICE_SENT,
        MeasureStatus.REFUSED,
    }
    assert not owned.has(OTHER_ROW, AssetStatus.CONTROLLED)
    assert not measured.has(OTHER_ROW, MeasureStatus.EFFECTIVE)


@pytest.mark.parametrize("role", sorted(WHOLE_COURT | {Role.HANDLER}))
def test_officers_see_every_asset_of_an_opened_case(role: Role) -> None:
    assert scopes.owned_assets(reader(role)) is None
    assert scopes.owned_measures(reader(role)) is None
    assert scopes.reads_court(reader(role), Area.ASSETS)
