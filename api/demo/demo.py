"""`make demo`: prepares a zone, starts its processes, tells SC-01 through their public API, serves until Ctrl-C."""

import signal
import sys
from collections.abc import Sequence
from typing import Final

import aiohttp
import anyio

from api.demo import applicant, control, texts
from api.demo.client import Client
from api.demo.control import Reply
from api.demo.people import announced
from api.demo.processes import CURRENT, PortTaken, ProcessEnded, Program, check_free
from api.demo.running import start, token_minter
from api.demo.story import Story
from api.demo.zone import PROCESSES, Zone, lay_out
from db.clock import monotonic_s
from db.embedded import DatabaseDidNotStart

_NOT_STARTED: Final = 2
_INTERRUPTED: Final = 130
_LOG_TAIL: Final = 1500


def run(*, once: bool, language: str, base_port: int, origins: Sequence[str] = ()) -> int:
    """The exit code: 0 after a story in which every figure held, 1 if one did not, 2 if the zone did not start.

    Standard output tells the story and is the same for every run; how far the start is goes to standard error.
    """
    try:
        for port in range(base_port, base_port + PROCESSES):
            check_free(port)
    except PortTaken as error:
        note(texts.port_taken(language, error.port))
        return _NOT_STARTED
    note(texts.preparing(language))
    try:
        with (
            lay_out(base_port, origins=origins, with_applicant=True) as zone,
            announced(base_port, zone.folder, zone.addresses.provider, zone.root),
        ):
            return anyio.run(_run, zone, once, language, backend_options={"use_uvloop": True})
    except DatabaseDidNotStart as error:
        note(texts.process_ended(language, "PostgreSQL", error.log_tail))
        return _NOT_STARTED
    except KeyboardInterrupt:
        return _INTERRUPTED


def say(line: str) -> None:
    """The story."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def note(line: str) -> None:
    """What differs from run to run."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


async def _run(zone: Zone, once: bool, language: str) -> int:
    code = _INTERRUPTED
    async with anyio.create_task_group() as group:
        group.start_soon(_on_signal, group.cancel_scope)
        try:
            code = await _play(zone, once, language)
        except ProcessEnded as error:
            log = await anyio.Path(error.log).read_text(encoding="utf-8", errors="replace")
            note(texts.process_ended(language, str(error), log[-_LOG_TAIL:]))
            code = _NOT_STARTED
        group.cancel_scope.cancel()
    if not once:
        note(texts.stopping(language))
    return code


async def _on_signal(scope: anyio.CancelScope) -> None:
    """The first Ctrl-C or SIGTERM ends the demo in order."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            scope.cancel()
            return


async def _play(zone: Zone, once: bool, language: str) -> int:
    """Start, tell the story, and serve until cancelled unless `once`."""
    began = monotonic_s()
    async with aiohttp.ClientSession() as session:
        await start(zone, session, language, note)
        note(texts.started(language, zone, monotonic_s() - began))
        await applicant.apply(zone)
        held = await Story(zone, Client(session, token_minter(zone), language), language, say).run()
        if not once:
            say(texts.serving(language, zone))
            await control.serve(zone.addresses.base_port, _commands(zone, session, language))
    return 0 if held else 1


def _commands(zone: Zone, session: aiohttp.ClientSession, language: str) -> control.Answer:
    codes = [name for name, program in zone.programs.programs.items() if program.command == "node"]

    async def again(program: Program) -> None:
        if not program.is_running:
            program.start()
            await program.ready(session)

    async def answer(act: str, court: str) -> Reply:
        if court not in codes or act not in {"stop", "start", "upgrade"}:
            return Reply(texts.unknown_court(language, codes), is_done=False)
        program = zone.programs.programs[court]
        if act != "start":
            await anyio.to_thread.run_sync(program.stop)
        if act == "stop":
            return Reply(texts.court_stopped(language, court))
        if act == "upgrade":
            program.module = CURRENT
        await again(program)
        return Reply(texts.court_started(language, court))

    return answer
