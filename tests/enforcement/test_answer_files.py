"""The file channel: requests out for their owner's eyes, answers in wholly or not at all, twice as once."""

import csv
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from db.clock import SetClock, civil_date
from db.pool import open_pool
from db.records.assets import AssetKind
from db.records.searches import InquiryOutcome, ResultOutcome, SearchRecord, SearchStatus
from enforcement import findings as finds
from enforcement import searches as acts
from enforcement import unit_worker
from enforcement.answer_files import exporting, importing
from enforcement.answer_files.exporting import Exported, FolderRefused
from enforcement.answer_files.importing import Imported
from enforcement.answer_files.sheet import ANSWERS, PARTS
from enforcement.court_files.cells import Intake
from enforcement.rules.asset_facts import FACT_NAMES
from enforcement.rules.spreadsheet import guarded, plain
from enforcement.searches import NewSearch
from tests.enforcement import registry_zone as rz
from tests.enforcement.holdings_samples import SAMPLES, holding
from tests.enforcement.test_search_results import Says, found, keeps, known, says
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio
BANK, LAND = rz.BANK.format("330824"), rz.LAND.format("330824")
_D, _W = AssetKind.BANK_DEPOSIT, AssetKind.WEALTH_PRODUCT


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    court = await rz.kaihua(Zone(), pool, clock)
    court.node = replace(court.node, file_units=frozenset({BANK}))
    await keeps(court, BANK, *AssetKind)
    yield court
    await pool.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "requests"
    made.mkdir(mode=0o700)
    return made


async def ask(home: rz.Court, *kinds: AssetKind, key: str = "s") -> SearchRecord:
    new = NewSearch(rz.NUMBER, None, None, kinds or (_D, _W))
    return await acts.request(home.node, rz.caller(KAIHUA), new, idempotency_key=key)


async def export(home: rz.Court, folder: Path, **how: Any) -> Exported:
    return await exporting.export(home.node, home.node.pool, folder, home.node.file_units, **how)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def request_id(home: rz.Court) -> str:
    async with home.node.pool.acquire() as conn:
        return str(await conn.fetchval("SELECT id FROM search_inquiries WHERE unit_id = $1", BANK))


def write(folder: Path, rows: list[dict[str, Any]], name: str = "answers.csv") -> Path:
    path = folder / name
    columns = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return path


async def take(home: rz.Court, path: Path) -> Imported:
    now = home.node.clock.now()
    intake = Intake(home.node.code, home.node.at_rest, now, civil_date(now))
    return await importing.take(home.node, home.node.pool, intake, path)


async def answer(home: rz.Court, **changes: Any) -> dict[str, Any]:
    row = {
        "request_id": await request_id(home),
        "kind": "BANK_DEPOSIT",
        "outcome": "NOTHING",
        "as_of": home.node.clock.now().isoformat(),
    }
    return row | changes


def cells_of(kind: AssetKind) -> dict[str, Any]:
    identity, facts = SAMPLES[kind]
    said = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in facts.items()}
    return {"kind": kind.value, "outcome": "FOUND", "division": "330824", "description": "样品", **identity, **said}


