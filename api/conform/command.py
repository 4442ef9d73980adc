"""`xiezhi conform`: the kit at an operator's or a vendor's hand, and, as `conform-order`, in the gateway's service.

0: every check holds; 1: one does not; 2: no run could be made.
"""

import asyncio
import resource
import sys
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeAlias

import aiohttp
import typer

from api.conform import inputs, printing, report
from api.conform.address import BadAddress
from api.conform.inputs import BadInput
from api.conform.kit import ANSWER_S, Examined
from api.conform.report import Report
from api.conform.running import TooSlow, examine
from api.conform.settings import ConformSettings
from api.peers import client_tls
from db.clock import Clock, OffsetClock, WallClock
from federation.directory.bundle import MAX_BUNDLE_BYTES

GREEN: Final = 0
RED: Final = 1
NO_RUN: Final = 2
Applicant: TypeAlias = Callable[[], Examined]
_MEMORY_BYTES: Final = 1024 * 1024 * 1024
_WORDS: Final = {
    "APPLICATION": ("申请文件无法读取。", "The application cannot be read."),
    "KEYS": ("公钥清单无法读取。", "The public keys or the court's code cannot be read."),
    "URL": ("该地址不得访问：须为 https，本机可用 http。", "The URL may not be called: https, or http on loopback."),
    "DIRECTORY": ("成员目录无法读取。", "The directory cannot be had or read."),
    "EXAMINER": ("测试员密钥文件无法使用。", "The examiner's key file cannot be used."),
    "WHERE": (
        "须给出 --directory、--root 和 --key-file，或 --self-contained。",
        "Give --directory, --root and --key-file, or --self-contained.",
    ),
    "ZONE": ("该文件夹无法用作测试协作区。", "The folder cannot be made a zone of the kit's own, or read as one."),
    "PORT": ("端口已被占用。", "The port is taken."),
    "NOT_THERE": ("节点未在规定时间内应答。", "The node did not answer in time."),
    "ORDER": ("任务无法读取。", "The order cannot be read."),
    "TOO_SLOW": ("测试未能按时完成。", "The run did not end in time."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """How the report is told, and who asks for it."""

    language: str
    as_json: bool = False
    token: str | None = None  # of one of the court's officers


def in_zone(
    settings: ConformSettings, applicant: Applicant, directory: str, root: str, key_file: Path, told: Told
) -> int:
    """Look at one node, as the examiner of a zone; the exit code."""

    async def look(node: Examined) -> Report:
        if not directory or not root:
            raise BadInput("WHERE")
        clock, tls = clock_of(settings.clock_file), client_tls(settings)
        zone = inputs.zone_of(await _directory(directory), root, clock.now())
        return await examine(node, zone, inputs.examiner(key_file), clock, token=told.token, tls=tls)

    return _told(applicant, look, told)


def self_contained(settings: ConformSettings, applicant: Applicant, folder: Path, port: int, told: Told) -> int:
    """Look at one node in a zone of the kit's own; the exit code."""

    async def look(node: Examined) -> Report:
        from api.conform import self_contained as alone  # noqa: PLC0415  (it serves: the gateway's runs do not)

        say = partial(typer.echo, err=True)
        clock = clock_of(settings.clock_file)
        return await alone.look(
            settings, node, folder, clock, port=port, token=told.token, language=told.language, say=say
        )

    return _told(applicant, look, told)


def _told(applicant: Applicant, look: Callable[[Examined], Coroutine[Any, Any, Report]], told: Told) -> int:
    try:
        made = asyncio.run(look(applicant()))
    except (BadInput, BadAddress, TooSlow) as error:
        typer.echo(_words(error, told.language), err=True)
        return NO_RUN
    if told.as_json:
        typer.echo(report.write(made).decode())
    else:
        for line in printing.lines(made, told.language):
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
