"""Every matter, asset kind, result and reason of delegated tasks, through the API of two courts."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import cycle
from typing import Any, Final

import pytest

from db.clock import SetClock
from db.records.assets import AssetKind, LiftGround, MeasureKind
from db.records.measure_life import NoticeAct
from enforcement import measure_orders
from enforcement.rules.feedback import DONE, FeedbackResult, ReturnReason
from enforcement.rules.matter import DelegatedMatterType, rule
from enforcement.rules.measure_orders import ACTS
from tests.enforcement.registry_zone import NUMBER
from tests.enforcement.task_zone import (
    CENTRE,
    CHIEF,
    DIGEST,
    HANDLER,
    PRESIDENT,
    THEIR_CENTRE,
    THEIR_CHIEF,
    THEIR_OFFICER,
    NewDatabase,
    Pair,
    pair,
    ruled,
)
from tests.schema.test_task_graphql import act, at, new, read

pytestmark = pytest.mark.anyio
_FIELDS: Final = "id version status"


@pytest.fixture
async def courts(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[Pair]:
    async with pair(new_database, clock) as both:
        yield both


def papers_of(matter: DelegatedMatterType) -> list[dict[str, str]]:
    return [{"kind": kind, "sha256": DIGEST} for kind in sorted(rule(matter).papers)]


CARRIED_OUT: Final = {
    DelegatedMatterType.FREEZE_FUNDS: MeasureKind.FREEZE,
    DelegatedMatterType.FREEZE_EQUITY: MeasureKind.FREEZE,
    DelegatedMatterType.SEAL: MeasureKind.SEAL,
    DelegatedMatterType.SEIZE_VEHICLE: MeasureKind.SEIZE,
    DelegatedMatterType.SEIZE_MOVABLE: MeasureKind.SEIZE,
    DelegatedMatterType.WITHHOLD_INCOME: MeasureKind.WITHHOLD_INCOME,
    DelegatedMatterType.DEDUCT_FUNDS: MeasureKind.DEDUCT,
    DelegatedMatterType.WITHDRAW_PROVIDENT_FUND: MeasureKind.EXTRACT,
}
"""The measure that a matter carries out for the first time; every kind is carried out by some matter."""


CHANGED: Final = {
    DelegatedMatterType.RENEW_FREEZE: (MeasureKind.FREEZE, AssetKind.BANK_DEPOSIT),
    DelegatedMatterType.UNFREEZE: (MeasureKind.FREEZE, AssetKind.BANK_DEPOSIT),
    DelegatedMatterType.RENEW_EQUITY_FREEZE: (MeasureKind.FREEZE, AssetKind.EQUITY),
    DelegatedMatterType.UNFREEZE_EQUITY: (MeasureKind.FREEZE, AssetKind.EQUITY),
    DelegatedMatterType.RENEW_SEAL: (MeasureKind.SEAL, AssetKind.REAL_ESTATE),
    DelegatedMatterType.UNSEAL: (MeasureKind.SEAL, AssetKind.REAL_ESTATE),
}
"""The measure in force that a matter renews or lifts, and on what it lies."""
_IN_FORCE: Final = """
    UPDATE measures SET kind = $2, term_years = 1, status = 'EFFECTIVE', rank = 1, registered_at = $3,
                        effective_at = $3, expires_on = '2026-07-14' WHERE id = $1
