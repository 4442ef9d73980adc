"""No name at the gateway: planted values are in none of its tables, files, logs and pages of memory, in no encoding.

The control is the same life in a zone whose programs do not encrypt: there the same search must find them.
"""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import anyio
import pytest

from api.demo.story import Story
from api.demo.zone import Zone
from tests.faults import canaries, gateway_places, lookers
from tests.faults.custody import leave_in_custody
from tests.faults.memory import Snapshots
from tests.faults.needles import Hit, Needles
from tests.faults.started_zone import StartedZone, started

pytestmark = [pytest.mark.anyio, pytest.mark.faults]

_LOOKS = 200
_MEANWHILE = 120
_AT_ONCE = 16
_SNAPSHOTS = 10
_NEEDLES = Needles(canaries.CANARIES)


@dataclass(frozen=True, slots=True)
class Life:
    """A zone after a life full of canaries; `under_way` is the gateway's memory while look-ups were under way."""

    running: StartedZone
    under_way: Snapshots


@asynccontextmanager
async def lived(prepare: Callable[[Zone], None]) -> AsyncIterator[Life]:
    """Look-ups sent to the wrong door, SC-01, 200 look-ups, refused ones, the public list, messages in custody."""
    async with started(prepare) as running:
        await canaries.plant(running.zone)
        assert await lookers.missend(running) == lookers.MISSENT_ANSWERS
        story = Story(running.zone, running.client, "en", lambda _: None)
        assert await story.run()
        assert await lookers.take_all(running, lookers.right(_LOOKS)) == {"DONE": _LOOKS}
        for code, look in lookers.wrong():
            assert await lookers.take(running, look) == code
        for listed in await lookers.read_in_clear(running):
            assert listed >= {(canaries.HOME, canaries.MASKED), (canaries.FAR, canaries.MASKED)}
        under_way = await _look_meanwhile(running)
        await leave_in_custody(story)
        yield Life(running, under_way)


def _snapshots(running: StartedZone) -> Snapshots:
    process = running.zone.programs.programs["gateway"].process
    assert process is not None
    return Snapshots(process.pid, _NEEDLES.longest)


async def _look_meanwhile(running: StartedZone) -> Snapshots:
    """The gateway's memory while it carries answers that say where somebody lives."""
    snapshots = _snapshots(running)
    looks = [lookers.whereabouts({"courts": ["浙0824", canaries.FAR]})] * _MEANWHILE
    async with anyio.create_task_group() as group:
        group.start_soon(partial(lookers.take_all, running, looks, at_once=_AT_ONCE))
        for _ in range(_SNAPSHOTS):
            await anyio.sleep(0.05)
            snapshots.take()
    return snapshots


async def _found(life: Life) -> dict[str, set[Hit]]:
    """By place: what was found there; blocks of memory that are the same as before are not searched again."""
    zone, afterwards = life.running.zone, _snapshots(life.running)
    afterwards.take()
    new = [block for digest, block in afterwards.blocks.items() if digest not in life.under_way.blocks]
    return {
        "memory under way": _NEEDLES.search(life.under_way.blocks.values()),
        "memory": _NEEDLES.search(new),
        "tables": _NEEDLES.search(await gateway_places.tables(zone)),
        "files": _NEEDLES.search(await gateway_places.files(zone)),
        "logs": _NEEDLES.search(gateway_places.logs(zone)),
    }


def _say(capsys: pytest.CaptureFixture[str], life: Life, found: dict[str, set[Hit]]) -> None:
    size, times = life.under_way.size_bytes // 2**20, life.under_way.taken + 1
    forms = f"{len(canaries.CANARIES)} canaries in {len(_NEEDLES)} forms; {size} MiB of memory {times} times"
    places = ", ".join(f"{place} {len({hit.canary for hit in hits})}" for place, hits in found.items())
    with capsys.disabled():
        sys.stdout.write(f"\n    {forms}; found in {places}")
        sys.stdout.flush()


async def test_gateway_knows_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    async with lived(canaries.tell_registries) as life:
        found = await _found(life)
    _say(capsys, life, found)

    assert found == {place: set() for place in found}


async def test_search_finds_names_without_encryption(capsys: pytest.CaptureFixture[str]) -> None:
    def prepare(zone: Zone) -> None:
        canaries.tell_registries(zone)
        for program in zone.programs.programs.values():
            if program.command in {"node", "gateway"}:
                program.module = "tests.faults.clear_program"

    async with lived(prepare) as life:
        found = await _found(life)
    _say(capsys, life, found)

    names = {place: {hit.canary for hit in hits} for place, hits in found.items()}
    assert names["memory under way"] >= {"id number", "case number", "address"}
    assert names["tables"] >= {"id number", "name", "case number", "ruling number", "plate", "VIN", "account"}
    assert names["memory under way"] | names["memory"] | names["tables"] >= canaries.TRAVELLING
    assert not found["logs"]
