"""Statements beside the log: every kind, side and state; and that no kind bears the name of an event of the log."""

from itertools import product

import pytest
from msgspec import convert

from enforcement.rules.refusals import TransitionNotAllowed
from enforcement.rules.statements import OPEN, RULES, StatementKind, check
from enforcement.rules.task_log import EventType, Side
from enforcement.rules.task_status import ENDED, INTERNAL, DelegatedTaskStatus
from enforcement.tasks import answering, requests
from enforcement.tasks.statement_kinds import KINDS
from federation.wire.header import Token


def test_every_kind_has_its_rows() -> None:
    assert set(RULES) == set(KINDS) == set(StatementKind)
    assert len({kind.payload for kind in KINDS.values()}) == len(KINDS)


def test_zone_is_never_told_of_an_event_of_the_log() -> None:
    told = {word for rule in RULES.values() for word in rule.told}

    assert not told & ({event.value for event in EventType} | set(requests.TRACKED.values()) | answering.TRACKED)
    assert {convert(word, Token) for word in told} == told


def test_nothing_is_said_before_both_courts_share_a_log() -> None:
    assert frozenset(DelegatedTaskStatus) - ENDED - INTERNAL == OPEN
    assert all(not rule.states & INTERNAL for rule in RULES.values())


@pytest.mark.parametrize(("kind", "side", "status"), list(product(StatementKind, Side, DelegatedTaskStatus)))
def test_table_decides(kind: StatementKind, side: Side, status: DelegatedTaskStatus) -> None:
    rule = RULES[kind]

    if side in rule.authors and status in rule.states:
        check(kind, side, status)
    else:
        with pytest.raises(TransitionNotAllowed):
            check(kind, side, status)
