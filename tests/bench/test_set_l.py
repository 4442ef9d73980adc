"""Set L is what it says at any scale: its totals, its overlap, valid numbers, the same rows in every process."""

from collections import Counter

import pytest

from bench import set_l, set_l_rows, set_l_tasks
from bench.set_l import Debtor, Size
from db import cases, parties
from db.pool import Pool, transaction
from db.records.cases import CaseStatus
from db.records.parties import IdentifierKind
from enforcement import loading
from enforcement.rules import case_number, identity
from enforcement.rules.measure import check_kind
from enforcement.tasks import loading as task_loading
from federation.wire.signing import generate_signing
from tests.conftest import REFERENCE
from tests.enforcement.load_samples import AT_REST

pytestmark = pytest.mark.anyio

_SCALE = 0.004
_COURT = "浙0824"
_TODAY = REFERENCE.date()


def test_totals_at_full_scale_are_the_published_ones() -> None:
    size = Size(1.0)
    courts = len(set_l.COURTS)

    assert courts * size.cases == 200_000
    assert courts * size.debtors == 160_000
    assert courts * size.of(set_l.ASSETS) == 400_000
    assert courts * size.of(set_l.MEASURES) == 300_000


def test_eight_of_a_hundred_debtors_overlap() -> None:
    everybody = [debtor for court in set_l.COURTS for debtor in set_l.debtors(court, Size(0.05))]

    places = Counter(everybody)

    assert len(places) == 8_000
    assert sum(count == 2 for count in places.values()) == 8_000 * 8 // 100
    assert max(places.values()) == 2


def test_numbers_are_valid_and_unique() -> None:
    rows = set_l_rows.rows(_COURT, _SCALE)

    identifiers = [identity.canonical(IdentifierKind.ID_NUMBER, row.identifier, today=_TODAY) for row in rows.parties]
    numbers = [case_number.canonical(row.number, today=_TODAY) for row in rows.cases]
    assert len(set(identifiers)) == len(rows.parties)
    assert len(set(numbers)) == len(rows.cases) == Size(_SCALE).cases
    assert len({row.id for row in rows.assets}) == len(rows.assets)
    kinds = {row.id: row.kind for row in rows.assets}
    for measure in rows.measures:
        check_kind(measure.kind, kinds[measure.asset_id])
    assert all(row.synthetic for row in rows.parties)


def test_numbers_of_a_full_county_do_not_repeat() -> None:
    assert len({Debtor(_COURT, number).identifier for number in range(set_l.DEBTORS)}) == set_l.DEBTORS


def test_rows_are_the_same_in_every_process() -> None:
    assert set_l_rows.rows(_COURT, _SCALE) == set_l_rows.rows(_COURT, _SCALE)
    assert list(set_l_tasks.tasks(_COURT, _SCALE)) == list(set_l_tasks.tasks(_COURT, _SCALE))


def test_both_courts_of_a_task_make_the_same() -> None:
    at = {court: {task.id: task for task in set_l_tasks.tasks(court, _SCALE)} for court in set_l.COURTS}

    found = {task_id: task for tasks in at.values() for task_id, task in tasks.items()}
    assert len(found) == round(set_l.TASKS * _SCALE)
    for task_id, task in found.items():
        assert at[task.delegating][task_id] == at[task.entrusted][task_id]


async def test_it_loads_and_its_subjects_can_be_looked_up(node_pool: Pool) -> None:
    signers = {court: generate_signing() for court in set_l.COURTS}

    async with transaction(node_pool) as conn:
        await loading.load(conn, AT_REST, set_l_rows.rows(_COURT, _SCALE), synthetic_only=True)
        tasks = set_l_tasks.tasks(_COURT, _SCALE)
        await task_loading.load(_COURT, conn, AT_REST, tasks, signers, directory_version=1)

    subjects = set_l.subjects(_COURT, _SCALE, 20)
    assert subjects
    async with node_pool.acquire() as conn:
        for subject in subjects:
            case = await cases.by_number(conn, subject.case_number)
            assert case is not None
            assert case.status is CaseStatus.IN_PROGRESS
            assert case.handler_id == subject.officer
            key = parties.identifier_key(AT_REST, IdentifierKind.ID_NUMBER, subject.identifier)
            debtor = await parties.by_identifier_key(conn, key)
            assert debtor is not None
            assert [entry.party.id for entry in await parties.of_case(conn, case.id)] == [debtor.id]
