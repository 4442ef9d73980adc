"""Bad input of case money, entrusted cases and proposals, by the code that it gets.

Long, because it is one table.
"""

from typing import Any, Final

from enforcement.rules.rights import Role
from tests.enforcement.registry_zone import NUMBER
from tests.enforcement.task_zone import CHIEF, DIGEST, who
from tests.federation.zone import CHANGSHAN, KAIHUA, SHEXIAN
from tests.schema.bad_input import Bad, Given
from tests.schema.bad_input_stage import HIGHER

CLERK: Final = who(KAIHUA, 4, Role.CLERK)
DAY: Final = "2025-07-14"
GUARANTOR: Final = {
    "name": "担保样某",
    "residentId": "330824198607049968",
    "domicileDivision": "3308240",
    "directEnforcement": True,
}


def paid(**changes: Any) -> Given:
    given = {"caseNumber": NUMBER, "amount": "100.00", "paidOn": DAY, "method": "CASH", "idempotencyKey": "bad"}
    return lambda _: given | changes


def claimed(**changes: Any) -> Given:
    claim = {"kind": "MONEY", "principal": "100000.00", "dueOn": "2024-01-31"} | changes
    return lambda _: {"caseNumber": NUMBER, "version": 1, "claims": [claim]}


def settled(**changes: Any) -> Given:
    given = {
        "caseNumber": NUMBER,
        "total": "1000.00",
        "instalments": [{"dueOn": "2025-08-14", "amount": "1000.00"}],
        "signedOn": DAY,
        "form": "WRITTEN",
        "idempotencyKey": "bad",
    }
    return lambda _: given | changes


def deferred(**changes: Any) -> Given:
    given = {
        "caseNumber": NUMBER,
        "kind": "ENFORCEMENT",
        "ground": "SETTLEMENT_TALKS",
        "requestedOn": DAY,
        "idempotencyKey": "bad",
    }
    return lambda _: given | changes


def deferred_of_two() -> Given:
    return lambda stage: deferred()(stage) | {"caseNumber": stage.numbers["double"]}


def broken(**changes: Any) -> Given:
    return lambda stage: {"id": stage.id("settlement"), "version": 1, "appliedOn": DAY} | changes


def resumed(**changes: Any) -> Given:
    given = {"appliedOn": DAY, "idempotencyKey": "bad"}
    return lambda stage: given | {"settlementId": stage.id("settlement")} | changes


def joined(**changes: Any) -> Given:
    given = {
        "caseNumber": NUMBER,
        "theirCourt": SHEXIAN,
        "theirCaseNumber": "（2025）皖1021执7号",
        "amount": "1000.00",
        "appliedOn": "2025-07-01",
        "priority": "ORDINARY",
        "idempotencyKey": "bad",
    }
    return lambda _: given | changes


def joined_in_the_car() -> Given:
    return lambda stage: joined()(stage) | {"assetId": stage.id("car")}


def planned(**changes: Any) -> Given:
    return lambda stage: {"id": stage.id("plan"), "version": 1} | changes


def drawn_of_the_car() -> Given:
    given = {"caseNumber": NUMBER, "proceeds": "1000.00", "arrivedOn": "2025-07-10", "idempotencyKey": "bad"}
    return lambda stage: given | {"assetId": stage.id("car")}


def entrusted(**changes: Any) -> Given:
    papers = [{"kind": kind, "sha256": DIGEST} for kind in PAPERS]
    given = {"caseNumber": NUMBER, "entrustedCourt": SHEXIAN, "papers": papers, "idempotencyKey": "bad"}
    return lambda _: given | changes


def stepped(step: str) -> Given:
    return lambda stage: {"id": stage.id("arrived"), "version": 1, "step": step, "on": DAY}


