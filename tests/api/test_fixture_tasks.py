"""The delegated tasks of fixture set S: totals, and agreement with the cases, officers and measures they speak of."""

from collections import Counter
from datetime import date

from api.demo import fixtures
from api.demo.fixtures import FixtureTask
from api.demo.fixtures.facts import STORY_DEBTOR, STORY_PLATE, STORY_VIN
from api.demo.fixtures.registry import holdings
from enforcement.channels import Holding
from enforcement.holdings import checked
from enforcement.rules import matter
from enforcement.rules.matter import DelegatedMatterType

TODAY = date(2025, 7, 14)
KEPT = {"VEHICLE", "BANK_DEPOSIT", "REAL_ESTATE", "EQUITY", "WEALTH_PRODUCT", "HOUSING_PROVIDENT_FUND"}
DELEGATING = {"DRAFT", "PENDING_APPROVAL", "FED_BACK", "COMPLETED"}


def by_status(status: str) -> list[FixtureTask]:
    return [task for task in fixtures.tasks() if task.status == status]


def test_tasks_per_status() -> None:
    assert Counter(task.status for task in fixtures.tasks()) == {
        "DRAFT": 6,
        "PENDING_APPROVAL": 6,
        "DISPATCHED": 4,
        "RECEIVED": 14,
        "SIGNED_FOR": 10,
        "SUPPLEMENT_REQUESTED": 8,
        "IN_PROGRESS": 36,
        "FED_BACK": 12,
        "COMPLETED": 52,
        "RETURNED": 8,
        "WITHDRAWN": 4,
    }
    assert len({task.id for task in fixtures.tasks()}) == 160


def test_every_ordered_pair_of_courts() -> None:
    pairs = Counter((task.delegating, task.entrusted) for task in fixtures.tasks())

    assert len(pairs) == 56
    assert min(pairs.values()) >= 2
    assert sum(count for (here, there), count in pairs.items() if here[0] != there[0]) == 96


def test_overlays() -> None:
    marks = Counter(mark for task in fixtures.tasks() for mark in task.overlays)

    assert marks == {"OVERDUE": 10, "SUPERVISED": 6, "COMPLAINED": 3, "OBJECTION_PENDING": 4}
    assert sum(task.urgent for task in fixtures.tasks()) == 14


def test_overdue_is_what_the_due_day_says() -> None:
    for task in fixtures.tasks():
        assert ("OVERDUE" in task.overlays) == (task.due_on is not None and task.due_on < TODAY)


def test_case_is_open_and_debtor_is_party() -> None:
    for task in fixtures.tasks():
        rows = fixtures.rows(task.delegating)
        case = next(case for case in rows.cases if case.id == task.case_id)
        parties = {party.id: party.identifier for party in rows.parties}
        debtors = {parties[r.party_id] for r in rows.case_parties if (r.case_id, r.role) == (case.id, "DEBTOR")}
        assert case.number == task.case_number == task.content.case_number
        assert case.status in {"FILED", "NOTICE_SERVED", "IN_PROGRESS"}
        assert case.filed_on <= task.created_at.date()
        assert task.content.debtor.identifier in debtors


def test_pen_is_where_the_state_says() -> None:
    for task in fixtures.tasks():
        assert task.holder == (task.delegating if task.status in DELEGATING else task.entrusted)


def test_times_follow_each_other() -> None:
    for task in fixtures.tasks():
        times = [task.created_at, task.dispatched_at, task.received_at, task.status_at]
        present = [at for at in times if at is not None]
        assert present == sorted(present)
        assert present[-1].date() <= TODAY


def test_officers_are_of_the_right_court_and_office() -> None:
    for task in fixtures.tasks():
        here = {o.id: o.roles[0] for o in fixtures.officers(task.delegating)}
        there = {o.id: o.roles[0] for o in fixtures.officers(task.entrusted)}
        assert here[task.created_by] == "HANDLER"
        assert task.approved_by is None or here[task.approved_by] == "BUREAU_CHIEF"
        assert task.dispatched_by is None or here[task.dispatched_by] == "COMMAND_CENTRE"
        assert task.signed_for_by is None or there[task.signed_for_by] == "COMMAND_CENTRE"
        assert task.assigned_to is None or there[task.assigned_to] == "HANDLER"
        assert (task.assigned_to is not None) == (task.status in {"IN_PROGRESS", "FED_BACK", "COMPLETED"})