"""


async def measure_of(courts: Pair, matter: DelegatedMatterType) -> str | None:
    """A ruled measure for a matter that carries one out; one in force, and an order, for a matter that changes one."""
    if not rule(matter).needs_evidence:
        return None
    measure, ours = await ruled(courts), courts.ours.node
    if matter not in CHANGED:
        kind = CARRIED_OUT[matter]
        await ours.pool.execute("UPDATE measures SET kind = $2 WHERE id = $1", measure, kind.value)
        return str(measure)
    kind, asset = CHANGED[matter]
    await ours.pool.execute(_IN_FORCE, measure, kind.value, ours.clock.now())
    await ours.pool.execute("UPDATE assets SET kind = $1", asset.value)
    named = measure_orders.Named(measure, 1, f"{NUMBER}之二")
    if ACTS[matter] is NoticeAct.RENEW:
        await measure_orders.renew(ours, HANDLER, named)
    else:
        await measure_orders.lift(ours, HANDLER, named, ground=LiftGround.DEBT_CLEARED)
    return str(measure)


def test_every_kind_of_measure_is_carried_out() -> None:
    assert set(CARRIED_OUT.values()) == set(MeasureKind)


async def received(courts: Pair, **given: Any) -> Any:
    """The task as the entrusted court has it, drafted, submitted, approved and dispatched by the API."""
    ours = courts.ours.node
    task = await act(ours, HANDLER, "createDelegatedTask", "CreateDelegatedTaskInput", **given)
    assert task.get("status") == "DRAFT", task
    task = await act(ours, HANDLER, "submitDelegatedTask", "TaskVersionInput", **at(task))
    task = await act(ours, PRESIDENT, "approveDelegatedTask", "TaskOpinionInput", **at(task))
    task = await act(ours, CENTRE, "dispatchDelegatedTask", "TaskVersionInput", **at(task))
    assert task.get("status") == "DISPATCHED", task
    await courts.road.run()
    there = await read(courts.theirs.node, THEIR_CENTRE, task, _FIELDS)
    assert there["status"] == "RECEIVED"
    return there


async def in_progress(courts: Pair, **given: Any) -> Any:
    theirs, task = courts.theirs.node, await received(courts, **given)
    task = await act(theirs, THEIR_CENTRE, "signForDelegatedTask", "TaskVersionInput", **at(task))
    return await act(
        theirs,
        THEIR_CHIEF,
        "assignDelegatedTask",
        "AssignDelegatedTaskInput",
        **at(task),
        officerId=THEIR_OFFICER.officer_id,
    )


async def completed(courts: Pair, task: Any, result: FeedbackResult) -> None:
    theirs, ours = courts.theirs.node, courts.ours.node
    done = await act(theirs, THEIR_OFFICER, "submitFeedback", "SubmitFeedbackInput", **at(task), result=result.value)
    assert done.get("status") == "FED_BACK", done
    await courts.road.run()
    own = await read(ours, HANDLER, task, f"{_FIELDS} timeline {{ type feedback {{ result }} }}")
    assert own["timeline"][-1] == {"type": "FED_BACK", "feedback": {"result": result.value}}
    done = await act(ours, HANDLER, "confirmDelegatedTask", "TaskVersionInput", **at(own))
    assert done["status"] == "COMPLETED"


_OF_NO_ACT: Final = cycle([each for each in FeedbackResult if each not in DONE])
FITTING: Final = {matter: next(_OF_NO_ACT) for matter in DelegatedMatterType}
"""A result that any matter may have; those that claim an act need its proof, and have tests of their own."""


@pytest.mark.parametrize("matter", DelegatedMatterType)
async def test_every_matter_goes_from_draft_to_completion(courts: Pair, matter: DelegatedMatterType) -> None:
    measure = await measure_of(courts, matter)
    kinds = ["VEHICLE"] if matter is DelegatedMatterType.INVESTIGATE_ASSETS else []
    given = new(matter=matter.value, documents=papers_of(matter), kinds=kinds, measureId=measure)

    await completed(courts, await in_progress(courts, **given), FITTING[matter])


@pytest.mark.parametrize("result", FeedbackResult)
async def test_every_result_is_fed_back(courts: Pair, result: FeedbackResult) -> None:
    assert not rule(DelegatedMatterType.INVESTIGATE_ASSETS).needs_evidence

    await completed(courts, await in_progress(courts, **new()), result)


async def test_every_kind_of_asset_is_searched_for(courts: Pair) -> None:
    task = await in_progress(courts, **new(kinds=[kind.value for kind in AssetKind]))

    told = await read(courts.theirs.node, THEIR_CENTRE, task, "content { kinds }")

    assert set(told["content"]["kinds"]) == {kind.value for kind in AssetKind}
    await completed(courts, task, FeedbackResult.NOT_FOUND_ASSET)


@pytest.mark.parametrize("reason", ReturnReason)
async def test_every_reason_returns(courts: Pair, clock: SetClock, reason: ReturnReason) -> None:
    theirs, ours = courts.theirs.node, courts.ours.node
    task = await received(courts, **new())
    spoken = {"communication": {"at": clock.now().isoformat(), "channel": "PHONE"}}
    if reason in {ReturnReason.SUPPLEMENT_NOT_PROVIDED, ReturnReason.PAPERS_DEFICIENT_AFTER_SUPPLEMENT}:
        wanted = {"papers": ["RULING"]} | spoken
        task = await act(theirs, THEIR_CENTRE, "requestSupplement", "RequestSupplementInput", **at(task), **wanted)
        await courts.road.run()
    if reason is ReturnReason.PAPERS_DEFICIENT_AFTER_SUPPLEMENT:
        own = await read(ours, HANDLER, task, _FIELDS)
        paper = {"kind": "RULING", "number": "之一", "sha256": DIGEST}
        await act(
            ours, HANDLER, "supplementDelegatedTask", "SupplementDelegatedTaskInput", **at(own), documents=[paper]
        )
        await courts.road.run()
    elif reason is ReturnReason.SUPPLEMENT_NOT_PROVIDED:
        clock.advance(timedelta(days=5))
    task = await read(theirs, THEIR_CHIEF, task, _FIELDS)

    done = await act(
        theirs,
        THEIR_CHIEF,
        "returnDelegatedTask",
        "ReturnDelegatedTaskInput",
        **at(task),
        reason=reason.value,
        **spoken,
    )

    assert done.get("status") == "RETURNED", done
    await courts.road.run()
    own = await read(ours, CHIEF, task, f"{_FIELDS} timeline {{ type reason }}")
    assert own["timeline"][-1] == {"type": "RETURNED", "reason": reason.value}
