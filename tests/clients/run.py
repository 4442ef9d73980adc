"""Runs the client tests of this folder against a door: `python -m tests.clients.run` (needs Node.js and npm)."""

import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio

from api.document_policy import DocumentPolicy
from api.graphql_documents import Documents
from db import embedded, migrate
from db.pool import open_pool
from schema import subgraph
from schema.gateway import entities as gateway_entities
from schema.gateway.schema import SCHEMA as GATEWAY
from schema.node import entities as node_entities
from schema.node.schema import SCHEMA as NODE
from tests.api.graphql_server import application, served

FOLDER = Path(__file__).parent


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
    with TemporaryDirectory() as folder:
        write_subgraphs(Path(folder))
        async with door() as address:
            environment = {**os.environ, "XIEZHI_DOOR": address, "XIEZHI_SUBGRAPHS": folder}
            tested = await anyio.run_process(
                [npm, "test", "--silent"], cwd=FOLDER, env=environment, check=False, stdout=None, stderr=None
            )
    return tested.returncode


if __name__ == "__main__":
    raise SystemExit(anyio.run(run))