ENTRUSTED: Final = (
    """UPDATE case_transfers SET direction = 'OUTBOUND', status = 'SENT',
                                 case_id = (SELECT id FROM cases WHERE number = '（2025）浙0824执365号')""",
    "UPDATE case_transfers SET direction = 'INBOUND', status = 'SUPPLEMENTING', case_id = NULL",
)
ENDING: Final = (
    """UPDATE assets SET division = '341022' WHERE division = '330824';
       UPDATE measures SET expires_on = '2025-08-01' WHERE expires_on = '2027-05-14'""",
    """UPDATE assets SET division = '330824' WHERE division = '341022';
       UPDATE measures SET expires_on = '2027-05-14' WHERE expires_on = '2025-08-01'""",
)
PAPERS: Final = (
    "LETTER",
    "APPLICATION_AND_APPROVAL",
    "BASIS_COPY",
    "CASE_STATUS",
    "APPLICANT_CONTACT",
    "DEBTOR_IDENTITY",
    "OFFICER_CONTACT",
)
ALL_PAID: Final = "UPDATE instalments SET paid_amount = amount, paid_on = '2025-07-14'"
OVERDUE: Final = "UPDATE instalments SET due_on = '2025-07-10' WHERE no = 1"
FIRST_PAID: Final = "UPDATE instalments SET paid_amount = amount, paid_on = '2025-07-10' WHERE no = 1"
SERVED: Final = (
    "UPDATE distribution_plans SET status = 'SERVED'; UPDATE distribution_shares SET served_on = '{}'",
    "UPDATE distribution_plans SET status = 'DRAWN'; UPDATE distribution_shares SET served_on = NULL",
)
FINAL: Final = (
    "UPDATE distribution_plans SET status = 'FINAL', asset_id = (SELECT asset_id FROM measures WHERE kind = 'SEAL')",
    "UPDATE distribution_plans SET status = 'DRAWN', asset_id = NULL",
)
OBJECTED: Final = """
    INSERT INTO objections (id, task_id, kind, author, decides, filed_on, due_on, asset_key, outcome, decided_on,
                            decided_by)
    SELECT gen_random_uuid(), t.id, 'THIRD_PARTY', '浙0824', '浙0824', '2025-07-11', '2025-07-28', a.identity_key, {}
      FROM assets a, (SELECT id FROM tasks WHERE status = 'IN_PROGRESS' ORDER BY id LIMIT 1) t
     WHERE a.id IN (SELECT asset_id FROM measures WHERE kind = 'SEAL')
"""
NOT_OBJECTED: Final = "DELETE FROM objections WHERE due_on = '2025-07-28'"


def _objected(outcome: str) -> tuple[str, str]:
    return OBJECTED.format(outcome), NOT_OBJECTED


def _served(day: str) -> tuple[str, str]:
    return SERVED[0].format(day), SERVED[1]


def _as_it_was(arrange: str, undo: str = "") -> tuple[str, str]:
    """Also puts the instalments back."""
    return arrange, "; ".join(filter(None, [_BACK, undo]))