TEXTS = [
    "=1+1",
    "+86",
    "-1",
    "@x",
    "\tx",
    "'",
    "'=1",
    "''",
    "341021197903159972",
    "34102119790315997X",
    "123",
    "李样甲",
    "＝1",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_guard_comes_off_again(text: str) -> None:
    assert plain(guarded(text)) == text


@pytest.mark.parametrize("text", TEXTS[:6] + TEXTS[8:10] + ["＝1"])
def test_what_a_spreadsheet_would_run_or_round_is_guarded(text: str) -> None:
    assert guarded(text).startswith("'")


def test_every_fact_and_part_is_a_column() -> None:
    assert {*PARTS, *FACT_NAMES} <= {column.name for column in ANSWERS.columns}
    assert len({column.name for column in ANSWERS.columns}) == len(ANSWERS.columns)


async def test_requests_go_out(home: rz.Court, folder: Path) -> None:
    await ask(home)

    done = await export(home, folder)

    assert done.path is not None
    assert done.rows == 1
    assert stat.S_IMODE(done.path.stat().st_mode) == 0o600
    assert done.path.read_bytes().startswith(b"\xef\xbb\xbf")
    (row,) = read(done.path)
    assert plain(row["identifier"]) == rz.DEBTOR_NO
    assert row["identifier"].startswith("'")
    assert (row["unit_id"], row["court"], row["case_number"], row["kinds"]) == (
        BANK,
        KAIHUA,
        rz.NUMBER,
        "BANK_DEPOSIT;WEALTH_PRODUCT",
    )
    assert row["request_id"] == await request_id(home)
    assert row["answer_by"] == "2025-07-18T00:00:00+08:00"  # three working days after Monday the 14th


async def test_each_request_goes_out_once(home: rz.Court, folder: Path) -> None:
    await ask(home)
    first = await export(home, folder)

    again = await export(home, folder)
    all_open = await export(home, folder, again=True)

    assert again == Exported(None, 0)
    assert all_open.rows == 1
    assert all_open.path != first.path
    assert first.path is not None
    assert first.path.exists()


async def test_a_formula_for_a_name_is_text(home: rz.Court, folder: Path) -> None:
    async with home.node.pool.acquire() as conn:
        await conn.execute("UPDATE assisting_units SET name = '=HYPERLINK(1)' WHERE id = $1", BANK)
    await ask(home)

    done = await export(home, folder)

    assert done.path is not None
    assert read(done.path)[0]["unit_name"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(("mode", "part"), [(0o750, "EXPOSED"), (0o701, "EXPOSED"), (None, "MISSING")])
async def test_a_folder_that_others_may_open_is_refused(
    home: rz.Court, folder: Path, mode: int | None, part: str
) -> None:
    await ask(home)
    if mode is None:
        folder = folder / "none"
    else:
        folder.chmod(mode)

    with pytest.raises(FolderRefused) as refusal:
        await export(home, folder)

    assert refusal.value.part == part
    async with home.node.pool.acquire() as conn:
        assert await conn.fetchval("SELECT attempts FROM search_inquiries WHERE unit_id = $1", BANK) == 0


async def test_answers_come_in(home: rz.Court, folder: Path) -> None:
    search = await ask(home)
    assert search.status is SearchStatus.OPEN
    rows = [await answer(home, **cells_of(_D)), await answer(home, kind="WEALTH_PRODUCT")]

    done = await take(home, write(folder, rows))

    assert (done.refused, done.answers, done.finds, done.known) == (False, 2, 1, 0)
    said = await known(home, search)
    assert (said[_D].outcome, said[_W].outcome) == (ResultOutcome.FOUND, ResultOutcome.NOTHING)
    (inquiry,) = [row for row in await acts.inquiries(home.node, [search.id]) if row.unit_id == BANK]
    assert (inquiry.outcome, inquiry.source) == (InquiryOutcome.FOUND, "COUNTER")
    async with home.node.pool.acquire() as conn:
        assert await conn.fetchval("SELECT status FROM asset_searches") == "DONE"


@pytest.mark.parametrize("kind", list(AssetKind))
async def test_a_find_of_each_kind_comes_in(home: rz.Court, folder: Path, kind: AssetKind) -> None:
    search = await ask(home, kind)

    done = await take(home, write(folder, [await answer(home, **cells_of(kind))]))

    assert done.faults.kept == []
    (find,) = await found(home, search)
    assert (find.kind, find.identity, find.facts) == (kind, holding(kind).identity, holding(kind).facts)
    asset = await finds.adopt(home.node, rz.caller(KAIHUA), find.id, idempotency_key="a")
    assert asset.kind is kind


async def test_guards_and_measures_come_off(home: rz.Court, folder: Path) -> None:
    search = await ask(home, _D)
    cells = cells_of(_D) | {
        "account": "'" + SAMPLES[_D][0]["account"],
        "owner_identifier": "'" + rz.DEBTOR_NO,
        "standing_measures": "浙0127 1 2025-01-02T00:00:00+08:00; 赣1130 2",
    }

    await take(home, write(folder, [await answer(home, **cells)]))

    (find,) = await found(home, search)
    assert find.identity["account"] == SAMPLES[_D][0]["account"]
    assert (find.owner, find.prior_measures) == ("DEBTOR", 2)
    assert [(one.court, one.rank, one.registered_at is None) for one in find.prior] == [
        ("浙0127", 1, False),
        ("赣1130", 2, True),
    ]


async def test_the_same_file_twice_is_once(home: rz.Court, folder: Path) -> None:
    await ask(home)
    two = cells_of(_D) | {"account": "0003308240000099"}
    rows = [await answer(home, **cells_of(_D)), await answer(home, **two), await answer(home, kind="WEALTH_PRODUCT")]
    await take(home, write(folder, rows))
    before = await state(home)

    again = await take(home, write(folder, rows))
    turned = await take(home, write(folder, list(reversed(rows)), "answers-2.csv"))

    assert (again.refused, again.answers, again.known) == (False, 0, 2)
    assert (turned.refused, turned.answers, turned.known) == (False, 0, 2)
    assert await state(home) == before


async def test_another_answer_is_refused(home: rz.Court, folder: Path) -> None:
    await ask(home)
    await take(home, write(folder, [await answer(home)]))
    before = await state(home)

    other = await take(
        home, write(folder, [await answer(home, **cells_of(_D)), await answer(home, kind="WEALTH_PRODUCT")])
    )

    assert [(f.line, f.column, f.code) for f in other.faults.kept] == [(2, "outcome", "ANSWERED_BEFORE")]
    assert await state(home) == before


BAD: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"request_id": "1"}, ("request_id", "UNKNOWN_REQUEST")),
    ({"request_id": str(uuid4())}, ("request_id", "UNKNOWN_REQUEST")),
    ({"request_id": ""}, ("request_id", "REQUIRED")),
    ({"kind": "CASTLE"}, ("kind", "UNKNOWN_VALUE")),
    ({"kind": "SHIP"}, ("kind", "NOT_ASKED_FOR")),
    ({"outcome": "PERHAPS"}, ("outcome", "UNKNOWN_VALUE")),
    ({"as_of": "2025-07-14"}, ("as_of", "INVALID_INSTANT")),
    ({"as_of": "2099-01-01T00:00:00+08:00"}, ("as_of", "DATE_IN_FUTURE")),
    ({"as_of": "2024-01-01T00:00:00+08:00"}, ("as_of", "DATES_OUT_OF_ORDER")),
    ({"reason": "does not want to"}, ("reason", "UNKNOWN_VALUE")),
    ({"outcome": "FOUND"}, ("division", "REQUIRED")),
    ({"account": "0003308240000001"}, ("account", "NOTHING_WAS_FOUND")),
    (cells_of(_D) | {"account": "6299993308240000017"}, ("account", "INVALID_ACCOUNT")),
    (cells_of(_D) | {"account": ""}, ("kind", "INVALID_IDENTITY_PARTS")),
    (cells_of(_D) | {"balance": "-1"}, ("balance", "INVALID_NUMBER")),
    (cells_of(_D) | {"use": "住宅"}, ("use", "INVALID_FACTS")),
    (cells_of(_D) | {"division": "33"}, ("division", "INVALID_DIVISION")),
    (cells_of(_D) | {"standing_measures": "nowhere 1"}, ("standing_measures", "UNKNOWN_COURT")),
    (cells_of(_D) | {"standing_measures": "浙0127"}, ("standing_measures", "UNKNOWN_VALUE")),
    (cells_of(_D) | {"standing_measures": ";"}, ("standing_measures", "UNKNOWN_VALUE")),
]