def test_papers_are_complete_and_requests_differ() -> None:
    asked = set()
    for task in fixtures.tasks():
        matter.check_papers(task.matter, [paper.kind for paper in task.content.documents])
        asset = task.content.asset and tuple(sorted(task.content.asset.identity.items()))
        asked.add((task.case_number, task.content.debtor.identifier, task.entrusted, task.matter, asset))
    assert len(asked) == 160


def test_control_tasks_name_a_registered_measure() -> None:
    named = [task for task in fixtures.tasks() if task.content.measure_id is not None]

    assert len(named) >= 10
    for task in named:
        measure = next(m for m in fixtures.rows(task.delegating).measures if m.id == task.content.measure_id)
        assert (measure.task_id, measure.executing_court) == (task.id, task.entrusted)
        assert task.feedback is not None
        assert task.feedback.receipts[0].registered_at == measure.registered_at


def test_answers_exist_where_the_state_needs_them() -> None:
    for task in fixtures.tasks():
        assert (task.feedback is not None) == (task.status in {"FED_BACK", "COMPLETED"})
        assert bool(task.papers_asked) == (task.status == "SUPPLEMENT_REQUESTED")
        assert (task.return_reason is not None) == (task.status == "RETURNED")
        rule = matter.rule(DelegatedMatterType(task.matter))
        if task.feedback is not None and rule.needs_evidence:
            assert task.feedback.receipts


def test_only_the_vehicle_office_knows_the_storys_car() -> None:
    known = [
        (unit.id, holding.owner)
        for court in fixtures.courts()
        for unit in holdings(court.division)
        for holding in unit.holdings
        if STORY_PLATE in holding.identity.values() or STORY_VIN in holding.identity.values()
    ]

    assert known == [("u-341021-vehicle", STORY_DEBTOR)]


def test_registries_keep_every_asset_of_their_kinds() -> None:
    kept = Counter(
        (court.division, holding.kind, len(holding.prior))
        for court in fixtures.courts()
        for unit in holdings(court.division)
        for holding in unit.holdings
    )
    expected: Counter[tuple[str, str, int]] = Counter([("341021", "VEHICLE", 0)])
    for court in fixtures.courts():
        rows = fixtures.rows(court.code)
        queues = Counter(m.asset_id for m in rows.measures if m.status in {"EFFECTIVE", "WAITING"})
        for asset in rows.assets:
            if asset.kind in KEPT:
                expected[asset.division, asset.kind.value, queues[asset.id]] += 1

    assert kept == expected


def test_six_units_of_a_county_answer_a_program() -> None:
    for court in fixtures.courts():
        assert [unit.kind for unit in holdings(court.division)] == [
            "VEHICLE_OFFICE",
            "BANK",
            "BANK",
            "LAND_REGISTRY",
            "PROVIDENT_FUND_CENTRE",
            "MARKET_REGULATOR",
        ]


def test_nothing_in_the_books_is_faulty() -> None:
    """What a court would refuse of an answer stands in no registry, and every kind says something of its things."""
    for court in fixtures.courts():
        for unit in holdings(court.division):
            for owned in unit.holdings:
                said = Holding(
                    kind=owned.kind,
                    identity=owned.identity,
                    division=court.division,
                    description=owned.description,
                    estimated_value=owned.estimated_value,
                    facts=owned.facts,
                )
                assert checked(said).identity == owned.identity
                assert owned.facts is not None or owned.identity.get("plate") == STORY_PLATE


def test_set_is_the_same_every_time() -> None:
    assert fixtures.fixture_set.__wrapped__() == fixtures.fixture_set()
