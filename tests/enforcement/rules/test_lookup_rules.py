"""Look-ups: purposes and sections over their full product; scopes; whose case it is."""

from datetime import date
from itertools import product

import pytest

from db.records.cases import CaseStatus
from enforcement.rules.lookup import (
    SECTIONS,
    LegalBasisRequired,
    LookupPurpose,
    ProfileSection,
    PurposeNotPermitted,
    RateLimited,
    Scope,
    check_case,
    check_officer,
    check_purpose,
    check_rate,
    check_required,
    check_scope,
)
from enforcement.rules.refusals import CaseNotOpen, Malformed
from enforcement.rules.rights import Role
from tests.enforcement.lookup_zone import CASE, caller, case
from tests.federation.zone import KAIHUA


@pytest.mark.parametrize(("purpose", "section"), list(product(LookupPurpose, ProfileSection)))
def test_purpose_allows_its_sections_only(purpose: LookupPurpose, section: ProfileSection) -> None:
    if section in SECTIONS[purpose]:
        check_purpose(purpose, [section])
    else:
        with pytest.raises(PurposeNotPermitted):
            check_purpose(purpose, [ProfileSection.CASES, section])


def test_only_one_purpose_shows_whereabouts() -> None:
    assert [p for p in LookupPurpose if ProfileSection.WHEREABOUTS in SECTIONS[p]] == [LookupPurpose.WHEREABOUTS]


@pytest.mark.parametrize(
    ("scope", "part"),
    [
        (Scope(), "FORM"),
        (Scope(courts=("浙0824",), whole_zone=True), "FORM"),
        (Scope(courts=("浙0824",), province="浙"), "FORM"),
        (Scope(courts=()), "COURTS"),
        (Scope(courts=("浙0824", "浙0824")), "COURTS"),
        (Scope(whole_zone=True, deadline_ms=99), "DEADLINE"),
        (Scope(whole_zone=True, deadline_ms=30_001), "DEADLINE"),
    ],
)
def test_scope_says_exactly_one_thing(scope: Scope, part: str) -> None:
    with pytest.raises(Malformed) as caught:
        check_scope(scope)

    assert (caught.value.code, caught.value.part) == ("INVALID_SCOPE", part)


@pytest.mark.parametrize("scope", [Scope(courts=("浙0824",)), Scope(province="皖"), Scope(whole_zone=True)])
def test_plain_scopes_are_good(scope: Scope) -> None:
    check_scope(scope)


def test_required_courts_must_be_asked() -> None:
    check_required(Scope(whole_zone=True, required_courts=("皖1021",)), ["皖1021", "浙0824"])
    with pytest.raises(Malformed):
        check_required(Scope(whole_zone=True, required_courts=("皖1021",)), ["浙0824"])


def test_the_limit_itself_is_refused() -> None:
    check_rate(199, 200)
    with pytest.raises(RateLimited):
        check_rate(200, 200)


def test_case_belongs_to_its_handler_and_the_command_centre() -> None:
    own = case(CASE, "o-330824-01")

    assert check_officer(caller(KAIHUA, 1), own) is own
    assert check_officer(caller(KAIHUA, 7, Role.COMMAND_CENTRE), own) is own
    for stranger, found in ((caller(KAIHUA, 2), own), (caller(KAIHUA, 1), None)):
        with pytest.raises(LegalBasisRequired):
            check_officer(stranger, found)


@pytest.mark.parametrize("status", CaseStatus)
def test_only_a_closed_case_is_no_basis(status: CaseStatus) -> None:
    closed = status is CaseStatus.CLOSED
    found = case(CASE, "o-330824-01", status=status, closed_on=date(2025, 1, 1) if closed else None)

    if closed:
        with pytest.raises(CaseNotOpen):
            check_case(found)
    else:
        check_case(found)
