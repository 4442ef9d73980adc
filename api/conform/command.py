"""`xiezhi conform`: the kit at an operator's or a vendor's hand, and, as `conform-order`, in the gateway's service.

0: every check holds; 1: one does not; 2: no run could be made.
"""

import asyncio
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import aiohttp
import typer

from api.conform import inputs, printing, report
from api.conform.address import BadAddress
from api.conform.inputs import BadInput
from api.conform.kit import ANSWER_S, Examined
from api.conform.report import Report
from api.conform.running import TooSlow, examine
from api.conform.settings import ConformSettings
from api.transport import client_tls
from db.clock import Clock, OffsetClock, WallClock
from federation.directory.bundle import MAX_BUNDLE_BYTES
from federation.wire.keyfile import NodeKeys

GREEN: Final = 0
RED: Final = 1
NO_RUN: Final = 2
_MEMORY_BYTES: Final = 1024 * 1024 * 1024
_WORDS: Final = {
    "APPLICATION": ("申请文件无法读取。", "The application cannot be read."),
    "KEYS": ("公钥清单无法读取。", "The public keys or the court's code cannot be read."),
    "URL": ("该地址不得访问：须为 https，本机可用 http。", "The URL may not be called: https, or http on loopback."),
    "DIRECTORY": ("成员目录无法读取。", "The directory cannot be had or read."),
    "EXAMINER": ("测试员密钥文件无法使用。", "The examiner's key file cannot be used."),
    "ORDER": ("任务无法读取。", "The order cannot be read."),
    "TOO_SLOW": ("测试未能按时完成。", "The run did not end in time."),
}


def run(
    settings: ConformSettings,
    applicant: Callable[[], Examined],
    directory: str,
    root: str,
    key_file: Path,
    *,
    token: str | None,
    as_json: bool,
    language: str,
) -> int:
    """Look at one node, and say what was found; the exit code."""
    try:
        node, examiner = applicant(), inputs.examiner(key_file)
        made = asyncio.run(_looked(settings, node, directory, root, examiner, token))
    except (BadInput, BadAddress, TooSlow) as error:
        typer.echo(_words(error, language), err=True)
        return NO_RUN
    if as_json:
        typer.echo(report.write(made).decode())
    else:
        for line in printing.lines(made, language):
            typer.echo(line)
    return GREEN if made.is_green else RED


def run_order(settings: ConformSettings, key_file: Path) -> int:
    """Look at the node that the standard input names, and write the report to the standard output; the exit code."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    try:
        node, zone = inputs.order()
        clock, tls = clock_of(settings.clock_file), client_tls(settings)
        made = asyncio.run(examine(node, zone, inputs.examiner(key_file), clock, tls=tls))
    except (BadInput, BadAddress, TooSlow) as error:
        typer.echo(_words(error, "en"), err=True)
        return NO_RUN
    sys.stdout.buffer.write(report.write(made))
    return GREEN if made.is_green else RED


def clock_of(file: Path | None) -> Clock:
    """The civil clock: the wall's, or the demo's."""
    return WallClock() if file is None else OffsetClock(file)


async def _looked(
    settings: ConformSettings, node: Examined, directory: str, root: str, examiner: NodeKeys, token: str | None
) -> Report:
    clock, tls = clock_of(settings.clock_file), client_tls(settings)
    zone = inputs.zone_of(await _directory(directory), root, clock.now())
    return await examine(node, zone, examiner, clock, token=token, tls=tls)


async def _directory(where: str) -> bytes:
    """The signed directory: a file, or a gateway's base URL. Raises BadInput."""
    try:
        if not where.startswith(("https://", "http://")):
            return Path(where).read_bytes()  # noqa: ASYNC240 (nothing else runs yet)
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        async with (
            aiohttp.ClientSession() as session,
            session.get(where.rstrip("/") + "/directory", timeout=timeout, allow_redirects=False) as response,
        ):
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > MAX_BUNDLE_BYTES:
                    raise BadInput("DIRECTORY")
            return bytes(body)
    except (OSError, TimeoutError, aiohttp.ClientError):
        raise BadInput("DIRECTORY") from None


def _words(error: Exception, language: str) -> str:
    part = error.what if isinstance(error, BadInput) else "TOO_SLOW" if isinstance(error, TooSlow) else "URL"
    zh, en = _WORDS[part]
    return zh if language == "zh" else en
