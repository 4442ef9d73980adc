"""Live twins at the node's door: the gateway's signed answers as they come, in their order, or an error."""

import asyncio
import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Any, Final
from uuid import uuid4

import orjson
import pytest

from db.clock import SetClock
from enforcement.rules.rights import Caller, Role
from federation.clear import passing, passing_live
from federation.clear.passing import NoAnswer, ZoneAnswer, ZoneClient
from federation.clear.passing_live import END, Place, delimited
from federation.wire import statement
from federation.wire.signing import generate_signing
from tests.federation.zone import CHANGSHAN, DIVISIONS, KAIHUA, SHEXIAN
from tests.schema.clear_zone import ClearDesk, clear_desk
from tests.schema.test_clear_twins import Courts, courts, statuses, stopped  # noqa: F401 - fixtures

pytestmark = pytest.mark.anyio
MATRIX: Final = """subscription ($scope: Scope!, $named: Boolean = true) { m: crossBorderMatrix(scope: $scope) {
  __typename ...Rows ... on Problem { code } } }
  fragment Rows on CrossBorderMatrix { rows { sourceCourt division @include(if: $named) } }"""
FIRST: Final = {"__typename": "CrossBorderMatrix", "rows": [{"sourceCourt": KAIHUA, "division": "330824"}]}


