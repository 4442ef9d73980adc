"""A node that is wrong in one thing is red in exactly that; and there is no check that nothing makes red."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from api.conform import limit_checks
from api.conform.table import CHECKS
from db.clock import SetClock
from schema.engine import engine_of
from schema.node.schema import SCHEMA
from tests.api.conform.applicant import Applicant, node_of
from tests.api.conform.faults import FAULTS, Liar, Subject
from tests.conftest import REFERENCE

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def clock() -> SetClock:
    return SetClock(REFERENCE)


@pytest.fixture(scope="module")
async def subject(
    anyio_backend: str, node_dsn: str, clock: SetClock, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Subject]:
    made = Applicant(tmp_path_factory.mktemp("node"), clock)
    async with node_of(made, node_dsn, looks_per_hour_officer=100_000, around=Liar):
        yield Subject(made, made.app)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for the node's own time-outs waits a little longer than those of the node here."""
    for name, limit_s in (("_HEAD_S", 1.5), ("_BODY_S", 1.5), ("ANSWER_S", 1.5)):
        monkeypatch.setattr(limit_checks, name, limit_s)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", FAULTS)
async def test_a_wrong_node_is_red_in_just_that(
    subject: Subject, clock: SetClock, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    clock.advance(timedelta(hours=1))  # a new hour of the limits
    subject.liar.lie = None
    engine_of(SCHEMA)._documents.cache_clear()
    FAULTS[name].commit(subject, monkeypatch)

    failed = await subject.made.failed()

    assert failed == FAULTS[name].seen_by


def test_every_check_is_made_red_by_a_fault() -> None:
    seen = frozenset[str]().union(*(fault.seen_by for fault in FAULTS.values()))

    assert seen == {check.code for check in CHECKS}
