"""A stale version for every mutation that takes one: what somebody else has changed since is not overwritten."""

from collections.abc import Mapping
from typing import Any, Final

from enforcement.rules.rights import Caller, Role
from tests.enforcement.registry_zone import NUMBER
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    DIGEST,
    HANDLER,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    who,
)
from tests.federation.zone import KAIHUA
from tests.schema.bad_input import Bad, Given
from tests.schema.bad_input_tasks import on

STALE: Final = 99
AT: Final = "2025-07-14T09:00:00+08:00"
DAY: Final = "2025-07-14"
CLERK: Final = who(KAIHUA, 4, Role.CLERK)
SPOKE: Final = {"communication": {"at": AT, "channel": "PHONE"}}
PAPER: Final = {"number": "样1号", "sha256": DIGEST}


def of(name: str, **more: Any) -> Given:
    """The named thing of the stage, at a version that it never had."""
    return lambda stage: {"id": stage.id(name), "version": STALE} | more


def _task(act: str, name: str, caller: Caller = HANDLER, **more: Any) -> Bad:
    return Bad("STALE_VERSION", act, on(name, caller.court, version=STALE, **more), caller)


def _thing(act: str, given: Given, caller: Caller = HANDLER) -> Bad:
    return Bad("STALE_VERSION", act, given, caller)


VERSIONS: Final = [
    _task("submitDelegatedTask", "draft"),
    _task("approveDelegatedTask", "pending", CHIEF),
    _task("refuseDelegatedTaskApproval", "pending", CHIEF, opinion="材料不全"),
    _task("dispatchDelegatedTask", "draft", CENTRE),
    _task("cloneDelegatedTask", "returned", idempotencyKey="bad"),
    _task("signForDelegatedTask", "received", THEIR_CENTRE),
    _task("assignDelegatedTask", "working", THEIR_CHIEF, officerId=THEIR_OFFICER.officer_id),
    _task("recordHandlingStep", "working", THEIR_OFFICER, kind="SEARCHED", at=AT, officers=[THEIR_OFFICER.officer_id]),
    _task("requestSupplement", "working", THEIR_OFFICER, papers=["RULING"], **SPOKE),
    _task("supplementDelegatedTask", "asked", documents=[{"kind": "RULING", "sha256": DIGEST}]),
    _task("submitFeedback", "working", THEIR_OFFICER, result="NOT_FOUND_ASSET"),
    _task("confirmDelegatedTask", "fed_back"),
    _task("rejectFeedback", "fed_back", reason="缺少回执"),
    _task("returnDelegatedTask", "received", THEIR_CHIEF, reason="OUT_OF_SCOPE", **SPOKE),
    _task("withdrawDelegatedTask", "received", reason="已履行"),
    _thing("submitDelegatedSearch", of("bundle")),
    _thing("approveDelegatedSearch", of("bundle"), CHIEF),
    _thing("refuseDelegatedSearchApproval", of("bundle", opinion="材料不全"), CHIEF),
    _thing("dispatchDelegatedSearch", of("bundle"), CENTRE),
    _thing("withdrawDelegatedSearch", of("bundle", reason="已履行")),
    _thing("renewMeasure", of("standing", rulingNo=NUMBER + "之四")),
    _thing("liftMeasure", of("standing", rulingNo=NUMBER + "之四", ground="DEBT_CLEARED")),
    _thing("extinguishMeasure", of("standing", rulingNo=NUMBER + "之四")),
    _thing("recordExemption", lambda stage: {"assetId": stage.id("car"), "version": STALE, "ground": "MEDICAL_AIDS"}),
    _thing("answerTransferRequest", of("asked for", answer="TRANSFER", letter=PAPER), CHIEF),
    _thing(
        "recordClaims",
        lambda _: {
            "caseNumber": NUMBER,
            "version": STALE,
            "claims": [{"kind": "MONEY", "principal": "100000.00", "dueOn": "2024-01-31"}],
        },
    ),
    _thing("declareBreach", of("settlement", appliedOn=DAY)),
    _thing("endSettlement", of("settlement", outcome="VOID", appliedOn=DAY)),
    _thing("recordSettlementSuit", of("settlement")),
    _thing("closeEnforcedCase", lambda _: {"caseNumber": NUMBER, "version": STALE}),
    _thing("recordDistributionStep", of("plan", no=1, step="SERVED", on=DAY), CLERK),
    _thing("confirmDistributionPlan", of("plan")),
    _thing("approveDistributionPayout", of("plan"), CHIEF),
    _thing("recordDistributionPayout", of("plan", paidOn=DAY)),
    _thing("fileCaseTransfer", of("arrived", handlerId=HANDLER.officer_id), CHIEF),
    _thing("recordCaseTransferStep", of("arrived", step="ASK_SUPPLEMENT", on=DAY, papers=["OTHER_MATERIALS"]), CHIEF),
]
VERSIONS_ELSEWHERE: Final[Mapping[str, str]] = {
    "acknowledgeWarning": "enforcement/test_anomalies.py",
    "answerUnitObjection": "enforcement/test_unit_answers.py",
    "changeSettlement": "schema/test_settlement_changes.py",
    "convertMeasure": "schema/test_measure_orders.py",
    "decideCorrection": "enforcement/test_corrections.py",
    "decideMeasure": "schema/test_control_door.py",
    "decidePayoutDeferral": "schema/test_payout_deferrals.py",
    "disputeTransfer": "enforcement/test_transfers.py",
    "endRelativeDeclaration": "enforcement/test_anomalies.py",
    "endSuspension": "schema/test_money_door.py",
    "recordCrossEnforcementDecision": "enforcement/test_case_transfers.py",
    "recordExcessReleased": "schema/test_over_freezing.py",
    "recordOverFreezing": "schema/test_over_freezing.py",
    "recordReconsideration": "enforcement/test_corrections.py",
    "recordTransferDecision": "enforcement/test_transfers.py",
    "requestReconsideration": "enforcement/test_corrections.py",
    "sendCaseTransfer": "enforcement/test_case_transfers.py",
    "signStandard": "enforcement/test_agreed_standards.py",
    "verifyClue": "enforcement/test_clues.py",
    "withdrawParticipation": "schema/test_distribution_door.py",
}
"""Mutations whose stale version the tests of their own part produce."""
