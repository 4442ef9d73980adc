"""开化 entrusts whole cases to 歙县: both courts in one process, asked through their schemas."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.clock import SetClock
from db.pool import open_pool
from enforcement.rules.rights import Caller, Role
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask
from tests.enforcement.task_zone import DIGEST, Road, TaskZone
from tests.federation.zone import KAIHUA, SHEXIAN

HANDLER, CHIEF = rz.caller(KAIHUA), rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF)
THEIR_HANDLER, THEIR_CHIEF = rz.caller(SHEXIAN), rz.caller(SHEXIAN, 5, Role.BUREAU_CHIEF)
PAPERS = [
    "LETTER",
    "APPLICATION_AND_APPROVAL",
    "BASIS_COPY",
    "CASE_STATUS",
    "APPLICANT_CONTACT",
    "DEBTOR_IDENTITY",
    "OFFICER_CONTACT",
]
FIELDS = """id direction status otherCourt otherCaseNumber dueOn filedOn strikeOffBy struckOffOn concludeBy
  highCourtApprovalNo endedOn wasWithdrawn paidThere refusedCode isUnderWay version"""
LIST = f"{{ caseTransfers {{ ... on CaseTransferList {{ transfers {{ {FIELDS} }} }} }} }}"
SHOWN = f"... on CaseTransfer {{ {FIELDS} }} ... on Refusal {{ part }} ... on Problem {{ code }}"
CASE = """query C($number: CaseNumber!) { enforcementCase(caseNumber: $number) { ... on EnforcementCase {
  type status closingMethod amountApplied parties { role name } } ... on Problem { code } } }"""


def document(name: str, shown: str = SHOWN) -> str:
    return f"mutation M($input: {name[0].upper() + name[1:]}Input!) {{ {name}(input: $input) {{ {shown} }} }}"


@dataclass
class Two:
    """Both courts and the road between them."""

    own: rz.Court
    other: rz.Court
    road: Road
    clock: SetClock

    def at(self, day: str) -> None:
        self.clock.set(datetime.fromisoformat(f"{day}T09:00:00+08:00"))

    async def propose(self, who: Caller = HANDLER, key: str = "t", **changes: Any) -> Any:
        papers = [{"kind": kind, "sha256": DIGEST} for kind in PAPERS]
        given = {"caseNumber": rz.NUMBER, "entrustedCourt": SHEXIAN, "papers": papers, "idempotencyKey": key}
        return await ask(self.own.node, document("proposeCaseTransfer"), who, input=given | changes)

    async def listed(self, court: rz.Court, who: Caller) -> Any:
        (only,) = (await ask(court.node, LIST, who))["transfers"]
        return only

    async def sent(self) -> Any:
        made = await self.propose()
        given = {"id": made["id"], "version": made["version"]}
        done = await ask(self.own.node, document("sendCaseTransfer"), CHIEF, input=given)
        assert done["status"] == "SENT"
        await self.road.run()
        return await self.listed(self.other, THEIR_CHIEF)

    async def filed(self, **changes: Any) -> Any:
        arrived = await self.sent()
        given = {"id": arrived["id"], "version": arrived["version"], "handlerId": THEIR_HANDLER.officer_id} | changes
        done = await ask(self.other.node, document("fileCaseTransfer"), THEIR_CHIEF, input=given)
        await self.road.run()
        return done

    async def step(self, court: rz.Court, who: Caller, what: str, day: str, **changes: Any) -> Any:
        self.at(day)
        reader = CHIEF if court is self.own else THEIR_CHIEF
        now = await self.listed(court, reader)
        given = {"id": now["id"], "version": now["version"], "step": what, "on": day} | changes
        done = await ask(court.node, document("recordCaseTransferStep"), who, input=given)
        await self.road.run()
        return done

    async def states(self) -> list[str]:
        return [
            (await self.listed(self.own, CHIEF))["status"],
            (await self.listed(self.other, THEIR_CHIEF))["status"],
        ]


@asynccontextmanager
async def both(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Two]:
    zone, pools = TaskZone(), [await open_pool(await new_database("node")) for _ in range(2)]
    own, other = await rz.kaihua(zone, pools[0], clock), await rz.shexian(zone, pools[1], clock)
    yield Two(own, other, Road({KAIHUA: own.node, SHEXIAN: other.node}), clock)
    for pool in pools:
        await pool.close()
