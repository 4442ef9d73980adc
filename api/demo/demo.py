"""`make demo`: prepares a zone, starts its processes, tells SC-01 through their public API, serves until Ctrl-C."""

import signal
import sys
from collections.abc import Callable

import aiohttp
import anyio
import anyio.abc

from api.demo import control, fixtures, texts
from api.demo.client import Client
from api.demo.people import announce
from api.demo.processes import PortTaken, ProcessEnded, check_free
from api.demo.running import start, token_minter
from api.demo.story import Story
from api.demo.zone import Zone, lay_out
from db.clock import monotonic_s

Say = Callable[[str], None]


def run(*, once: bool, language: str, base_port: int) -> int:
    """The exit code: 0 after a story in which every figure held, 1 if one did not, 2 if the zone did not start."""
    say = _printer()
    try:
        for port in range(base_port, base_port + 11):
            check_free(port)
    except PortTaken as error:
        say(texts.port_taken(language, error.port))
        return 2
    say(texts.preparing(language))
    zone = lay_out(base_port)
    note = announce(base_port, zone.folder, zone.addresses.provider)
    try:
        return anyio.run(_run, zone, once, language, say, backend_options={"use_uvloop": True})
    except ProcessEnded as error:
        say(texts.process_ended(language, str(error), error.log.read_text(encoding="utf-8", errors="replace")[-1500:]))
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        zone.close()
        note.unlink(missing_ok=True)


def _printer() -> Say:
    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    return say


async def _run(zone: Zone, once: bool, language: str, say: Say) -> int:
    began = monotonic_s()
    stop = anyio.Event()
    async with anyio.create_task_group() as group, aiohttp.ClientSession() as session:
        group.start_soon(_on_signal, stop, group)
        await start(zone, session, language, say)
        say(texts.started(language, zone, monotonic_s() - began))
        client = Client(session, token_minter(zone), language)
        held = await Story(zone, client, language, say).run()
        if not once:
            say(texts.serving(language, zone))
            group.start_soon(control.serve, zone.addresses.base_port, _commands(zone, session, language))
            await stop.wait()
            say(texts.stopping(language))
        group.cancel_scope.cancel()
    return 0 if held else 1


async def _on_signal(stop: anyio.Event, group: anyio.abc.TaskGroup) -> None:
    """The first Ctrl-C or SIGTERM ends the demo in order."""
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for _ in signals:
            stop.set()
            if not stop.is_set():
                continue
            group.cancel_scope.cancel()
            return


def _commands(zone: Zone, session: aiohttp.ClientSession, language: str) -> control.Answer:
    async def answer(act: str, court: str) -> str:
        program = zone.programs.programs.get(court)
        if program is None or court not in {facts.code for facts in fixtures.courts()} or act not in {"stop", "start"}:
            return texts.unknown_command(language)
        if act == "stop":
            await anyio.to_thread.run_sync(program.stop)
            return texts.court_stopped(language, court)
        if not program.is_running:
            program.start()
            await program.ready(session)
        return texts.court_started(language, court)

    return answer
