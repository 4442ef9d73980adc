"""One search over eight courts, from its dispatch to complete coverage, against the same registry calls made bare.

The asking court searches at home and has seven others search, for every kind that a unit of the zone answers a program
for; each court signs for its task, assigns it, asks its units and feeds back, by its officers at its own door. The
floor makes as many calls to the same registries, with the same questions, by one client. Both in turns.
"""

import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import aiohttp
import anyio
import msgspec

from api.demo import documents as d
from api.demo import fixtures
from api.demo.client import Client
from api.demo.fixtures.facts import CourtFacts
from api.demo.running import start, token_minter
from api.demo.zone import Zone, lay_out
from bench import process_facts, report
from bench.setting import Setting
from db.clock import monotonic_s
from db.records.cases import CaseStatus
from db.records.parties import PartyKind, PartyRole
from enforcement.channels import SearchRequest, Subject
from enforcement.court_rows import PartyRow
from enforcement.rules.units import ONLINE, SEARCH

FROM: Final = "浙0824"
_CENTRE, _CHIEF, _HANDLER = "07", "05", "01"
_LONGEST_S: Final = 120.0
_POLL_S: Final = 0.02
_AT_ONCE: Final = 16
"""Inquiries that one node's worker asks at a time."""
_SEARCH: Final = "... on DelegatedSearch { id version tasks { id entrustedCourt } } ... on Problem { code message }"
DELEGATE: Final = f"mutation M($input: DelegateSearchInput!) {{ delegateSearch(input: $input) {{ {_SEARCH} }} }}"
APPROVE: Final = f"mutation M($input: SearchOpinionInput!) {{ approveDelegatedSearch(input: $input) {{ {_SEARCH} }} }}"
DISPATCH: Final = (
    f"mutation M($input: SearchVersionInput!) {{ dispatchDelegatedSearch(input: $input) {{ {_SEARCH} }} }}"
)
KNOWN: Final = """query K($id: UUID!) { delegatedSearch(id: $id) { ... on DelegatedSearch {
  coverage { asked answered complete }
} } }"""
ASKED: Final = """query A($id: UUID!) { assetSearch(id: $id) { ... on AssetSearch {
  status inquiries { unitId outcome attempts }
} } }"""


@dataclass(slots=True)
class _Compared:
    """Seconds and CPU seconds, round by round."""

    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    bare_wall_s: list[float] = field(default_factory=list)
    bare_cpu_s: list[float] = field(default_factory=list)
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """An open case of one debtor."""

    number: str
    handler: str
    debtor: PartyRow


async def measure(setting: Setting) -> str:
    """The table."""
    setting.say("a search over eight courts ...")
    zone, found = lay_out(setting.port), _Compared()
    try:
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            await start(zone, session, "en", lambda _: None)
            round_of = _Round(zone, Client(session, token_minter(zone)), session)
            for number, case in zip(range(setting.rounds + 1), open_cases(), strict=False):
                found.calls = await _compared(round_of, case, found, counts=number > 0)
    finally:
        await anyio.to_thread.run_sync(zone.close, abandon_on_cancel=False)
    return _told(found, setting)


async def _compared(round_of: "_Round", case: Case, found: _Compared, *, counts: bool) -> int:
    """One round of each side; the first warms up. How many calls were made."""
    wall, cpu, calls = await _timed(round_of, lambda: round_of.search(case))
    bare_wall, bare_cpu, made = await _timed(round_of, lambda: round_of.bare(case))
    if calls != made:
        raise RuntimeError(f"{calls} calls against {made}")
    if counts:
        found.wall_s.append(wall)
        found.cpu_s.append(cpu)
        found.bare_wall_s.append(bare_wall)
        found.bare_cpu_s.append(bare_cpu)
    return calls


async def _timed(round_of: "_Round", work: Callable[[], Awaitable[int]]) -> tuple[float, float, int]:
    cpu_before, began_s = round_of.cpu_s(), monotonic_s()
    with anyio.fail_after(_LONGEST_S):
        calls = await work()
    return monotonic_s() - began_s, round_of.cpu_s() - cpu_before, calls


def open_cases() -> list[Case]:
    """Open cases of the asking court with one debtor each, a person."""
    rows = fixtures.rows(FROM)
    people = {party.id: party for party in rows.parties}
    found = []
    for case in rows.cases:
        debtors = [e.party_id for e in rows.case_parties if e.case_id == case.id and e.role is PartyRole.DEBTOR]
        is_open = case.status is CaseStatus.IN_PROGRESS and case.handler_id is not None
        if is_open and len(debtors) == 1 and people[debtors[0]].kind is PartyKind.NATURAL:
            found.append(Case(case.number, str(case.handler_id)[-2:], people[debtors[0]]))
    return found


def _kinds() -> list[str]:
    """Every kind that a unit answers a program for."""
    items = (item for facts in fixtures.courts() for unit in _online(facts) for item in unit.items)
    return sorted({kind for item in items if item["code"] == SEARCH for kind in item["asset_kinds"]})


def _online(facts: CourtFacts) -> list[Any]:
    return [
        unit for unit in fixtures.rows(facts.code).units if unit.channel in ONLINE and unit.division == facts.division
    ]


