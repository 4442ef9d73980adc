"""docs/examples/admin.sh, run as a newcomer runs it: a ninth court applies, is admitted, suspended, and leaves.

The zone is this module's own: a court that was listed once stays listed, and other modules count eight.
"""

import os
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import anyio
import pytest

from api.demo import applicant, control
from api.demo.demo import _commands
from api.demo.people import announced
from api.demo.running import start
from api.demo.zone import Zone, lay_out
from tests.courts.conftest import free_block, quiet

pytestmark = pytest.mark.anyio

SCRIPT = Path(__file__).parents[2] / "docs" / "examples" / "admin.sh"
HEARD = re.compile(r'"浙0881": (null|\{.*?"status": "(\w+)", "reason": (?:"(\w+)"|null))')


@pytest.fixture
async def announced_zone(anyio_backend: str) -> AsyncIterator[Zone]:
    """A zone with an applicant, known to `xiezhi demo` and `xiezhi token` as a running demo is."""
    made = lay_out(free_block(), durable=False, with_applicant=True)
    ninth = made.programs.programs[applicant.FACTS.code]
    ninth.environment = {**ninth.environment, "XIEZHI_HEAD_S": "1", "XIEZHI_BODY_S": "1"}  # the runs wait for both
    port = made.addresses.base_port
    try:
        async with aiohttp.ClientSession() as session, anyio.create_task_group() as group:
            await start(made, session, "en", lambda _: None)
            await quiet(made)
            await applicant.apply(made)
            await group.start(control.serve, port, _commands(made, session, "en"))
            with announced(port, made.folder, made.addresses.provider, made.root):
                yield made
            group.cancel_scope.cancel()
    finally:
        made.close()


async def test_the_script_goes_a_courts_whole_way(announced_zone: Zone) -> None:
    environment = {**os.environ, "XIEZHI_DEMO_PORT": str(announced_zone.addresses.base_port), "LC_ALL": "C.UTF-8"}

    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["sh", str(SCRIPT)], env=environment, capture_output=True, text=True, timeout=420, check=False
        )

    ran = await anyio.to_thread.run_sync(run)

    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr
    assert ran.stdout.endswith("Done 完成\n")
    assert "Query.debtorProfile<DebtorProfile>.sanctions.revision" in ran.stdout
    heard = [found[1:] for found in HEARD.findall(ran.stdout)]
    assert heard == [
        ("", ""),
        ("EMPTY", ""),
        ("NOT_ASKED", "MEMBERSHIP_SUSPENDED"),
        ("EMPTY", ""),
        ("", ""),
    ]
    at_gateway, _, by_telephone = ran.stdout.partition("on the telephone")
    words = re.findall(r"^(?!=)(?:\S+ ){9}\S+$", at_gateway, re.MULTILINE)
    assert len(words) == 2  # Chinese and English
    assert any(each in by_telephone for each in words)