@pytest.mark.parametrize(("changes", "fault"), BAD)
async def test_one_bad_row_takes_nothing_in(
    home: rz.Court, folder: Path, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    """By its line, column and code; the good row before it is not taken in either."""
    await ask(home)
    before = await state(home)
    good = await answer(home, kind="WEALTH_PRODUCT")

    done = await take(home, write(folder, [good, await answer(home, **changes)]))

    assert [(f.line, f.column, f.code) for f in done.faults.kept] == [(3, *fault)]
    assert done.answers == 0
    assert await state(home) == before


async def test_rows_of_one_answer_agree(home: rz.Court, folder: Path) -> None:
    await ask(home)
    before = await state(home)
    later = (home.node.clock.now() - timedelta(minutes=1)).isoformat()
    other = cells_of(_D) | {"account": "0003308240000099"}
    rows = [
        await answer(home, **cells_of(_D)),
        await answer(home),
        await answer(home, **other, as_of=later),
        await answer(home, **cells_of(_D)),
    ]

    done = await take(home, write(folder, rows))

    assert [(f.line, f.column, f.code) for f in done.faults.kept] == [
        (3, "outcome", "CONTRADICTS_ROW"),
        (4, "as_of", "CONTRADICTS_ROW"),
        (5, "kind", "DOUBLED_ROW"),
    ]
    assert await state(home) == before


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe", b"request_id,kind\n", b"", b'request_id,kind,outcome,as_of\n"x\n', b"nonsense\n1\n"]
)
async def test_what_is_no_answer_file(home: rz.Court, folder: Path, raw: bytes) -> None:
    path = folder / "answers.csv"
    path.write_bytes(raw)

    assert (await take(home, path)).refused
    assert (await take(home, folder / "missing.csv")).refused
    assert (await take(home, folder / "answers-missing.csv")).refused


async def test_silence_until_the_promised_day_is_given_up(home: rz.Court, folder: Path, clock: SetClock) -> None:
    """Nobody is asked over the network meanwhile; an answer that comes late is taken in all the same."""
    search = await ask(home, _D)
    row = await answer(home)
    silent = Says(says(home))
    assert await unit_worker.run_once(home.node, silent, lambda: 0.5) == 0
    clock.advance(timedelta(days=4))

    await unit_worker.run_once(home.node, silent, lambda: 0.5)

    entry = (await known(home, search))[_D]
    assert (entry.outcome, entry.reason) == (ResultOutcome.NO_ANSWER, "TIMED_OUT")
    done = await take(home, write(folder, [row]))
    assert (done.refused, done.answers) == (False, 1)
    assert (await known(home, search))[_D].outcome is ResultOutcome.NOTHING


async def test_who_is_asked_by_file_is_not_asked_by_program(home: rz.Court, folder: Path) -> None:
    home.node = replace(home.node, file_units=frozenset({LAND}))
    await ask(home, AssetKind.REAL_ESTATE)
    asked = await unit_worker.run_once(home.node, Says(says(home)), lambda: 0.5)

    done = await export(home, folder)

    assert asked == 0
    assert done.path is not None
    assert [row["unit_id"] for row in read(done.path)] == [LAND]


async def state(court: rz.Court) -> list[Any]:
    async with court.node.pool.acquire() as conn:
        rows = [
            await conn.fetch(f"SELECT * FROM {name} ORDER BY id") for name in ("search_results", "search_inquiries")
        ]
    return [[tuple(row) for part in rows for row in part], *[await court.count(n) for n in ("findings", "events")]]