@dataclass(frozen=True, slots=True)
class _Round:
    """Who acts in one round, and where."""

    zone: Zone
    client: Client
    session: aiohttp.ClientSession

    def cpu_s(self) -> float:
        """Of every process of the zone, and of this one, which makes the officers' requests and the bare calls."""
        running = [program.process.pid for program in self.zone.programs.programs.values() if program.process]
        return process_facts.cpu_s([*running, self.zone.server.process.pid]) + _own_cpu_s()

    async def search(self, case: Case) -> int:
        """Asked for, approved, sent, answered by all; how many calls the units had."""
        papers = [
            {"kind": kind, "number": "样1号", "sha256": "0" * 64}
            for kind in ("DELEGATION_LETTER", "OFFICER_CERTIFICATE", "INVESTIGATION_NOTICE")
        ]
        others = [facts for facts in fixtures.courts() if facts.code != FROM]
        given = {
            "caseNumber": case.number,
            "kinds": _kinds(),
            "courts": [facts.code for facts in others],
            "documents": papers,
            "idempotencyKey": str(uuid4()),
        }
        (home,) = (facts for facts in fixtures.courts() if facts.code == FROM)
        made = await self._one(home, case.handler, DELEGATE, input=given)
        for document, office in ((APPROVE, _CHIEF), (DISPATCH, _CENTRE)):
            made = await self._one(home, office, document, input={"id": made["id"], "version": made["version"]})
        calls: list[int] = []
        by_court = {task["entrustedCourt"]: task["id"] for task in made["tasks"]}
        async with anyio.create_task_group() as group:
            group.start_soon(self._look, home, case.handler, {"caseNumber": case.number}, calls)
            for facts in others:
                group.start_soon(self._answer, facts, by_court[facts.code], calls)
        await self._until(home, case.handler, KNOWN, made["id"], lambda known: known["coverage"]["complete"])
        return sum(calls)

    async def _answer(self, facts: CourtFacts, task_id: str, calls: list[int]) -> None:
        await self._until(facts, _CENTRE, d.TASK, task_id, lambda task: task.get("status") == "RECEIVED")
        await self._act(facts, _CENTRE, "signForDelegatedTask", task_id)
        officer = f"o-{facts.division}-{_HANDLER}"
        await self._act(facts, _CHIEF, "assignDelegatedTask", task_id, officerId=officer)
        await self._look(facts, _HANDLER, {"taskId": task_id}, calls)
        await self._act(facts, _HANDLER, "submitFeedback", task_id, result="DONE_FULL")

    async def _look(self, facts: CourtFacts, office: str, basis: dict[str, str], calls: list[int]) -> None:
        given = {**basis, "kinds": _kinds(), "idempotencyKey": str(uuid4())}
        made = await self._one(facts, office, d.REQUEST_SEARCH, input=given)
        search = await self._until(facts, office, ASKED, made["id"], lambda search: search["status"] == "DONE")
        calls.append(sum(row["attempts"] > 0 for row in search["inquiries"]))  # asked again or not

    async def bare(self, case: Case) -> int:
        """The same questions to the same units, and nothing around them; how many."""
        debtor = case.debtor
        subject = Subject(
            kind=debtor.kind, name=debtor.name, identifier_kind=debtor.identifier_kind, identifier=debtor.identifier
        )
        kinds, calls = _kinds(), 0
        limiter = anyio.CapacityLimiter(_AT_ONCE * len(fixtures.courts()))
        async with anyio.create_task_group() as group:
            for facts in fixtures.courts():
                for unit in _online(facts):
                    asked = SearchRequest(
                        id=uuid4(), court=facts.code, case_number=case.number, subject=subject, kinds=kinds
                    )
                    group.start_soon(self._post, unit.id, msgspec.json.encode(asked), limiter)
                    calls += 1
        return calls

    async def _post(self, unit_id: str, body: bytes, limiter: anyio.CapacityLimiter) -> None:
        async with (
            limiter,
            self.session.post(f"{self.zone.addresses.registry}/{unit_id}/searches", data=body) as answer,
        ):
            answer.raise_for_status()
            await answer.read()

    async def _one(self, facts: CourtFacts, office: str, document: str, **variables: Any) -> dict[str, Any]:
        url, officer = self.zone.addresses.node(facts.division), f"o-{facts.division}-{office}"
        return await self.client.one(url, facts.division, officer, document, variables)

    async def _act(self, facts: CourtFacts, office: str, name: str, task_id: str, **given: Any) -> None:
        task = await self._one(facts, _CENTRE, d.TASK, id=task_id)
        given |= {"id": task_id, "version": task["version"]}
        await self._one(facts, office, d.task_act(name), input=given)

    async def _until(
        self, facts: CourtFacts, office: str, document: str, object_id: str, holds: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any]:
        """What the document reads once it holds; what is not there yet is asked for again."""
        url, officer = self.zone.addresses.node(facts.division), f"o-{facts.division}-{office}"
        while True:
            data = await self.client.data(url, facts.division, officer, document, {"id": object_id})
            (found,) = data.values()
            if holds(found):
                return dict(found)
            await anyio.sleep(_POLL_S)


def _own_cpu_s() -> float:
    times = os.times()
    return times.user + times.system


def _told(found: _Compared, setting: Setting) -> str:
    over = [ours / theirs for ours, theirs in zip(found.wall_s, found.bare_wall_s, strict=True)]
    cpu_over = [ours / theirs for ours, theirs in zip(found.cpu_s, found.bare_cpu_s, strict=True)]
    rows = [
        ("calls to assisting units", str(found.calls)),
        ("to complete coverage, s", report.spread(found.wall_s)),
        ("CPU of all processes, s", report.spread(found.cpu_s)),
        ("the calls alone, s", report.spread(found.bare_wall_s, 3)),
        ("CPU of the calls alone, s", report.spread(found.bare_cpu_s, 3)),
        ("time over the calls alone", report.spread(over, 1)),
        ("CPU over the calls alone", report.spread(cpu_over, 1)),
    ]
    note = (
        f"Medians of {setting.rounds} alternated rounds, with the lowest and the highest; each round is another case. "
        "CPU includes the program that plays the officers."
    )
    return f"## A search over eight courts\n\n{report.table(('what', 'value'), rows)}\n\n{note}"