@pytest.fixture
async def zone(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[ClearDesk]:
    async with clear_desk(new_database, clock) as made:
        yield made


async def heard(zone: ClearDesk, document: str = MATRIX, **given: Any) -> list[tuple[Any, list[Any]]]:
    """Each answer's data, and its errors' extensions."""
    return [
        (data, [error.extensions for error in errors]) async for data, _, errors in zone.live_at_node(document, **given)
    ]


@pytest.mark.parametrize("court", DIVISIONS)
async def test_answers_come_as_courts_answer(zone: ClearDesk, courts: Courts, court: str) -> None:  # noqa: F811
    courts.gates = {CHANGSHAN: asyncio.Event(), SHEXIAN: asyncio.Event()}
    seen = []

    async for data, extensions, errors in zone.live_at_node(MATRIX, court):
        assert errors == []
        seen.append(({row["sourceCourt"] for row in data["m"]["rows"]}, statuses(extensions["coverage"])))
        waiting = [gate for gate in courts.gates.values() if not gate.is_set()]
        if waiting:
            waiting[0].set()

    seen = [each for each, _ in itertools.groupby(seen)]  # the last court may be heard of before the end is
    assert [rows for rows, _ in seen] == [{KAIHUA}, {KAIHUA, CHANGSHAN}, set(DIVISIONS)]
    pending = [{code for code, told in each.items() if told[0] == "PENDING"} for _, each in seen]
    assert pending == [{CHANGSHAN, SHEXIAN}, {SHEXIAN}, set()]


async def test_a_refusal_is_the_gateways_value(zone: ClearDesk, courts: Courts) -> None:  # noqa: F811
    handler = Caller("o-330824-01", KAIHUA, frozenset(Role))

    assert await heard(zone, caller=handler) == [({"m": {"__typename": "Refusal", "code": "FORBIDDEN"}}, [])]
    assert await heard(zone, scope={}) == [({"m": {"__typename": "Refusal", "code": "INVALID_SCOPE"}}, [])]
    assert courts.asked == []


async def test_an_officer_whom_nobody_lists_hears_an_error(zone: ClearDesk) -> None:
    unlisted = Caller("o-330824-99", KAIHUA, frozenset(Role))

    assert await heard(zone, caller=unlisted) == [(None, [{"code": "FORBIDDEN"}])]


async def test_without_the_gateway_there_is_an_error(zone: ClearDesk) -> None:
    await zone.courts.stop["gateway"]()

    assert await heard(zone) == [(None, [{"code": "GATEWAY_UNREACHABLE"}])]


async def test_a_suspended_court_hears_why(new_database: Callable[..., Any], clock: SetClock) -> None:
    async with clear_desk(new_database, clock, states={SHEXIAN: "SUSPENDED"}) as zone:
        assert await heard(zone, court=SHEXIAN) == [(None, [{"code": "MEMBERSHIP_SUSPENDED"}])]


async def test_who_leaves_the_node_stops_the_gateway(
    zone: ClearDesk,
    courts: Courts,  # noqa: F811
    stopped: asyncio.Event,  # noqa: F811
) -> None:
    courts.gates = {SHEXIAN: asyncio.Event()}
    frames = zone.live_at_node(MATRIX, scope={"wholeZone": True, "deadlineMs": 30_000})

    await anext(frames)
    was_asking = not stopped.is_set()
    await frames.aclose()
    async with asyncio.timeout(10):
        await stopped.wait()
    courts.gates[SHEXIAN].set()

    assert was_asking


class Row:
    """Frames as the gateway would write them, with what a test changes."""

    def __init__(self, zone: ClearDesk, raw: bytes) -> None:
        self._signer = zone.courts.zone.gateway
        self._asked, self._digest = passing.parse_request(raw)[1], statement.digest(raw)

    def frame(self, number: int, value: Any = FIRST, **changes: Any) -> bytes:
        place = Place(changes.pop("re", self._asked.id), changes.pop("digest", self._digest), number)
        given = {"directory": 1, "signer": self._signer, **changes}
        return passing_live.write_frame(ZoneAnswer(orjson.dumps(value), [], {}), place, **given)

    def end(self, number: int) -> bytes:
        place = Place(self._asked.id, self._digest, number)
        return passing_live.write_frame(END, place, directory=1, signer=self._signer, is_last=True)


Frames = Callable[[Row], list[bytes]]
FAULTS: Final[dict[str, Frames]] = {
    "rubbish": lambda row: [b"rubbish"],
    "a forged one": lambda row: [row.frame(0, signer=generate_signing()), row.end(1)],
    "to another request": lambda row: [row.frame(0, re=uuid4()), row.end(1)],
    "to another text": lambda row: [row.frame(0, digest="0" * 64), row.end(1)],
    "one left out": lambda row: [row.frame(1), row.end(2)],
    "an end too early in the row": lambda row: [row.end(1)],
    "a directory that nobody has": lambda row: [row.frame(0, directory=9), row.end(1)],
    "another shape": lambda row: [row.frame(0, {**FIRST, "who": "李样甲"}), row.end(1)],
    "null": lambda row: [row.frame(0, None), row.end(1)],
    "an end that says something": lambda row: [row.frame(0, is_last=True)],
}
LATER: Final[dict[str, Frames]] = {
    "the same again": lambda row: [row.frame(0), row.frame(0), row.end(1)],
    "one left out": lambda row: [row.frame(0), row.frame(2), row.end(3)],
    "a forged one": lambda row: [row.frame(0), row.frame(1, signer=generate_signing()), row.end(2)],
}


def answer_with(monkeypatch: pytest.MonkeyPatch, zone: ClearDesk, frames: Frames, *, breaks: bool = False) -> None:
    async def follow(_: ZoneClient, raw: bytes) -> AsyncGenerator[bytes, None]:
        for frame in frames(Row(zone, raw)):
            yield frame
        if breaks:
            raise NoAnswer

    monkeypatch.setattr(passing_live, "follow", follow)


async def test_the_gateways_row_is_answered(zone: ClearDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, zone, lambda row: [row.frame(0), row.frame(1), row.end(2), row.frame(3)])

    assert await heard(zone) == [({"m": FIRST}, [])] * 2


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_is_not_genuine_is_no_answer(zone: ClearDesk, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, zone, FAULTS[fault])

    assert await heard(zone) == [(None, [{"code": "GATEWAY_FAULTY"}])]


@pytest.mark.parametrize("fault", LATER)
async def test_a_row_is_good_up_to_its_first_fault(
    zone: ClearDesk, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_with(monkeypatch, zone, LATER[fault])

    assert await heard(zone) == [({"m": FIRST}, []), (None, [{"code": "GATEWAY_FAULTY"}])]


@pytest.mark.parametrize("breaks", [True, False])
async def test_a_row_without_its_end_was_not_all(
    zone: ClearDesk, monkeypatch: pytest.MonkeyPatch, *, breaks: bool
) -> None:
    answer_with(monkeypatch, zone, lambda row: [row.frame(0)], breaks=breaks)

    assert await heard(zone) == [({"m": FIRST}, []), (None, [{"code": "GATEWAY_UNREACHABLE"}])]


async def test_frames_are_found_wherever_the_stream_is_cut() -> None:
    whole = b"".join(map(delimited, (b"", b"a", b"bc" * 500)))

    async def chunks(size: int) -> AsyncGenerator[bytes, None]:
        for start in range(0, len(whole), size):
            yield whole[start : start + size]

    for size in (1, 3, 7, len(whole)):
        assert [frame async for frame in passing_live.read(chunks(size))] == [b"", b"a", b"bc" * 500]


async def test_a_frame_longer_than_an_answer_is_not_read() -> None:
    async def chunks() -> AsyncGenerator[bytes, None]:
        yield (passing.MAX_ANSWER + 1).to_bytes(4, "big")
        raise AssertionError("nothing more is read")

    with pytest.raises(passing.Malformed):
        await anext(passing_live.read(chunks()))
