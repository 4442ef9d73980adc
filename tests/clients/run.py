"""Runs the client tests of this folder against the doors: `python -m tests.clients.run` (needs Node.js and npm)."""

import os
import shutil
import sys
from pathlib import Path

import anyio

from tests.api.graphql_server import application, served

FOLDER = Path(__file__).parent


async def run() -> int:
    """Serve, run, and give npm's exit status."""
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write("npm was not found: these tests need Node.js 20 or newer.\n")
        return 2
    installed = await anyio.run_process([npm, "ci", "--no-audit", "--no-fund"], cwd=FOLDER, check=False)
    if installed.returncode:
        sys.stderr.write(installed.stderr.decode())
        return installed.returncode
    async with served(application(anonymous=True, introspection="everyone")) as address:
        environment = {**os.environ, "XIEZHI_DOOR": f"http://{address}/graphql"}
        tested = await anyio.run_process(
            [npm, "test", "--silent"], cwd=FOLDER, env=environment, check=False, stdout=None, stderr=None
        )
    return tested.returncode


if __name__ == "__main__":
    raise SystemExit(anyio.run(run))
