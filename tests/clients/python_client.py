"""Python's `gql` in an environment of its own, which goes with the run: it is no dependency of the project."""

import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import anyio

REQUIREMENT: Final = "gql[aiohttp,websockets]==4.4.0"


@asynccontextmanager
async def interpreter() -> AsyncIterator[str]:
    """A Python that has `gql`.

    Raises:
        subprocess.CalledProcessError: it could not be installed; its `stderr` says why.
    """
    with tempfile.TemporaryDirectory(prefix="xiezhi-gql-") as folder:
        python = str(Path(folder) / "bin" / "python")
        await anyio.run_process([sys.executable, "-m", "venv", folder])
        await anyio.run_process([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", REQUIREMENT])
        yield python
