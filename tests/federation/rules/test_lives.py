"""Every combination of database and mark leads to one way of beginning."""

import pytest

from federation.rules.lives import Position, Start, judge, next_epoch

CASES = [
    (None, None, Start.FIRST),
    (None, Position(1, 0), Start.RESYNC),
    (Position(1, 5), None, Start.RESYNC),
    (Position(1, 0), None, Start.RESYNC),
    (Position(1, 5), Position(1, 5), Start.NORMAL),
    (Position(1, 6), Position(1, 5), Start.NORMAL),
    (Position(1, 4), Position(1, 5), Start.RESYNC),
    (Position(2, 0), Position(1, 5), Start.NORMAL),
    (Position(1, 9), Position(2, 0), Start.RESYNC),
]


@pytest.mark.parametrize(("database", "mark", "start"), CASES)
def test_start_follows_from_database_and_mark(database: Position | None, mark: Position | None, start: Start) -> None:
    assert judge(database, mark) is start


@pytest.mark.parametrize(("database", "mark", "_start"), CASES)
def test_new_life_is_above_all_known(database: Position | None, mark: Position | None, _start: Start) -> None:
    known = [position.epoch for position in (database, mark) if position is not None]

    assert all(next_epoch(database, mark) > epoch for epoch in [0, *known])
