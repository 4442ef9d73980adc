"""Live twins of the clear fields, at the gateway and through a node: they only grow; the last is the query's answer."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from enum import Enum, auto
from itertools import combinations_with_replacement
from typing import Any, Final

import msgspec
import pytest

from api.demo import fixtures
from db.clock import SetClock
from enforcement.desk import scattering
from enforcement.rules.rights import Caller, Role
from federation.ask.content import Answer
from federation.ask.refusing import Rejected
from federation.ask.status import Reason, Status
from federation.clear import admission
from federation.clear.admission import ClearCourt, Execute
from federation.clear.content import ClearQuery, Told
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN
from tests.schema.clear_zone import CENTRE, ClearDesk, clear_desk, officer

pytestmark = pytest.mark.anyio
_REST = """coverage { inScope asked answered complete courts { court { code } status reason rows asOf reportedBy } } }
  ... on NotCovered { code message coverage { answered courts { court { code } status reason } } }
  ... on Refusal { code part } } }"""
_OF: Final = "($scope: Scope!"
DOCUMENTS: Final = {
    "crossBorderMatrix": f"""query {_OF}) {{ crossBorderMatrix(scope: $scope) {{ __typename ... on CrossBorderMatrix {{
      asOf rows {{ sourceCourt division openCases {{ text }} }} {_REST}""",
    "delegationStatistics": f"""query {_OF}, $period: PeriodInput!) {{
      delegationStatistics(scope: $scope, period: $period) {{ __typename ... on DelegationStatistics {{
      asOf dispatched returnRate pairs {{ delegatingCourt figures {{ dispatched }} }} {_REST}""",
    "publicDishonestDebtors": f"""query {_OF}) {{ publicDishonestDebtors(scope: $scope, first: 4) {{ __typename
      ... on PublicDishonestDebtors {{ nodes {{ sourceCourt publishedOn number }} pageInfo {{ hasNextPage }} {_REST}""",
    "assistingUnits": f"""query {_OF}) {{ assistingUnits(scope: $scope, kind: BANK) {{ __typename
      ... on AssistingUnits {{ asOf hasMore units {{ sourceCourt unit {{ kind name }} }} {_REST}""",
    "unifiedStandards": f"""query {_OF}) {{ unifiedStandards(scope: $scope) {{ __typename ... on UnifiedStandards {{
      asOf standards {{ sourceCourt matter }} {_REST}""",
}
ROWS: Final = {
    "crossBorderMatrix": ("rows", "sourceCourt"),
    "delegationStatistics": ("pairs", "delegatingCourt"),
    "assistingUnits": ("units", "sourceCourt"),
    "unifiedStandards": ("standards", "sourceCourt"),
}
"""The lists that grow court by court, and where a row names its court; a page shows the first rows of those heard."""
PERIOD: Final = {"from": "2024-09-02", "to": "2025-07-14"}
SOON: Final = {"wholeZone": True, "deadlineMs": 2500}
MATRIX: Final = DOCUMENTS["crossBorderMatrix"]


class Way(Enum):
    """What becomes of a question at a court."""

    ANSWERS = auto()
    REFUSES = auto()
    HANGS = auto()
    IS_WRONG = auto()


class Courts:
    """What each court does; who hangs does so until the end of the test."""

    def __init__(self) -> None:
        self.ways = dict.fromkeys(DIVISIONS, Way.ANSWERS)
        self.gates: dict[str, asyncio.Event] = {}
        self.asked: list[str] = []
        self.over = asyncio.Event()

    async def admit(self, court: ClearCourt, raw: bytes, execute: Execute) -> bytes:
        self.asked.append(court.code)
        if court.code in self.gates:
            await self.gates[court.code].wait()
        match self.ways[court.code]:
            case Way.REFUSES:
                raise Rejected(Reason.MEMBERSHIP_SUSPENDED)
            case Way.HANGS:
                await self.over.wait()
            case Way.IS_WRONG:
                return await admission.admit(court, raw, _wrong)
            case Way.ANSWERS:
                pass
        return await admission.admit(court, raw, execute)


async def _wrong(_: ClearQuery) -> Told:
    return Told(Answer(status=Status.ANSWERED, rows=1, data=msgspec.Raw(b'{"who":"?"}')))


@pytest.fixture
async def zone(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[ClearDesk]:
    async with clear_desk(new_database, clock, rows=fixtures.rows) as made:
        yield made


@pytest.fixture
def courts(monkeypatch: pytest.MonkeyPatch) -> Courts:
    made = Courts()
    monkeypatch.setattr("api.clear_endpoints.admit", made.admit)
    return made


def live(document: str) -> str:
    return document.replace("query", "subscription", 1)


def timeless(value: Any) -> str:
    return re.sub(r"'tookMs': \d+", "", repr(value))


def statuses(coverage: Mapping[str, Any]) -> dict[str, Any]:
    return {
        court["court"]["code"]: (court["status"], court["reason"], court["rows"], court["reportedBy"])
        for court in coverage["courts"]
    }


def check_growing(field: str, frames: list[tuple[Any, dict[str, Any]]]) -> None:
    """What is told of a court stays told, and so do its rows; nothing pends at the end."""
    known: dict[str, Any] = {}
    rows: dict[str, list[Any]] = {}
    for data, extensions in frames:
        now = statuses(extensions["coverage"])
        settled = {court: told for court, told in now.items() if told[0] != "PENDING"}
        assert settled.items() >= known.items()
        known = settled
        if field in ROWS and data[field]["__typename"] != "NotCovered":
            name, of = ROWS[field]
            listed = {court: [row for row in data[field][name] if row[of] == court] for court in DIVISIONS}
            assert all(listed[court] == told for court, told in rows.items() if told)
            assert {court for court, told in listed.items() if told} <= set(settled)
            rows = listed
    assert set(known) == set(DIVISIONS)


async def check_twin(zone: ClearDesk, field: str, **variables: Any) -> list[tuple[Any, dict[str, Any]]]:
    given = {"scope": SOON, **({"period": PERIOD} if field == "delegationStatistics" else {}), **variables}

    asked = ClearDesk(zone.courts)

    async def at_node() -> list[tuple[Any, dict[str, Any]]]:
        document = live(DOCUMENTS[field])
        return [(data, told) async for data, told, errors in zone.live_at_node(document, **given) if not errors]

    async with asyncio.TaskGroup() as group:
        answer = group.create_task(asked.ask(DOCUMENTS[field], **given))
        passed_on = group.create_task(at_node())
        frames = [frame async for frame in zone.live(live(DOCUMENTS[field]), **given)]

    for seen in (frames, passed_on.result()):
        check_growing(field, seen)
        data, extensions = seen[-1]
        assert data == answer.result()
        assert timeless(extensions["coverage"]) == timeless(asked.extensions["coverage"])
    return frames


@pytest.mark.parametrize(
    "ways", list(combinations_with_replacement(Way, 3)), ids=lambda ways: "-".join(w.name for w in ways)
)
async def test_the_last_answer_is_the_querys(zone: ClearDesk, courts: Courts, ways: tuple[Way, ...]) -> None:
    """Whoever is silent, refuses or is at fault, of all five fields; no row of another court is missing."""
    courts.ways = dict(zip(DIVISIONS, ways, strict=True))

    async with asyncio.TaskGroup() as group:
        checks = [group.create_task(check_twin(zone, field)) for field in DOCUMENTS]
    courts.over.set()

    (matrix, *_) = checks
    data, extensions = matrix.result()[-1]
    answering = {court for court, way in courts.ways.items() if way is Way.ANSWERS}
    assert extensions["coverage"]["answered"] == len(answering)
    assert {row["sourceCourt"] for row in data["crossBorderMatrix"].get("rows", ())} == answering


async def test_courts_still_asked_are_pending(zone: ClearDesk, courts: Courts) -> None:
    courts.gates = {CHANGSHAN: asyncio.Event(), SHEXIAN: asyncio.Event()}
    frames = []

    async for data, extensions in zone.live(live(MATRIX)):
        frames.append((data, extensions))
        for code in (CHANGSHAN, SHEXIAN):
            if not courts.gates[code].is_set():
                courts.gates[code].set()
                break

    seen = [{code for code, told in statuses(e["coverage"]).items() if told[0] == "PENDING"} for _, e in frames]
    assert seen == [{CHANGSHAN, SHEXIAN}, {SHEXIAN}, set()]
    assert [e["coverage"]["complete"] for _, e in frames] == [False, False, True]
    listed = [{row["sourceCourt"] for row in data["crossBorderMatrix"]["rows"]} for data, _ in frames]
    assert listed == [{KAIHUA}, {KAIHUA, CHANGSHAN}, set(DIVISIONS)]


async def test_a_growing_page_leads_on_at_its_end_only(zone: ClearDesk, courts: Courts) -> None:
    """Rows of a court that is still asked may come before those shown."""
    document = DOCUMENTS["publicDishonestDebtors"].replace("hasNextPage", "hasNextPage endCursor")
    courts.gates = {KAIHUA: asyncio.Event()}
    frames = []

    async for data, _ in zone.live(live(document)):
        frames.append(data["publicDishonestDebtors"])
        courts.gates[KAIHUA].set()
    following = DOCUMENTS["publicDishonestDebtors"].replace("first: 4", f'first: 4, after: "{_end(frames[-1])}"')
    rest = (await zone.ask(following))["publicDishonestDebtors"]

    assert [_end(frame) is None for frame in frames] == [True] * (len(frames) - 1) + [False]
    assert KAIHUA not in {node["sourceCourt"] for node in frames[0]["nodes"]}
    assert [len(frame["nodes"]) for frame in (*frames, rest)] == [4] * (len(frames) + 1)
    shown = [(node["publishedOn"], node["number"]) for node in (*frames[-1]["nodes"], *rest["nodes"])]
    assert [day for day, _ in shown] == sorted((day for day, _ in shown), reverse=True)
    assert len(set(shown)) == 8


def _end(page: dict[str, Any]) -> Any:
    return page["pageInfo"]["endCursor"]


@pytest.mark.parametrize(
    ("caller", "scope", "code"),
    [
        (None, SOON, "NOT_SIGNED_IN"),
        (officer(Role.HANDLER), SOON, "FORBIDDEN"),
        (CENTRE, {}, "INVALID_SCOPE"),
        (CENTRE, {"courts": ["京01"]}, "UNKNOWN_COURT"),
    ],
)
async def test_who_may_not_ask_hears_why_once(
    zone: ClearDesk, courts: Courts, caller: Caller | None, scope: dict[str, Any], code: str
) -> None:
    frames = [data async for data, _ in zone.live(live(MATRIX), caller, scope=scope)]

    assert [frame["crossBorderMatrix"]["code"] for frame in frames] == [code]
    assert courts.asked == []


async def test_silence_that_counts_is_said_at_the_end(zone: ClearDesk, courts: Courts) -> None:
    courts.ways[SHEXIAN] = Way.HANGS

    frames = [data async for data, _ in zone.live(live(MATRIX), scope={**SOON, "requiredCourts": [SHEXIAN]})]
    courts.over.set()

    assert [frame["crossBorderMatrix"]["__typename"] for frame in frames[-2:]] == ["CrossBorderMatrix", "NotCovered"]


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set when the gateway stops asking before it has heard of everybody."""
    was_stopped, run = asyncio.Event(), scattering.run

    async def running(*given: Any) -> None:
        try:
            await run(*given)
        except asyncio.CancelledError:
            was_stopped.set()
            raise

    monkeypatch.setattr(scattering, "run", running)
    return was_stopped


async def test_who_leaves_asks_nobody_any_more(zone: ClearDesk, courts: Courts, stopped: asyncio.Event) -> None:
    courts.gates = {SHEXIAN: asyncio.Event()}
    frames = zone.live(live(MATRIX), scope={"wholeZone": True, "deadlineMs": 30_000})

    await anext(frames)
    was_asking = not stopped.is_set()
    await frames.aclose()
    courts.gates[SHEXIAN].set()

    assert (was_asking, stopped.is_set()) == (True, True)
