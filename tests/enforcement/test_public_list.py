"""The public list of dishonest debtors at one court: masked, in force, in one order, page by page."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from api.demo import fixtures
from db import public_list
from db.clock import SetClock
from db.records.parties import PartyKind
from db.records.sanctions import DishonestEntryRecord, DishonestGround, ListFilter
from enforcement.court import CourtNode
from enforcement.rules.public_list import public_name
from enforcement.rules.refusals import Malformed
from enforcement.zone.public_list import PublicEntry, PublicPage, page
from federation.graph.page import LAST_ID, PageAnswer, PageAsk, Position, check_answer
from tests.enforcement.fixture_zone import one_court
from tests.enforcement.task_zone import NewDatabase
from tests.federation.zone import KAIHUA

pytestmark = pytest.mark.anyio
TODAY = date(2025, 7, 14)
EVERY = ListFilter()


@pytest.fixture
async def court(new_database: NewDatabase, clock: SetClock) -> AsyncIterator[CourtNode]:
    async with one_court(new_database, clock) as made:
        yield made


def shown(day: date = TODAY) -> list[DishonestEntryRecord]:
    """The entries of the set that may be shown on a day, newest first, those of one day by id."""
    entries = fixtures.rows(KAIHUA).dishonest_entries
    in_force = [
        e for e in entries if e.published_on <= day <= e.until_on and (e.removed_on is None or e.removed_on > day)
    ]
    return sorted(in_force, key=lambda e: (-e.published_on.toordinal(), e.id))


async def listed(court: CourtNode, wanted: ListFilter = EVERY, **given: Any) -> PublicPage:
    asked: dict[str, Any] = {"first": 100, "until": court.clock.now()} | given
    ask = PageAsk(**asked)
    made = await page(court, wanted, ask)
    check_answer(ask, made.answer, len(made.entries))
    return made


def key(day: date) -> str:
    return f"{(date.max - day).days:07d}"


async def test_entries_in_force_are_shown_masked(court: CourtNode) -> None:
    made = await listed(court)

    people = {party.id: party for party in fixtures.rows(KAIHUA).parties}
    expected = [
        PublicEntry(
            id=entry.id,
            kind=people[entry.party_id].kind,
            name=public_name(people[entry.party_id].name, people[entry.party_id].kind),
            number=people[entry.party_id].identifier[:4] + "*" * 10 + people[entry.party_id].identifier[-4:],
            division=people[entry.party_id].domicile_division,
            ground=DishonestGround(entry.ground),
            published_on=entry.published_on,
            until_on=entry.until_on,
            revision=1,
        )
        for entry in shown()
    ]
    positions = tuple(Position(key(entry.published_on), str(entry.id)) for entry in expected)
    assert made == PublicPage(expected, PageAnswer(positions, has_more=False), court.clock.now())
    assert len(expected) > 5


async def test_nothing_shown_holds_a_name_or_number(court: CourtNode) -> None:
    made = await listed(court)

    told = repr([(entry.name, entry.number) for entry in made.entries])
    for party in fixtures.rows(KAIHUA).parties:
        assert party.identifier not in told
        assert party.kind is not PartyKind.NATURAL or party.name not in told
    assert all(entry.name not in repr(entry) and entry.number not in repr(entry) for entry in made.entries)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
async def test_pages_join_to_the_whole(court: CourtNode, size: int) -> None:
    found: list[PublicEntry] = []
    after: Position | None = None
    while True:
        made = await listed(court, after=after, first=size)
        found += made.entries
        assert len(made.entries) <= size
        if not made.answer.has_more:
            break
        after = made.answer.positions[-1]

    assert [entry.id for entry in found] == [entry.id for entry in shown()]


async def test_entries_of_one_day_are_parted_by_id(court: CourtNode) -> None:
    async with court.pool.acquire() as conn:
        await conn.execute("UPDATE dishonest_entries SET published_on = $1, until_on = $2", TODAY, date(2027, 7, 14))
    every = [entry.id for entry in (await listed(court)).entries]

    first = await listed(court, first=3)
    rest = await listed(court, after=first.answer.positions[-1])
    whole_day = await listed(court, after=Position(key(TODAY), LAST_ID))
    before_it = await listed(court, after=Position(key(TODAY + timedelta(days=1)), LAST_ID))

    assert every == sorted(every)
    assert [entry.id for entry in first.entries + rest.entries] == every
    assert whole_day.entries == []
    assert [entry.id for entry in before_it.entries] == every


async def test_ended_removed_and_minors_entries_are_never_shown(court: CourtNode, clock: SetClock) -> None:
    expired, removed, minor, removed_later = shown()[:4]
    async with court.pool.acquire() as conn:
        await conn.execute("UPDATE dishonest_entries SET until_on = $2 WHERE id = $1", expired.id, TODAY)
        await conn.execute("UPDATE dishonest_entries SET removed_on = $2 WHERE id = $1", removed.id, TODAY)
        await conn.execute("UPDATE parties SET is_minor = true WHERE id = $1", minor.party_id)
        await conn.execute(
            "UPDATE dishonest_entries SET removed_on = $2 WHERE id = $1", removed_later.id, TODAY + timedelta(days=1)
        )

    today = {entry.id for entry in (await listed(court)).entries}
    clock.advance(timedelta(days=1))
    tomorrow = {entry.id for entry in (await listed(court)).entries}

    assert {expired.id, removed_later.id} <= today
    assert today.isdisjoint({removed.id, minor.id})
    assert tomorrow.isdisjoint({expired.id, removed.id, minor.id, removed_later.id})


async def test_what_is_published_after_the_walk_began_is_left_out(court: CourtNode, clock: SetClock) -> None:
    began = clock.now()
    first = await listed(court, until=began, first=2)
    late = shown()[-1]
    async with court.pool.acquire() as conn:
        await conn.execute("UPDATE dishonest_entries SET published_on = $2 WHERE id = $1", late.id, date(2025, 7, 16))
    clock.advance(timedelta(days=3))

    rest = await listed(court, until=began, after=first.answer.positions[-1])
    anew = await listed(court)

    assert late.id not in {entry.id for entry in first.entries + rest.entries}
    assert anew.entries[0].id == late.id


@pytest.mark.parametrize(
    "wanted",
    [
        ListFilter(ground=DishonestGround.ABLE_BUT_REFUSES),
        ListFilter(division="330824"),
        ListFilter(division="999999"),
        ListFilter(published_from=date(2024, 6, 1), published_to=date(2025, 1, 31)),
        ListFilter(DishonestGround.VIOLATES_REPORT_SYSTEM, "330824", date(2023, 1, 1), TODAY),
    ],
)
async def test_filter_leaves_what_fits(court: CourtNode, wanted: ListFilter) -> None:
    made = await listed(court, wanted)

    home = {party.id: party.domicile_division for party in fixtures.rows(KAIHUA).parties}
    assert [entry.id for entry in made.entries] == [
        e.id
        for e in shown()
        if wanted.ground in {None, e.ground}
        and wanted.division in {None, home[e.party_id]}
        and (wanted.published_from or date.min) <= e.published_on <= (wanted.published_to or date.max)
    ]


@pytest.mark.parametrize(
    ("wanted", "first", "refusal"),
    [
        (ListFilter(division="开化"), 20, ("INVALID_DIVISION", "division")),
        (
            ListFilter(published_from=TODAY, published_to=TODAY - timedelta(days=1)),
            20,
            ("INVALID_PERIOD", "publishedTo"),
        ),
        (EVERY, 0, ("INVALID_PAGE", "first")),
        (EVERY, 101, ("INVALID_PAGE", "first")),
    ],
)
async def test_impossible_page_is_refused(
    court: CourtNode, wanted: ListFilter, first: int, refusal: tuple[str, str]
) -> None:
    with pytest.raises(Malformed) as refused:
        await listed(court, wanted, first=first)

    assert (refused.value.code, refused.value.part) == refusal


@pytest.mark.parametrize("forged", ["2025-07-14", "3652059", "９９９９９９９", "-000001", "12345678", "0"])
async def test_position_of_no_day_is_refused(court: CourtNode, forged: str) -> None:
    with pytest.raises(Malformed) as refused:
        await listed(court, after=Position(forged, LAST_ID))

    assert (refused.value.code, refused.value.part) == ("INVALID_CURSOR", "after")


@pytest.mark.parametrize(
    ("name", "kind", "told"),
    [
        ("张伟", PartyKind.NATURAL, "张*"),
        ("张小伟", PartyKind.NATURAL, "张*伟"),
        ("欧阳小伟", PartyKind.NATURAL, "欧**伟"),
        ("阿依·古丽", PartyKind.NATURAL, "阿***丽"),
        ("伟", PartyKind.NATURAL, "伟*"),
        ("开化样例混凝土有限公司", PartyKind.ORGANIZATION, "开化样例混凝土有限公司"),
    ],
)
def test_names_are_masked_as_on_the_public_list(name: str, kind: PartyKind, told: str) -> None:
    assert public_name(name, kind) == told


async def test_page_is_read_in_the_order_of_its_index(court: CourtNode) -> None:
    async with court.pool.acquire() as conn:
        for setting in ("enable_seqscan = off", "enable_sort = off", "plan_cache_mode = force_generic_plan"):
            await conn.execute(f"SET {setting}")
        await conn.execute(f"PREPARE page AS {public_list._PAGE}")
        rows = await conn.fetch("EXPLAIN EXECUTE page (NULL, NULL, NULL, NULL, NULL, NULL, 21)")

    plan = "\n".join(row[0] for row in rows)
    assert "Index Scan using dishonest_entries_published" in plan
    assert "Index Cond: ((published_on <= $2) AND (published_on >= $4))" in plan
    assert "Sort" not in plan
