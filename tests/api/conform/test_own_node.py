"""The kit finds nothing wrong with our own node."""

from pathlib import Path

import pytest

from api.conform import report
from api.conform.table import CHECKS
from db.clock import SetClock
from tests.api.conform.applicant import Applicant, NewDatabase, node_of

pytestmark = pytest.mark.anyio


async def test_our_own_node_is_green(new_database: NewDatabase, clock: SetClock, tmp_path: Path) -> None:
    made = Applicant(tmp_path, clock)
    async with node_of(made, await new_database("node")):
        found = await made.report()

    assert [(check.code, check.findings) for check in found.checks if check.findings] == []
    assert [check.code for check in found.checks] == [check.code for check in CHECKS]
    assert found.is_green
    assert report.read(report.write(found)) == found
