"""Money of a case: recorded once, by who may, wherever it was paid; what is owed; files masked by office."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from db import cases as case_table
from db.clock import SetClock
from db.pool import open_pool, transaction
from db.records.cases import CaseStatus, ClosingMethod
from enforcement import case_pages, cases, money
from enforcement.case_money import owing, settlement_views
from enforcement.court import Limits
from enforcement.money import NewDeferral, NewPayment, NewSettlement
from enforcement.rules.courts import UnknownCourtCode
from enforcement.rules.deferral import DeferralGround, DeferralKind
from enforcement.rules.interest import InterestStart
from enforcement.rules.ledger import Line
from enforcement.rules.refusals import (
    AssetNotNamed,
    CaseNotOpen,
    Forbidden,
    InstalmentsDoNotAddUp,
    Malformed,
    NotDebtorsAsset,
    NotFound,
    NotJudgmentDebtor,
)
from enforcement.rules.rights import Caller, Role
from enforcement.rules.settlement import PaymentMethod, SettlementForm
from enforcement.rules.task_refusals import IdempotencyKeyReused, NotAssigned
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

HANDLER = rz.caller(KAIHUA)
TODAY = date(2025, 7, 14)
PAYMENT = NewPayment(rz.NUMBER, Decimal("20000.00"), TODAY, PaymentMethod.BANK_TRANSFER, SHEXIAN)
PLAN = tuple((date(2025, month, 16), Decimal("6000.00")) for month in range(8, 12))
SETTLEMENT = NewSettlement(rz.NUMBER, Decimal("24000.00"), PLAN, TODAY, SettlementForm.WRITTEN, SHEXIAN)
DEFERRAL = NewDeferral(rz.NUMBER, DeferralKind.AUCTION, DeferralGround.SETTLEMENT_TALKS, TODAY, venue_court=SHEXIAN)


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


async def pay(home: rz.Court, key: str = "p", who: Caller = HANDLER, **changes: Any) -> Any:
    return await money.record_payment(home.node, who, replace(PAYMENT, **changes), idempotency_key=key)


async def settle(home: rz.Court, key: str = "s", **changes: Any) -> Any:
    return await money.record_settlement(home.node, HANDLER, replace(SETTLEMENT, **changes), idempotency_key=key)


async def test_payment_belongs_to_the_case(home: rz.Court) -> None:
    payment = await pay(home)

    assert (payment.case_id, payment.amount, payment.venue_court) == (home.case.id, Decimal("20000.00"), SHEXIAN)
    assert payment.party_id == home.debtor.id


async def test_same_key_pays_once(home: rz.Court) -> None:
    assert await pay(home) == await pay(home)
    assert await home.count("payments") == 1

    with pytest.raises(IdempotencyKeyReused):
        await settle(home, key="p")
    with pytest.raises(IdempotencyKeyReused):
        await pay(home, amount=Decimal("20000.01"))
    assert await home.count("settlements") == 0
    assert await home.count("payments") == 1


@pytest.mark.parametrize("amount", ["0.00", "-5.00", "0.001", "1E+3", "NaN"])
async def test_bad_amount_is_refused(home: rz.Court, amount: str) -> None:
    with pytest.raises(Malformed) as refusal:
        await pay(home, amount=Decimal(amount))
    assert refusal.value.code == "INVALID_MONEY"
    assert await home.count("payments") == 0


@pytest.mark.parametrize(
    ("who", "changes", "refusal"),
    [
        (rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF), {}, Forbidden),
        (rz.caller(KAIHUA, 2), {}, NotAssigned),
        (HANDLER, {"case_number": "（2025）浙0824执999号"}, NotFound),
        (HANDLER, {"paid_on": date(2025, 7, 15)}, Malformed),
        (HANDLER, {"paid_on": date.min}, Malformed),
        (HANDLER, {"venue_court": "皖102"}, UnknownCourtCode),
        (HANDLER, {"venue_court": "浙9999"}, UnknownCourtCode),
        (HANDLER, {"debtor_id": uuid4()}, NotJudgmentDebtor),
    ],
)
async def test_payment_without_grounds_is_refused(
    home: rz.Court, who: Caller, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        await pay(home, who=who, **changes)
    for table in ("payments", "events", "idempotency"):
        assert await home.count(table) == 0


async def test_closed_case_takes_no_money(home: rz.Court) -> None:
    async with transaction(home.node.pool) as conn:
        method = ClosingMethod.FULLY_ENFORCED
        await case_table.move(conn, home.case, CaseStatus.CLOSED, closing_method=method, closed_on=TODAY)

    with pytest.raises(CaseNotOpen):
        await pay(home)


async def test_repetition_is_answered_when_the_case_is_closed(home: rz.Court) -> None:
    """Whoever lost the answer asks again, and hears that the money was booked."""
    paid, settled = await pay(home), await settle(home)
    async with transaction(home.node.pool) as conn:
        method = ClosingMethod.FULLY_ENFORCED
        await case_table.move(conn, home.case, CaseStatus.CLOSED, closing_method=method, closed_on=TODAY)

    assert (await pay(home), await settle(home)) == (paid, settled)
    with pytest.raises(CaseNotOpen):
        await pay(home, key="new")


async def test_clerk_may_record_payments(home: rz.Court) -> None:
    payment = await pay(home, who=rz.caller(KAIHUA, 4, Role.CLERK))

    assert payment.recorded_by == "o-330824-04"


async def test_settlement_keeps_its_plan(home: rz.Court) -> None:
    settlement = await settle(home)

    file = await cases.open_file(home.node, HANDLER, rz.NUMBER)
    (view,) = (await settlement_views.of_files({file.case.id: file}))[file.case.id]
    kept, terms = view.settlement, view.instalments
    assert kept == settlement == await settle(home)
    assert (kept.status, kept.venue_court, kept.total) == ("SIGNED", SHEXIAN, Decimal("24000.00"))
    assert [(term.no, term.due_on, term.amount) for term in terms] == [(n, *part) for n, part in enumerate(PLAN, 1)]


async def test_settlement_is_signed_at_a_court_of_the_zone(home: rz.Court) -> None:
    with pytest.raises(UnknownCourtCode):
        await settle(home, venue_court="浙9999")
    assert await home.count("settlements") == 0


async def test_plan_must_add_up(home: rz.Court) -> None:
    with pytest.raises(InstalmentsDoNotAddUp):
        await settle(home, total=Decimal("24000.01"))
    for table in ("settlements", "instalments", "events"):
        assert await home.count(table) == 0


async def test_deferral_waits_for_a_decision(home: rz.Court) -> None:
    asset_id = await rz.add_asset(home)

    first = await money.request_deferral(home.node, HANDLER, replace(DEFERRAL, asset_id=asset_id), idempotency_key="d")
    again = await money.request_deferral(home.node, HANDLER, replace(DEFERRAL, asset_id=asset_id), idempotency_key="d")

    assert first == again
    assert (first.kind, first.status, first.ground) == ("AUCTION", "REQUESTED", "SETTLEMENT_TALKS")
    file = await cases.open_file(home.node, HANDLER, rz.NUMBER)
    assert (await cases.deferrals_of({file.case.id: file}))[file.case.id] == [first]


WHOLE_CASE = replace(DEFERRAL, kind=DeferralKind.ENFORCEMENT)


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        (replace(DEFERRAL, asset_id=uuid4()), NotDebtorsAsset),
        (DEFERRAL, AssetNotNamed),
        (replace(WHOLE_CASE, until_on=TODAY), Malformed),
        (replace(WHOLE_CASE, until_on=date(2026, 7, 15)), Malformed),
        (replace(WHOLE_CASE, until_on=date.max), Malformed),
        (replace(WHOLE_CASE, venue_court="浙9999"), UnknownCourtCode),
    ],
)
async def test_deferral_without_grounds_is_refused(home: rz.Court, new: NewDeferral, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        await money.request_deferral(home.node, HANDLER, new, idempotency_key="d")
    for table in ("deferrals", "events", "idempotency"):
        assert await home.count(table) == 0


async def test_longest_deferral_is_a_setting(home: rz.Court) -> None:
    year = replace(WHOLE_CASE, until_on=date(2026, 7, 14))
    longer = replace(WHOLE_CASE, until_on=date(2027, 7, 14))
    node = replace(home.node, limits=Limits(deferral_years=2))

    assert (await money.request_deferral(home.node, HANDLER, year, idempotency_key="1")).until_on == year.until_on
    assert (await money.request_deferral(node, HANDLER, longer, idempotency_key="2")).until_on == longer.until_on


async def test_outstanding_shows_each_line(home: rz.Court) -> None:
    """100,000 due on 2024-01-31; 40,000 paid 2024-03-31, 60,000 on 2024-06-30: 2,005.50 doubled, 1,400.00 fee."""
    await pay(home, "a", amount=Decimal("40000.00"), paid_on=date(2024, 3, 31))
    await pay(home, "b", amount=Decimal("60000.00"), paid_on=date(2024, 6, 30))
    file = await cases.open_file(home.node, HANDLER, rz.NUMBER)

    result = await owing.outstanding_at(file, None)

    lines = {line.line: (line.due, line.paid) for line in result.lines}
    assert lines[Line.PRINCIPAL] == (Decimal("100000.00"), Decimal("100000.00"))
    assert lines[Line.DOUBLED_INTEREST] == (Decimal("2005.50"), Decimal("0.00"))
    assert lines[Line.FEE] == (Decimal("1400.00"), Decimal("0.00"))
    assert (result.paid, result.left, result.as_of) == (Decimal("100000.00"), Decimal("3405.50"), TODAY)
    earlier = await owing.outstanding_at(file, date(2024, 3, 30))
    assert earlier.paid == Decimal("0.00")


async def test_first_day_of_delay_is_a_setting(home: rz.Court) -> None:
    """The same payments, each part a day longer: 61 days of 40,000 and 152 of 60,000."""
    await pay(home, "a", amount=Decimal("40000.00"), paid_on=date(2024, 3, 31))
    await pay(home, "b", amount=Decimal("60000.00"), paid_on=date(2024, 6, 30))
    node = replace(home.node, interest_start=InterestStart.EXPIRY_DAY)

    result = await owing.outstanding_at(await cases.open_file(node, HANDLER, rz.NUMBER), None)

    assert next(line.due for line in result.lines if line.line is Line.DOUBLED_INTEREST) == Decimal("2023.00")


MASKED = ("李某", "3410**********9972")
WHOLE = ("李样甲", rz.DEBTOR_NO)


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        (HANDLER, WHOLE),
        (rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF), WHOLE),
        (rz.caller(KAIHUA, 6, Role.PRESIDENT), WHOLE),
        (rz.caller(KAIHUA, 4, Role.CLERK), MASKED),
        (rz.caller(KAIHUA, 7, Role.COMMAND_CENTRE), MASKED),
        (rz.caller(KAIHUA, 8, Role.SUPERVISOR), MASKED),
    ],
)
async def test_identity_is_masked_by_office(home: rz.Court, who: Caller, shown: tuple[str, str]) -> None:
    await rz.add_asset(home)
    file = await cases.open_file(home.node, who, rz.NUMBER)

    files, case_id = {file.case.id: file}, file.case.id
    debtor = next(party for party in (await cases.parties_of(files))[case_id] if party.role == "DEBTOR")
    (asset,) = (await case_pages.assets_of(files, 1, None))[case_id].rows

    assert (debtor.name, debtor.identifier) == shown
    assert (asset.identity["plate"] == rz.PLATE) == (shown == WHOLE)
    assert (asset.identity["vin"] == rz.VIN) == (shown == WHOLE)


async def test_handlers_read_their_own(home: rz.Court) -> None:
    other = rz.caller(KAIHUA, 2)

    with pytest.raises(NotFound):
        await cases.open_file(home.node, other, rz.NUMBER)
    with pytest.raises(Forbidden):
        await cases.open_file(home.node, rz.caller(KAIHUA, 11, Role.DEVELOPER), rz.NUMBER)
    with pytest.raises(Forbidden):
        await cases.open_file(home.node, None, rz.NUMBER)
    assert await cases.page(home.node, other, status=None, after=None, first=20) == ([], False)


async def test_pages_walk_each_case_once(home: rz.Court) -> None:
    async with transaction(home.node.pool) as conn:
        for n in range(1, 8):
            copy = replace(home.case, id=uuid4(), number=f"（2025）浙0824执{n}号", filed_on=date(2025, 1, 1 + n // 3))
            await case_table.insert(conn, copy)

    seen: list[str] = []
    after, more = None, True
    while more:
        page, more = await cases.page(home.node, HANDLER, status=CaseStatus.IN_PROGRESS, after=after, first=3)
        seen += [file.case.number for file in page]
        after = (page[-1].case.filed_on, page[-1].case.id)

    assert len(seen) == len(set(seen)) == 8
    assert seen[0] == rz.NUMBER


@pytest.mark.parametrize("day", [date.min, date.max])
async def test_every_day_has_its_arithmetic(home: rz.Court, day: date) -> None:
    file = await cases.open_file(home.node, HANDLER, rz.NUMBER)

    result = await owing.outstanding_at(file, day)

    late = max(0, day.toordinal() - date(2024, 1, 31).toordinal())
    lines = {line.line: line.due for line in result.lines}
    assert (result.as_of, lines[Line.DOUBLED_INTEREST]) == (day, Decimal("17.50") * late)


@pytest.mark.parametrize("first", [-1, 0, 101])
async def test_page_of_another_size_is_refused(home: rz.Court, first: int) -> None:
    with pytest.raises(Malformed) as refusal:
        await cases.page(home.node, HANDLER, status=None, after=None, first=first)

    assert (refusal.value.code, refusal.value.part) == ("INVALID_PAGE", "first")
