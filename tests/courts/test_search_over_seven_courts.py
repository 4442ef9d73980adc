"""SC-26 over real nodes: one search at seven courts, one of them down for ten days, one that sends it back."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import aiohttp
import anyio
import msgspec
import pytest

from api.demo import documents as d
from api.demo.client import Client
from api.demo.fixtures.facts import STORY_CASE, STORY_DEBTOR
from api.demo.running import start, token_minter
from api.demo.zone import Zone, lay_out
from api.registry import RegistryData
from api.registry_records import OwnedHolding, PriorMeasure
from tests.courts.conftest import free_block, quiet
from tests.courts.desks import CENTRE, CHIEF, HANDLER, Desks, connected, division_of, paper, stopped, until

pytestmark = pytest.mark.anyio

KAIHUA, CHANGSHAN, CHUNAN, DEXING = "浙0824", "浙0822", "浙0127", "赣1181"
WUYUAN, YUSHAN, XIUNING, SHEXIAN = "赣1130", "赣1123", "皖1022", "皖1021"
SEVEN: Final = (CHANGSHAN, CHUNAN, DEXING, WUYUAN, YUSHAN, XIUNING, SHEXIAN)
KINDS: Final = ["VEHICLE", "REAL_ESTATE"]
UNIT_NO: Final = "361181099099GB99999F00010001"
_ACT: Final = "... on DelegatedTask { id status version } ... on Problem { code message }"
_SEARCH: Final = "... on DelegatedSearch { id version status } ... on Problem { code message }"
DELEGATE: Final = f"mutation M($input: DelegateSearchInput!) {{ delegateSearch(input: $input) {{ {_SEARCH} }} }}"
APPROVE: Final = f"mutation M($input: SearchOpinionInput!) {{ approveDelegatedSearch(input: $input) {{ {_SEARCH} }} }}"
DISPATCH: Final = (
    f"mutation M($input: SearchVersionInput!) {{ dispatchDelegatedSearch(input: $input) {{ {_SEARCH} }} }}"
)
RETURN: Final = f"mutation M($input: ReturnDelegatedTaskInput!) {{ returnDelegatedTask(input: $input) {{ {_ACT} }} }}"
CLONE: Final = f"mutation M($input: CloneDelegatedTaskInput!) {{ cloneDelegatedTask(input: $input) {{ {_ACT} }} }}"
SEIZE: Final = f"mutation M($input: DelegateSeizureInput!) {{ delegateSeizure(input: $input) {{ {_ACT} }} }}"
KNOWN: Final = """
query Known($id: UUID!) { delegatedSearch(id: $id) { ... on DelegatedSearch {
  coverage { asked answered returned overdue undeliverable pending nothingFound complete
             courts { court answer reason task { id version } } }
  findings(first: 100) { ... on FindingConnection { nodes { id kind court adoptedAt } } }
  tasks { id entrustedCourt status }
} } }"""
MEASURES: Final = """
query Measures($number: CaseNumber!) { enforcementCase(caseNumber: $number) { ... on EnforcementCase {
  measures { nodes { status rank orderingCourt executingCourt asset { kind } } }
} } }"""


@pytest.fixture(scope="module")
async def zone(anyio_backend: str) -> AsyncIterator[Zone]:
    """A zone of its own, whose clock is moved: the debtor has a car in 歙县 and, sealed by 淳安, a house in 德兴."""
    made = lay_out(free_block(), durable=False)
    file = made.folder / "registry-data.json"
    file.write_bytes(msgspec.json.encode(_with_house(msgspec.json.decode(file.read_bytes(), type=RegistryData))))
    try:
        async with aiohttp.ClientSession() as session:
            await start(made, session, "en", lambda _: None)
        await quiet(made)
        yield made
    finally:
        made.close()


def _with_house(books: RegistryData) -> RegistryData:
    house = OwnedHolding(
        owner=STORY_DEBTOR,
        kind="REAL_ESTATE",
        identity={"unit_no": UNIT_NO, "certificate_no": "赣（2020）德兴市不动产权第0000001号"},
        description="住宅",
        estimated_value=Decimal("20000.00"),
        prior=[PriorMeasure(CHUNAN, datetime(2025, 3, 3, 2, tzinfo=UTC))],
    )
    units = [
        msgspec.structs.replace(unit, holdings=[*unit.holdings, house])
        if unit.division == division_of(DEXING) and unit.kind == "LAND_REGISTRY"
        else unit
        for unit in books.units
    ]
    return msgspec.structs.replace(books, units=units)


@dataclass(frozen=True, slots=True)
class Search:
    """One search of 开化 at the seven, and who works on it where."""

    desks: Desks
    id: str

    async def known(self) -> dict[str, Any]:
        return await self.desks.handler_of(STORY_CASE).one(KNOWN, id=self.id)

    async def comes_to(self, *figures: object) -> dict[str, Any]:
        """What is known once (answered, returned, overdue, complete) are these."""

        async def look() -> dict[str, Any] | None:
            known = await self.known()
            covered = known["coverage"]
            told = tuple(covered[name] for name in ("answered", "returned", "overdue", "complete"))
            return known if told == figures else None

        found: dict[str, Any] = await until(look)
        return found

    async def task_of(self, court: str) -> str:
        """The task that asks the court."""
        courts = (await self.known())["coverage"]["courts"]
        task_id: str = next(each["task"]["id"] for each in courts if each["court"] == court)
        return task_id

    async def act(self, court: str, office: str, name: str, task_id: str, **given: Any) -> None:
        task = await self.desks.at(court, CENTRE).one(d.TASK, id=task_id)
        given |= {"id": task_id, "version": task["version"]}
        await self.desks.at(court, office).one(d.task_act(name), input=given)

    async def begin(self, court: str, task_id: str) -> None:
        """The court signs for the task and gives it to its first handler."""
        await self.desks.reached(court, task_id, "RECEIVED")
        await self.act(court, CENTRE, "signForDelegatedTask", task_id)
        officer = f"o-{division_of(court)}-{HANDLER}"
        await self.act(court, CHIEF, "assignDelegatedTask", task_id, officerId=officer)

    async def answer(self, court: str) -> None:
        """The court searches as it was asked, and feeds back what its units said."""
        task_id, handler = await self.task_of(court), self.desks.at(court, HANDLER)
        await self.begin(court, task_id)
        asked = await handler.one(
            d.REQUEST_SEARCH, input={"idempotencyKey": f"look-{task_id}", "taskId": task_id, "kinds": KINDS}
        )

        async def done() -> dict[str, Any] | None:
            search = await handler.one(d.SEARCH, id=asked["id"])
            return search if search["status"] == "DONE" else None

        found = (await until(done))["findings"]
        result = "DONE_FULL" if found else "NOT_FOUND_ASSET"
        await self.act(court, HANDLER, "submitFeedback", task_id, result=result)

    async def send_back(self, court: str) -> None:
        task_id = await self.task_of(court)
        task = await self.desks.reached(court, task_id, "RECEIVED")
        spoke = {"at": self.desks.zone.clock.now().isoformat(), "channel": "PHONE"}
        given = {"id": task_id, "version": task["version"], "communication": spoke}
        await self.desks.at(court, CHIEF).one(RETURN, input=given | {"reason": "AVAILABLE_ON_NATIONAL_NETWORK"})

    async def send_off(self, task_id: str) -> None:
        """Submitted, approved, dispatched: as every draft."""
        for name, office in (("submit", ""), ("approve", CHIEF), ("dispatch", CENTRE)):
            desk = self.desks.at(KAIHUA, office) if office else self.desks.handler_of(STORY_CASE)
            task = await self.desks.at(KAIHUA, CENTRE).one(d.TASK, id=task_id)
            await desk.one(d.task_act(f"{name}DelegatedTask"), input={"id": task_id, "version": task["version"]})

    async def clone(self, court: str) -> None:
        courts = (await self.known())["coverage"]["courts"]
        task = next(each["task"] for each in courts if each["court"] == court)
        made = await self.desks.handler_of(STORY_CASE).one(CLONE, input={**task, "idempotencyKey": "again"})
        await self.send_off(made["id"])

    async def seize(self, finding: dict[str, Any], ruling: str) -> None:
        """A find becomes a task, and the court where it lies serves the notice on its unit."""
        given = {
            "findingId": finding["id"],
            "rulingNo": STORY_CASE + ruling,
            "idempotencyKey": ruling,
            "documents": [paper("SERVICE_RECEIPT")],
        }
        made = await self.desks.handler_of(STORY_CASE).one(SEIZE, input=given)
        await self.send_off(made["id"])
        await self.begin(finding["court"], made["id"])
        handler = self.desks.at(finding["court"], HANDLER)
        await handler.one(d.SERVE_NOTICE, input={"taskId": made["id"], "idempotencyKey": f"serve-{made['id']}"})


async def _asked(desks: Desks) -> Search:
    """The search, approved and sent while 休宁 is down."""
    given = {
        "caseNumber": STORY_CASE,
        "kinds": KINDS,
        "courts": list(SEVEN),
        "documents": [paper(kind) for kind in ("DELEGATION_LETTER", "OFFICER_CERTIFICATE", "INVESTIGATION_NOTICE")],
        "idempotencyKey": "sc-26",
    }
    made = await desks.handler_of(STORY_CASE).one(DELEGATE, input=given)
    again = await desks.handler_of(STORY_CASE).one(DELEGATE, input=given)
    assert again["id"] == made["id"]
    for document, office in ((APPROVE, CHIEF), (DISPATCH, CENTRE)):
        made = await desks.at(KAIHUA, office).one(document, input={"id": made["id"], "version": made["version"]})
    return Search(desks, made["id"])


async def test_search_over_seven_courts(zone: Zone) -> None:
    async with aiohttp.ClientSession() as session:
        desks = Desks(zone, Client(session, token_minter(zone)))
        async with stopped(zone, XIUNING):
            search = await _asked(desks)
            async with anyio.create_task_group() as group:
                for court in (SHEXIAN, DEXING, CHANGSHAN, CHUNAN, WUYUAN):
                    group.start_soon(search.answer, court)
                group.start_soon(search.send_back, YUSHAN)
            await search.comes_to(5, 1, 0, False)
            zone.clock.set(zone.clock.now() + timedelta(days=10))
            before = await search.comes_to(5, 1, 1, False)
        await search.answer(XIUNING)
        back = await search.comes_to(6, 1, 0, False)
        await search.clone(YUSHAN)
        await search.answer(YUSHAN)
        whole = await search.comes_to(7, 0, 0, True)

        assert [known["coverage"]["asked"] for known in (before, back, whole)] == [7, 7, 7]
        assert [known["coverage"]["nothingFound"] for known in (before, back, whole)] == [3, 4, 5]
        assert {(find["kind"], find["court"]) for find in whole["findings"]["nodes"]} == {
            ("VEHICLE", SHEXIAN),
            ("REAL_ESTATE", DEXING),
        }
        async with anyio.create_task_group() as group:
            for number, find in enumerate(whole["findings"]["nodes"]):
                group.start_soon(search.seize, find, "之" + "一二"[number])
        await _measures_stand(search)
        await _nothing_is_doubled(zone)


async def _measures_stand(search: Search) -> None:
    """One is in force, one waits behind 淳安's."""

    async def look() -> Any:
        case = await search.desks.handler_of(STORY_CASE).one(MEASURES, number=STORY_CASE)
        stand = case["measures"]["nodes"]
        return stand if {each["status"] for each in stand} == {"EFFECTIVE", "WAITING"} else None

    assert {
        (each["asset"]["kind"], each["status"], each["rank"], each["orderingCourt"], each["executingCourt"])
        for each in await until(look)
    } == {("VEHICLE", "EFFECTIVE", 1, KAIHUA, SHEXIAN), ("REAL_ESTATE", "WAITING", 2, KAIHUA, DEXING)}


async def _nothing_is_doubled(zone: Zone) -> None:
    """Each court has the tasks that it was asked for: 玉山 two, 歙县 and 德兴 a seizure beside the search."""
    expected = dict.fromkeys(SEVEN, 1) | {YUSHAN: 2, SHEXIAN: 2, DEXING: 2}
    for court in SEVEN:
        async with connected(zone, division_of(court)) as conn:
            found = await conn.fetchval(
                "SELECT count(*) FROM tasks WHERE delegating_court = $1 AND NOT synthetic", KAIHUA
            )
        assert found == expected[court], court
