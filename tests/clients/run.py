"""Runs public GraphQL clients against a door and a real zone: `python -m tests.clients.run` (needs Node.js and npm).

The door of a small schema shows what few fields need; the zone has a real node and a real gateway. Both, and whatever
is installed for Python, go with the run.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from api.document_policy import DocumentPolicy
from api.graphql.documents import Documents
from db import embedded, migrate
from db.pool import open_pool
from schema import subgraph
from schema.gateway import entities as gateway_entities
from schema.gateway.schema import SCHEMA as GATEWAY
from schema.node import entities as node_entities
from schema.node.schema import SCHEMA as NODE
from tests.api.graphql.server import application, served
from tests.clients import python_client, real_zone

FOLDER = Path(__file__).parent
EXAMPLES = FOLDER.parents[1] / "docs" / "examples" / "frontend"


@asynccontextmanager
async def door() -> AsyncIterator[str]:
    """The address of a door that takes everybody and remembers documents."""
    folder = embedded.new_folder(None)
    server = embedded.start(folder, durable=False)
    try:
        migrate.upgrade(server.dsn("postgres"), "node")
        pool = await open_pool(server.dsn("postgres"))
        documents = Documents(pool, DocumentPolicy.AUTOMATIC)
        async with served(application(anonymous=True, introspection="everyone", documents=documents)) as address:
            yield f"http://{address}/graphql"
        await pool.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def write_subgraphs(folder: Path) -> None:
    """What a router reads from `_service` of a node and of the gateway."""
    served = {
        "node": subgraph.text(NODE.as_str(), node_entities.KEYS),
        "gateway": subgraph.text(GATEWAY.own_sdl, gateway_entities.KEYS),
    }
    for door_name, sdl in served.items():
        (folder / f"{door_name}.graphql").write_text(sdl, encoding="utf-8")


def say(words: str) -> None:
    """Tell how far the run is."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


async def shown(command: Sequence[str], environment: Mapping[str, str], folder: Path = FOLDER) -> int:
    """Run a command whose output is the user's; its exit status."""
    ran = await anyio.run_process(
        command, cwd=folder, env={**os.environ, **environment}, check=False, stdout=None, stderr=None
    )
    return ran.returncode


async def install(npm: str) -> None:
    """What the two package files name, exactly as locked.

    Raises:
        subprocess.CalledProcessError: npm could not; its `stderr` says why.
    """
    for folder in (FOLDER, EXAMPLES):
        await anyio.run_process([npm, "ci", "--no-audit", "--no-fund"], cwd=folder)


async def tests(npm: str) -> int:
    """Install, serve, run; how many of the four runs failed."""
    say("Installing the clients (npm, pip) ...")
    async with python_client.interpreter() as python:
        await install(npm)
        say("Starting a door and a zone of eight courts ...")
        with TemporaryDirectory() as folder:
            write_subgraphs(Path(folder))
            async with door() as address, real_zone.real_zone() as zone:
                environment = {"XIEZHI_DOOR": address, "XIEZHI_SUBGRAPHS": folder, **real_zone.told(zone)}
                statuses = [
                    await shown([npm, "test", "--silent"], environment),
                    await shown([npm, "run", "test-provider", "--silent"], environment),
                    await shown([npm, "run", "test-silence", "--silent"], environment),
                    await shown([python, "-m", "tests.clients.gql_doors"], environment, FOLDER.parents[1]),
                ]
    return sum(status != 0 for status in statuses)


async def run() -> int:
    """The exit status: 0 if every client passed, 1 if not, 2 if they could not be tried."""
    npm = shutil.which("npm")
    if npm is None:
        sys.stderr.write("npm was not found: these tests need Node.js 20 or newer.\n")
        return 2
    try:
        failed = await tests(npm)
    except subprocess.CalledProcessError as error:
        sys.stderr.write(error.stderr.decode())
        return 2
    say("Some client failed: see above." if failed else "Every client passed.")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(anyio.run(run))
