"""The demo's civil clock: every program that maps the file is moved, at once and each time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.clock import OffsetClock

THEN = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
A_LITTLE = timedelta(seconds=30)


def test_whoever_maps_the_file_is_moved(tmp_path: Path) -> None:
    moved = OffsetClock.create(tmp_path / "clock", THEN)
    other = OffsetClock(tmp_path / "clock")

    for days in (0, 3, -2, 0):
        wanted = THEN + timedelta(days=days)
        moved.set(wanted)

        assert all(wanted <= clock.now() < wanted + A_LITTLE for clock in (moved, other))


def test_an_untouched_file_is_wall_time(tmp_path: Path) -> None:
    (tmp_path / "clock").write_bytes(bytes(8))

    assert abs(OffsetClock(tmp_path / "clock").now() - datetime.now(UTC)) < A_LITTLE
