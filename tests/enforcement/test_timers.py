"""The sweeps run one after the other; one that fails is named in the log and stops no other."""

import logging

import pytest

from enforcement.rules.refusals import NotFound
from enforcement.timers import sweep

pytestmark = pytest.mark.anyio


class _Unreachable(Exception):
    sqlstate = "08006"


@pytest.mark.parametrize(
    ("error", "code"),
    [(NotFound(), "NOT_FOUND"), (_Unreachable("李某"), "08006"), (ValueError("330824199001010018"), "ValueError")],
)
async def test_one_that_fails_stops_no_other(error: Exception, code: str, caplog: pytest.LogCaptureFixture) -> None:
    ran = []

    async def failing(court: object) -> None:
        ran.append("failing")
        raise error

    async def working(court: object) -> None:
        ran.append("working")

    with caplog.at_level(logging.ERROR):
        await sweep(None, {"failing": failing, "working": working})  # type: ignore[arg-type]  # they need no court

    assert ran == ["failing", "working"]
    (line,) = caplog.records
    assert (line.msg, line.sweep, line.code) == ("sweep failed", "failing", code)  # type: ignore[attr-defined]
    assert line.exc_info is None
