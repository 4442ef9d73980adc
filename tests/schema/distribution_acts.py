"""Acts of a distribution, for tests: who takes part, the plan, its way, the payout."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from db import cases
from db.pool import transaction
from db.records.parties import CasePartyRecord, PartyRole
from enforcement.rules.rights import Caller, Role
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA
from tests.schema import money_door as door
from tests.schema.money_door import HANDLER, act

CHIEF: Final = rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF)
CLERK: Final = rz.caller(KAIHUA, 4, Role.CLERK)
SIBLING: Final = "（2025）浙0824执366号"
TOLD: Final = """... on DistributionPlan { id status basis surplus version paidOn
  shares { no court caseNumber priority claim share servedOn claimNo paymentId } debtors { no servedOn }
  objections { no opposedBy suedOn suitOutcome } }
  ... on TransitionNotAllowed { current wanted } ... on ObjectionTooLate { lastDay } ... on Refusal { part }
  ... on DuplicateOf { known: id }"""
OTHERS: Final = [
    ("皖1021", "ORDINARY", "200000.00"),
    ("赣1181", "ORDINARY", "60000.00"),
    ("浙0127", "SECURED", "120000.00"),
]


async def join(home: rz.Court, court: str, priority: str, amount: str, who: Caller = CLERK, **more: Any) -> Any:
    given: dict[str, Any] = {"appliedOn": "2025-07-01", "idempotencyKey": f"{court} {amount}"} | more
    return await act(
        home,
        "recordParticipation",
        "... on Participation { id court amount } ... on Refusal { part } ... on DuplicateOf { known: id }",
        who,
        caseNumber=rz.NUMBER,
        theirCourt=court,
        theirCaseNumber=f"（2025）{court}执7号",
        amount=amount,
        priority=priority,
        **given,
    )


async def draw(home: rz.Court, key: str = "d", who: Caller = HANDLER, **more: Any) -> Any:
    given: dict[str, Any] = {"proceeds": "300000.00", "costs": "6000.00", "arrivedOn": "2025-07-10"} | more
    return await act(home, "drawDistributionPlan", TOLD, who, caseNumber=rz.NUMBER, idempotencyKey=key, **given)


async def drawn(home: rz.Court, **more: Any) -> Any:
    for day, (court, priority, amount) in enumerate(OTHERS, 1):
        await join(home, court, priority, amount, appliedOn=f"2025-07-0{day}")
    return await draw(home, **more)


async def step(home: rz.Court, plan: Any, no: int, what: str, day: str, who: Caller = CLERK, **more: Any) -> Any:
    """On that day, or earlier if the clock is ahead already."""
    clock = rz.clock_of(home)
    clock.set(max(door.instant(day), clock.now()))
    given = {"id": plan["id"], "version": plan["version"], "no": no, "step": what, "on": day}
    return await act(home, "recordDistributionStep", TOLD, who, **given | more)


async def served(home: rz.Court) -> Any:
    plan = await drawn(home)
    for no in range(1, 6):  # four creditors and the debtor
        plan = await step(home, plan, no, "SERVED", "2025-07-14")
    return plan


async def do(home: rz.Court, what: str, plan: Any, who: Caller = HANDLER, **more: Any) -> Any:
    return await act(home, what, TOLD, who, id=plan["id"], version=plan["version"], **more)


async def final(home: rz.Court) -> Any:
    plan = await served(home)
    rz.clock_of(home).set(door.instant("2025-07-30"))
    return await do(home, "confirmDistributionPlan", plan)


async def paid(home: rz.Court, plan: Any, day: str = "2025-07-30", **more: Any) -> Any:
    return await do(home, "recordDistributionPayout", plan, paidOn=day, **more)


async def finished(home: rz.Court, plan: Any, day: str) -> Any:
    """Served on everybody on the clock's day, and found final on `day`."""
    now = rz.clock_of(home).now().date().isoformat()
    for each in [*plan["shares"], *plan["debtors"]]:
        plan = await step(home, plan, each["no"], "SERVED", now)
    rz.clock_of(home).set(door.instant(day))
    return await do(home, "confirmDistributionPlan", plan)


async def sibling(home: rz.Court, number: str = SIBLING, debtor: UUID | None = None) -> UUID:
    """Another case of the court over 30,000.00, against the same debtor unless another is named."""
    case = replace(home.case, id=uuid4(), number=number, principal=Decimal("30000.00"))
    case = replace(case, amount_applied=Decimal("30000.00"), handler_id="o-330824-02")
    async with transaction(home.node.pool) as conn:
        await cases.insert(conn, case)
        await cases.add_party(conn, CasePartyRecord(case.id, debtor or home.debtor.id, PartyRole.DEBTOR))
    return case.id


async def claim(home: rz.Court, number: str, amount: str, **more: Any) -> Any:
    """An application of another case of this court."""
    given: dict[str, Any] = {"caseNumber": rz.NUMBER, "theirCourt": KAIHUA, "theirCaseNumber": number}
    given |= {"amount": amount, "appliedOn": "2025-07-14", "idempotencyKey": f"{number} {amount}"} | more
    return await act(home, "recordParticipation", "... on Participation { id } ... on Refusal { part }", CLERK, **given)


async def owed(home: rz.Court) -> dict[str, Any]:
    return {line["kind"]: line for line in (await door.outstanding(home))["lines"]}