_BACK: Final = """
    UPDATE instalments SET paid_amount = 0, paid_on = NULL,
                           due_on = CASE no WHEN 1 THEN date '2025-08-14' ELSE date '2025-09-14' END
"""
BREACHED: Final = _as_it_was(
    f"{OVERDUE}; UPDATE settlements SET status = 'BREACHED'", "UPDATE settlements SET status = 'SIGNED'"
)
MONEY: Final = [
    Bad("INVALID_MONEY", "recordPayment", paid(amount="0.00"), part="amount"),
    Bad("INVALID_PERIOD", "recordPayment", paid(paidOn="2025-07-15"), part="paidOn"),
    Bad("INVALID_ENDING", "recordPayment", paid(ending="DEDUCTED"), part="ending"),
    Bad("INVALID_CLAIMS", "recordPayment", paid(claimNo=2), part="claimNo"),
    Bad("UNKNOWN_COURT", "recordPayment", paid(venueCourt="浙9999"), part="venueCourt"),
    Bad(
        "CLAIMS_DO_NOT_ADD_UP",
        "recordClaims",
        claimed(principal="99999.99"),
        carries={"applied": "100000.00", "claimed": "99999.99"},
    ),
    Bad("INVALID_CLAIMS", "recordClaims", claimed(kind="ACT"), part="kind"),
    Bad("INVALID_RATE", "recordClaims", claimed(interest={"percent": "101", "fromOn": "2024-01-01"}), part="percent"),
    Bad(
        "INVALID_CURRENCY",
        "recordClaims",
        claimed(foreign={"currency": "CNY", "amount": "1.00", "midRate": "1", "rateOn": "2024-01-01"}),
        part="currency",
    ),
    Bad(
        "INSTALMENTS_DO_NOT_ADD_UP",
        "recordSettlement",
        settled(total="1001.00"),
        carries={"settled": "1001.00", "planned": "1000.00"},
    ),
    Bad(
        "INVALID_DIVISION",
        "recordSettlement",
        settled(
            guarantor={
                "name": "担保样某",
                "domicileDivision": "33",
                "directEnforcement": True,
                "residentId": "330824198607049968",
            }
        ),
        part="domicileDivision",
    ),
    Bad("ASSET_NOT_NAMED", "requestDeferral", deferred(kind="AUCTION"), part="assetId"),
    Bad(
        "DEBTOR_NOT_NAMED",
        "requestDeferral",
        deferred_of_two(),
        part="debtorId",
    ),
    Bad("SETTLEMENT_NOT_DUE", "declareBreach", broken()),
    Bad("SETTLEMENT_PERFORMED", "declareBreach", broken(), while_=_as_it_was(ALL_PAID)),
    Bad("SETTLEMENT_BEING_PERFORMED", "declareBreach", broken(), while_=_as_it_was(f"{OVERDUE}; {FIRST_PAID}")),
    Bad("BREACH_NOT_DECLARED", "resumeEnforcement", resumed(), while_=_as_it_was(OVERDUE)),
    Bad(
        "NO_DIRECT_PROMISE",
        "resumeEnforcement",
        resumed(guarantorRulingNo="（2025）浙0824执371号之一"),
        part="guarantorRulingNo",
        while_=BREACHED,
    ),
    Bad("INVALID_QUANTITY", "recordParticipation", joined(seizureRank=0), CLERK, part="seizureRank"),
    Bad("PARTICIPATION_CLOSED", "recordParticipation", joined_in_the_car(), CLERK, while_=FINAL),
    Bad(
        "INVALID_OUTCOME",
        "recordDistributionStep",
        planned(no=1, step="SUED", on=DAY, outcome="DISMISSED"),
        CLERK,
        part="outcome",
        while_=_served("2025-07-10"),
    ),
    Bad(
        "NOT_WHOLLY_PERFORMED",
        "closeEnforcedCase",
        lambda _: {"caseNumber": NUMBER, "version": 1},
        part="DISTRIBUTION",
    ),
    Bad("DISTRIBUTION_NOT_FINAL", "confirmDistributionPlan", planned(), part="SERVICE"),
    Bad(
        "OBJECTION_TOO_LATE",
        "recordDistributionStep",
        planned(no=1, step="OBJECTED", on=DAY),
        CLERK,
        carries={"lastDay": "2025-06-16"},
        while_=_served("2025-06-01"),
    ),
    Bad(
        "OBJECTION_PENDING",
        "drawDistributionPlan",
        drawn_of_the_car(),
        while_=_objected("NULL, NULL, NULL"),
    ),
    Bad(
        "ENFORCEMENT_SUSPENDED",
        "drawDistributionPlan",
        drawn_of_the_car(),
        while_=_objected("'FOUNDED', '2025-07-12', gen_random_uuid()"),
    ),
]
CASES: Final = [
    Bad("LOCAL_PROPERTY_EXISTS", "proposeCaseTransfer", entrusted()),
    Bad("PROVINCIAL_RULES_APPLY", "proposeCaseTransfer", entrusted(entrustedCourt=CHANGSHAN)),
    Bad("TRANSFER_PAPERS_MISSING", "proposeCaseTransfer", entrusted(papers=[]), part="LETTER"),
    Bad("UNKNOWN_COURT", "proposeCaseTransfer", entrusted(entrustedCourt="皖9999"), part="entrustedCourt"),
    Bad(
        "INVALID_CASES",
        "proposeCrossEnforcement",
        lambda _: {"mode": "URGE", "ground": "PASSIVITY", "caseNumbers": [], "idempotencyKey": "bad"},
        part="caseNumbers",
    ),
    Bad("CASE_ENTRUSTED", "recordClaims", claimed(), while_=ENTRUSTED),
    Bad("OTHER_LEVEL", "proposeCaseTransfer", entrusted(entrustedCourt=HIGHER), part="entrustedCourt"),
    Bad("RENEW_MEASURE_FIRST", "proposeCaseTransfer", entrusted(), while_=ENDING),
    Bad("INVALID_PAPERS", "recordCaseTransferStep", stepped("ASK_SUPPLEMENT"), CHIEF, part="papers"),
    Bad("TERM_STILL_RUNS", "recordCaseTransferStep", stepped("DEEM_WITHDRAWN"), CHIEF),
    Bad(
        "STATEMENT_UNDER_WAY",
        "recordCaseTransferStep",
        lambda stage: stepped("ASK_SUPPLEMENT")(stage) | {"papers": ["OTHER_MATERIALS"]},
        CHIEF,
        while_=(
            "UPDATE case_transfers SET status = 'SENT', under_way = true",
            "UPDATE case_transfers SET status = 'SUPPLEMENTING', under_way = false",
        ),
    ),
]
