"""A directory of 3,500 courts: its size, what verifying and holding it takes, how fast a change reaches eight nodes.

Three parts: verifying in this process, against as many bare signatures and the same bytes as plain JSON; a process of
its own that takes over the whole, 255 changes and a new issue (`directory_holder`); a running zone of eight nodes whose
directory lists the other courts as suspended, for there are no nodes that could answer for them.
"""

import sys
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final

import anyio
import asyncpg
import msgspec

from api.demo.zone import REFERENCE
from bench import directory_holder, directory_spread, large_directory, report
from bench.directory_spread import Spread
from bench.large_directory import Large
from bench.setting import Setting
from db import embedded, migrate
from db.clock import monotonic_s
from federation.directory import bundle
from federation.directory.advance import advance
from federation.directory.history import KEPT_VERSIONS
from federation.rules import quorum
from federation.wire import framing
from federation.wire.signing import generate_signing

_KIB: Final = 1024
_MIB: Final = 1024 * 1024
_BLOCK: Final = 20
_FEWEST: Final = 16
_MESSAGE: Final = b"x" * 1_000


@dataclass(slots=True)
class Verified:
    """CPU seconds of this process, round by round, and what there was to verify."""

    signatures: int
    product_s: list[float] = field(default_factory=list)
    floor_s: list[float] = field(default_factory=list)
    wall_s: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of what travels."""

    whole: int
    change: int
    reissue: int
    listing: int


async def measure(setting: Setting) -> str:
    """The table."""
    courts = max(round(large_directory.COURTS * min(setting.scale, 1)), _FEWEST)
    setting.say(f"signing a directory of {courts} courts ...")
    large = large_directory.make(courts)
    whole = large.first()
    setting.say("verifying it ...")
    verified = _verify(whole, courts, setting.rounds)
    with tempfile.TemporaryDirectory() as folder:
        setting.say(f"writing {KEPT_VERSIONS - 1} changes, and holding them ...")
        sizes = _write(Path(folder), large, whole)
        held = await _hold(Path(folder))
    setting.say("a zone of eight nodes with that directory ...")
    spread = await directory_spread.measure(setting, setting.port + _BLOCK, courts)
    return _told(courts, sizes, verified, held, spread, setting)


def _verify(whole: bytes, courts: int, rounds: int) -> Verified:
    """From nothing, in turn with as many bare verifications and the same bytes decoded as plain JSON."""
    needed = 2 * quorum.threshold(courts) + courts + 2 + quorum.witnesses(courts)
    found, key = Verified(needed), generate_signing()
    signature, public = key.sign(_MESSAGE), key.public
    root = bundle.parse(whole).roots[0].fingerprint
    for _ in range(rounds):
        began_s, wall_s = process_time(), monotonic_s()
        advance(None, bundle.parse(whole), root)
        found.product_s.append(process_time() - began_s)
        found.wall_s.append(monotonic_s() - wall_s)
        began_s = process_time()
        for document in framing.split_all(whole, most=sys.maxsize)[1:]:
            for part in framing.split(document, 2):
                msgspec.json.decode(part)
        for _ in range(needed):
            public.verify(signature, _MESSAGE)
        found.floor_s.append(process_time() - began_s)
    return found


def _write(folder: Path, large: Large, whole: bytes) -> Sizes:
    """What the holder reads: each change is another court's own."""
    held, now = large_directory.held_after(whole), REFERENCE
    (folder / "root").write_text(held.roots[0].fingerprint, encoding="utf-8")
    (folder / "whole").write_bytes(whole)
    raw = b""
    for number in range(1, KEPT_VERSIONS):
        now += timedelta(seconds=1)
        made = large.next(held, large.content.courts[number % len(large.content.courts)].code, now)
        raw, held = large.witnessed(made), made.held
        (folder / f"change-{number}").write_bytes(raw)
    again = large.witnessed(large.reissued(held, now + timedelta(seconds=1)))
    (folder / "reissue").write_bytes(again)
    return Sizes(len(whole), len(raw), len(again), len(held.listing))


async def _hold(folder: Path) -> directory_holder.Held:
    """What a process found that took all of it over, with a database of its own."""
    database = embedded.new_folder()
    server = await anyio.to_thread.run_sync(embedded.start, database / "postgresql-data")
    try:
        conn = await asyncpg.connect(server.dsn())
        await conn.execute('CREATE DATABASE "node"')
        await conn.close()
        await anyio.to_thread.run_sync(migrate.upgrade, server.dsn("node"), "node")
        command = [sys.executable, "-m", "bench.directory_holder", str(folder), server.dsn("node")]
        done = await anyio.run_process(command, stderr=None, cwd=Path(__file__).parents[1])
    finally:
        await anyio.to_thread.run_sync(server.stop)
    return msgspec.json.decode(done.stdout, type=directory_holder.Held)


def _told(
    courts: int, sizes: Sizes, verified: Verified, held: directory_holder.Held, spread: Spread, setting: Setting
) -> str:
    over = [ours / floor for ours, floor in zip(verified.product_s, verified.floor_s, strict=True)]
    changes_ms = [each.cpu_s * 1e3 for each in held.changes]
    versions = len(held.changes) + 1
    rows = [
        ("whole bundle, MiB", f"{sizes.whole / _MIB:.1f}"),
        ("after one change of one court: answer to `?since`, KiB", f"{sizes.change / _KIB:.1f}"),
        ("new issue of fresh, per node every five minutes, bytes", f"{sizes.reissue:,}"),
        (f"verify the whole ({verified.signatures:,} signatures): CPU s", report.spread(verified.product_s)),
        ("the same: wall s", report.spread(verified.wall_s)),
        ("floor: as many signatures, the bytes as plain JSON: CPU s", report.spread(verified.floor_s)),
        ("verify over floor", report.spread(over)),
        ("accept the whole, into the database: wall s, CPU s", f"{held.whole.wall_s:.1f}, {held.whole.cpu_s:.1f}"),
        ("restart, from the database: wall s, CPU s", f"{held.restart.wall_s:.1f}, {held.restart.cpu_s:.1f}"),
        ("accept one change: CPU ms, median and highest", f"{median(changes_ms):.0f}, {max(changes_ms):.0f}"),
        ("accept a new issue: CPU ms", f"{held.reissue.cpu_s * 1e3:.1f}"),
        ("memory: before, one version, MiB", f"{held.rss_before / _MIB:.0f}, {held.rss_whole / _MIB:.0f}"),
        (f"memory: {versions} versions, MiB", f"{held.rss_all / _MIB:.0f}"),
        (f"in the database: {versions} versions, MiB", f"{held.stored / _MIB:.0f}"),
        ("one change, submitted at the gateway, seen at all of 8 nodes: p50, highest, ms", spread.told()),
        ("one node of the eight: RSS, MiB", f"{spread.node_rss_bytes / _MIB:.0f}"),
    ]
    note = (
        f"{setting.rounds} alternated rounds; a ratio is taken round by round. {len(spread.took_s)} changes in the"
        " zone, one after the other."
    )
    return f"## A directory of {courts:,} courts\n\n{report.table(('what', 'value'), rows)}\n\n{note}"
