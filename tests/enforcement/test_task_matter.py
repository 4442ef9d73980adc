"""What each matter needs, and what a feedback or a return has to show."""

from datetime import date
from itertools import product

import pytest

from enforcement.rules.feedback import (
    FeedbackResult,
    ReturnReason,
    StepKind,
    check_evidence,
    check_officers,
    check_return,
)
from enforcement.rules.matter import (
    GROUPS,
    Approval,
    DelegatedMatterType,
    MatterRules,
    RequiredPaper,
    check_papers,
    rule,
)
from enforcement.rules.refusals import Malformed
from enforcement.rules.task_refusals import (
    CommunicationRequiredBeforeReturn,
    EvidenceRequired,
    LegalDocumentMissing,
    TwoOfficersRequired,
)

M = DelegatedMatterType
TODAY = date(2025, 7, 18)


def test_every_matter_has_a_rule() -> None:
    assert set(GROUPS) == set(M)
    for matter in M:
        assert {RequiredPaper.DELEGATION_LETTER, RequiredPaper.OFFICER_CERTIFICATE} <= rule(matter).papers
        assert rule(matter).answer_within_days in {10, 20, 30}


@pytest.mark.parametrize(
    ("matter", "papers", "days"),
    [
        (M.INVESTIGATE_ASSETS, {"INVESTIGATION_NOTICE"}, 10),
        (M.ONSITE_INVESTIGATION, {"INVESTIGATION_NOTICE"}, 30),
        *[
            (m, {"RULING", "ASSISTANCE_NOTICE", "SERVICE_RECEIPT"}, 10)
            for m in (M.FREEZE_FUNDS, M.FREEZE_EQUITY, M.SEAL, M.SEIZE_VEHICLE, M.SEIZE_MOVABLE, M.WITHHOLD_INCOME)
        ],
        *[(m, {"RULING", "ASSISTANCE_NOTICE"}, 10) for m in (M.RENEW_FREEZE, M.UNFREEZE, M.RENEW_SEAL, M.UNSEAL)],
        (M.DEDUCT_FUNDS, {"RULING", "ASSISTANCE_NOTICE", "CASE_FUND_ACCOUNT"}, 10),
        (M.TRANSFER_TITLE, {"RULING", "ASSISTANCE_NOTICE"}, 20),
        (M.ASSIST_VIEWING, set(), 20),
        (M.SERVE_DOCUMENTS, {"DOCUMENTS_TO_SERVE", "SERVICE_RECEIPT"}, 10),
        (M.ASSIST_SUMMONS, {"SUMMONS_WARRANT", "EARLIER_SUMMONS_PROOF"}, 10),
        (M.ASSIST_DETENTION, {"DETENTION_DECISION", "DETENTION_NOTICE"}, 10),
        (M.ASSIST_PREMISES_SEARCH, {"SEARCH_WARRANT"}, 10),
        (M.LOCATE_PERSON, {"LOCATE_LETTER"}, 10),
        (M.INTERVIEW_AND_URGE, set(), 30),
    ],
)
def test_papers_and_terms_are_the_tables(matter: M, papers: set[str], days: int) -> None:
    assert rule(matter).papers == {"DELEGATION_LETTER", "OFFICER_CERTIFICATE"} | papers
    assert rule(matter).answer_within_days == days


def test_coercion_of_a_person_needs_the_president() -> None:
    assert {m for m in M if rule(m).approval is Approval.PRESIDENT} == {
        M.ASSIST_SUMMONS,
        M.ASSIST_DETENTION,
        M.ASSIST_PREMISES_SEARCH,
    }


def test_national_list_ends_with_other_listed() -> None:
    assert rule(M.OTHER_LISTED).in_national_list
    assert rule(M.INVESTIGATE_ASSETS).in_national_list
    assert not rule(M.SEIZE_VEHICLE).in_national_list
    assert sum(rule(m).in_national_list for m in M) == 13


@pytest.mark.parametrize("matter", M)
def test_missing_papers_are_named(matter: M) -> None:
    papers = sorted(rule(matter).papers)

    check_papers(matter, papers)
    for left_out in papers:
        with pytest.raises(LegalDocumentMissing) as caught:
            check_papers(matter, [paper for paper in papers if paper != left_out])
        assert caught.value.missing == (left_out,)


def test_terms_are_configuration() -> None:
    rules = MatterRules(answer_within_days={M.INVESTIGATE_ASSETS: 5})

    assert rule(M.INVESTIGATE_ASSETS, rules).answer_within_days == 5
    assert rule(M.SEIZE_VEHICLE, rules).answer_within_days == 10


@pytest.mark.parametrize(("matter", "result", "has_evidence"), list(product(M, FeedbackResult, (True, False))))
def test_claimed_acts_need_proof(matter: M, result: FeedbackResult, has_evidence: bool) -> None:
    claims = result in {"DONE_FULL", "DONE_PARTIAL", "DONE_AS_WAITING"}
    if rule(matter).needs_evidence and claims and not has_evidence:
        with pytest.raises(EvidenceRequired):
            check_evidence(rule(matter), result, has_evidence=has_evidence)
    else:
        check_evidence(rule(matter), result, has_evidence=has_evidence)


@pytest.mark.parametrize(("kind", "officers"), list(product(StepKind, (0, 1, 2))))
def test_on_site_steps_need_two(kind: StepKind, officers: int) -> None:
    if kind in {"VISITED", "SEIZED"} and officers < 2:
        with pytest.raises(TwoOfficersRequired):
            check_officers(kind, officers)
    elif officers == 0:
        with pytest.raises(Malformed):
            check_officers(kind, officers)
    else:
        check_officers(kind, officers)


@pytest.mark.parametrize(
    ("reason", "spoke", "supplemented", "due", "allowed"),
    [
        *[(reason, False, True, date(2025, 7, 1), False) for reason in ReturnReason],
        (ReturnReason.OUT_OF_SCOPE, True, False, None, True),
        (ReturnReason.PAPERS_DEFICIENT_AFTER_SUPPLEMENT, True, False, None, False),
        (ReturnReason.PAPERS_DEFICIENT_AFTER_SUPPLEMENT, True, True, None, True),
        (ReturnReason.SUPPLEMENT_NOT_PROVIDED, True, False, None, False),
        (ReturnReason.SUPPLEMENT_NOT_PROVIDED, True, False, TODAY, False),
        (ReturnReason.SUPPLEMENT_NOT_PROVIDED, True, False, date(2025, 7, 17), True),
    ],
)
def test_return_needs_grounds(
    reason: ReturnReason, spoke: bool, supplemented: bool, due: date | None, allowed: bool
) -> None:
    values = {"has_communication": spoke, "was_supplemented": supplemented, "supplement_due_on": due, "today": TODAY}
    if allowed:
        check_return(reason, **values)  # type: ignore[arg-type]  # one dict for both branches
    else:
        with pytest.raises(CommunicationRequiredBeforeReturn):
            check_return(reason, **values)  # type: ignore[arg-type]  # likewise


def test_nobody_is_too_busy() -> None:
    assert not any("BUSY" in reason for reason in ReturnReason)
