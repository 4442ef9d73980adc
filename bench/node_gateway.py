"""The public Node.js gateway of `node_gateway.mjs`, installed by npm into a temporary folder; optional."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import aiohttp
import anyio
import msgspec

from bench import canned_parts, children
from bench.canned_zone import CannedZone
from bench.closed_loop import Request
from bench.setting import Setting

_PROGRAM: Final = Path(__file__).with_suffix(".mjs")
_PACKAGES: Final = {
    "@graphql-tools/delegate": "12.3.3",
    "@graphql-tools/executor-http": "3.4.1",
    "@graphql-tools/stitch": "10.3.1",
    "graphql": "16.15.0",
    "graphql-yoga": "5.24.1",
}
_INSTALL_S: Final = 120.0
_READY_S: Final = 20.0
_DOCUMENT: Final = f"query ($scope: Scope) {{ {canned_parts.FIELD}(scope: $scope) {{ {canned_parts.SELECTION} }} }}"


class NotInstalled(Exception):
    """There is no npm here, or it could not fetch the packages."""


@asynccontextmanager
async def running(zone: CannedZone, setting: Setting) -> AsyncIterator[tuple[Request, int] | None]:
    """The request to it and its process id; None when it cannot be had."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            await anyio.to_thread.run_sync(_install, Path(folder))
        except NotInstalled:
            setting.say("no Node.js gateway: npm is not there, or cannot fetch its packages")
            yield None
            return
        port = setting.port + 11  # behind those of the gateway, the provider and the registry
        command = ["node", str(Path(folder) / _PROGRAM.name), str(port), *zone.urls.values()]
        environment = {"NODE_ENV": "production"}
        with children.started(command, zone.zone.folder / "logs" / "node.log", environment=environment) as child:
            body = msgspec.json.encode({"query": _DOCUMENT, "variables": {"scope": {"wholeZone": True}}})
            headers = {"Content-Type": "application/json"}
            request = replace(zone.request(), url=f"http://127.0.0.1:{port}/graphql", body=body, headers=headers)
            await _ready(request)
            yield request, child.pid


def _install(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise NotInstalled
    shutil.copy(_PROGRAM, folder)
    (folder / "package.json").write_text(json.dumps({"private": True, "dependencies": _PACKAGES}), encoding="utf-8")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_INSTALL_S)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        raise NotInstalled from None


async def _ready(request: Request) -> None:
    async with aiohttp.ClientSession() as session:
        with anyio.fail_after(_READY_S):
            while True:
                try:
                    async with session.post(request.url, data=request.body, headers=request.headers):
                        return
                except aiohttp.ClientError:
                    await anyio.sleep(0.05)
