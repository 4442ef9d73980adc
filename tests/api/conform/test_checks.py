"""How checks are made: each bounded, each found out that cannot be made, and what they say in words of ours alone."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from api.conform import checks, raw_http, report
from api.conform.checks import Check, Seen
from api.conform.kit import Kit, NoAnswer
from api.conform.report import Finding, Outcome, Report
from db.clock import SetClock
from tests.enforcement.lookup_zone import bound

pytestmark = pytest.mark.anyio
KIT = cast(
    "Kit", SimpleNamespace(clock=SetClock(datetime(2025, 7, 14, tzinfo=UTC)), examined=SimpleNamespace(court="浙0881"))
)


async def made(*run: Callable[[Kit, Seen], Awaitable[None]], **options: Any) -> Report:
    return await checks.run(KIT, [Check(f"CHECK_{n}", "", "", each, **options) for n, each in enumerate(run)])


async def holds(_: Kit, __: Seen) -> None:
    """Nothing is found."""


async def fails(_: Kit, seen: Seen) -> None:
    seen.expect("EMPTY", "EMPTY", "ANSWERED")
    seen.expect("REFUSED", "EMPTY", "ANSWERED", path="Query." + "x" * 300)


async def unheard(_: Kit, __: Seen) -> None:
    raise NoAnswer


async def endless(_: Kit, __: Seen) -> None:
    await asyncio.sleep(60)


async def test_a_check_that_cannot_be_made_has_failed() -> None:
    found = await made(holds, fails, unheard, endless, limit_s=0.05)

    assert [check.outcome for check in found.checks] == [Outcome.PASSED, *[Outcome.FAILED] * 3]
    assert [[(each.expected, each.found) for each in check.findings] for check in found.checks] == [
        [],
        [("EMPTY", "REFUSED")],
        [("ANSWER", "NO_ANSWER")],
        [("ANSWER", "TIMED_OUT")],
    ]
    assert not found.is_green
    assert report.read(report.write(found)) == found


async def test_many_findings_are_cut_off() -> None:
    async def many(_: Kit, seen: Seen) -> None:
        seen.findings += [Finding(expected="A", found="B")] * 500
        seen.notes += [Finding(expected="A", found="B")] * 500

    found = await made(many)

    assert [len(found.checks[0].findings), len(found.checks[0].notes)] == [report.MOST_FINDINGS] * 2
    assert report.read(report.write(found)) == found


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ((401, "BAD_SIGNATURE"), "401-BAD_SIGNATURE"),
        (("REFUSED", None), "REFUSED"),
        (("EMPTY", "李样甲"), report.OTHER),
        (("EMPTY", "some words"), report.OTHER),
        (("EMPTY", "X" * 100), report.OTHER),
        (("",), report.OTHER),
    ],
)
def test_a_nodes_own_words_are_not_repeated(said: tuple[object, ...], words: str) -> None:
    assert report.words(*said) == words


ANSWERS = {
    "a refusal": (b"HTTP/1.1 413 Too Large\r\n\r\n", "413"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6", "OTHER"),
    "a word of its own": (b"HTTP/1.1 abc Whatever\r\n", "OTHER"),
    "nothing": (b"", raw_http.CLOSED),
    "not enough": (b"HTTP", raw_http.CLOSED),
}


@pytest.mark.parametrize("answer", ANSWERS)
async def test_of_an_answer_the_status_is_read(answer: str) -> None:
    raw, expected = ANSWERS[answer]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(raw)
        await writer.drain()
        writer.close()

    with bound(0) as sock:
        async with await asyncio.start_server(serve, sock=sock):
            url = f"http://127.0.0.1:{sock.getsockname()[1]}"
            assert await raw_http.exchange(url, b"GET /", wait_s=2) == expected


async def test_silence_and_absence_are_told_apart() -> None:
    with bound(0) as sock:
        sock.listen()
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        assert await raw_http.exchange(url, b"GET /", wait_s=0.1) == raw_http.SILENT

    with pytest.raises(NoAnswer):
        await raw_http.exchange(url, b"GET /", wait_s=0.1)
