"""Measures of a case that is with another court: held for it, renewed at its request, warned of at both."""

from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db import measures as measure_table
from db.clock import SetClock
from db.pool import transaction
from db.records.assets import MeasureStatus
from enforcement import court_statements, timers
from enforcement.case_transfers.contents import HeldMeasure, HeldMeasuresPayload, MeasureAskedPayload
from enforcement.court_rows import CourtRows
from enforcement.loading import load
from enforcement.payloads import AssetRef
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.rights import Caller
from enforcement.tasks import drafting
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask
from tests.enforcement.case_transfer_zone import (
    CHIEF,
    HANDLER,
    THEIR_CHIEF,
    THEIR_HANDLER,
    Two,
    both,
    document,
)
from tests.enforcement.task_zone import papers, search
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio
FIELDS = "measureId kind status rank rulingNo expiresOn assetKind division identity { part value }"
LIST = f"""query L($id: UUID!) {{ measuresElsewhere(transferId: $id) {{
  ... on MeasureElsewhereList {{ measures {{ {FIELDS} }} }} ... on Problem {{ code }} }} }}"""
REQUEST = document("requestMeasureElsewhere", f"... on MeasureElsewhere {{ {FIELDS} }} ... on Problem {{ code }}")
RENEW = document("renewMeasure", "... on ControlMeasure { id version } ... on Problem { code }")
VALUE = 9


@pytest.fixture
async def two(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Two]:
    async with both(new_database, clock) as courts:
        yield courts


async def control(court: rz.Court, case_id: UUID, asset_id: UUID, expires_on: str, status: str = "EFFECTIVE") -> UUID:
    """A measure of the court on a thing in 歙县."""
    async with transaction(court.node.pool) as conn:
        return UUID(
            str(
                await conn.fetchval(
                    """
                    INSERT INTO measures (id, asset_id, case_id, kind, status, ordering_court, executing_court,
                                          ruling_no, ruled_on, registered_at, effective_at, expires_on, rank,
                                          term_years, value, version, synthetic)
                    VALUES ($7, $1, $2, 'SEIZE', $3, $4, '皖1021', $5, '2024-08-01', '2024-08-01T00:00:00Z',
                            '2024-08-01T00:00:00Z', $6::text::date, 2, 1, $8, 1, true) RETURNING id
                    """,
                    asset_id,
                    case_id,
                    status,
                    court.node.code,
                    rz.RULING,
                    expires_on,
                    uuid4(),
                    VALUE,
                )
            )
        )


async def entrusted(two: Two) -> tuple[UUID, dict[str, Any]]:
    """Filed there, struck off here, with a measure that ends on 1 October."""
    asset_id = await rz.add_asset(two.own, division="341021")
    measure_id = await control(two.own, two.own.case.id, asset_id, "2025-10-01")
    await two.filed()
    await two.step(two.own, HANDLER, "STRIKE_OFF", "2025-07-15")
    return measure_id, await two.listed(two.other, THEIR_CHIEF)


async def sweep(two: Two) -> None:
    for court in (two.own, two.other):
        await timers.sweep(court.node)
    await two.road.run()


async def warned(court: rz.Court, kind: str) -> list[tuple[str, str]]:
    async with court.node.pool.acquire() as conn:
        rows = await conn.fetch("SELECT officer, due_on FROM warnings WHERE kind = $1 ORDER BY at, id", kind)
    return [(row["officer"], row["due_on"].isoformat()) for row in rows]


async def elsewhere(court: rz.Court, who: Caller, transfer: dict[str, Any]) -> Any:
    return (await ask(court.node, LIST, who, id=transfer["id"]))["measures"]


async def renew(court: rz.Court, who: Caller, measure_id: UUID, number: str = rz.NUMBER) -> Any:
    async with court.node.pool.acquire() as conn:
        measure = await measure_table.get(conn, measure_id)
    assert measure is not None
    given = {"id": str(measure_id), "version": measure.version, "rulingNo": number + "之二", "termYears": 2}
    return await ask(court.node, RENEW, who, input=given)


async def test_no_measure_ends_quietly_because_its_case_moved(two: Two) -> None:
    """Warned of at both courts; asked for there, renewed here though the case is struck off; known there at once."""
    measure_id, transfer = await entrusted(two)
    (held,) = await elsewhere(two.other, THEIR_HANDLER, transfer)
    assert (held["measureId"], held["status"], held["rank"], held["rulingNo"]) == (
        str(measure_id),
        "EFFECTIVE",
        2,
        rz.RULING,
    )
    assert {part["value"] for part in held["identity"]} == {rz.PLATE, rz.VIN}
    two.at("2025-09-01")
    await sweep(two)
    assert await warned(two.own, "MEASURE_EXPIRING") == [(HANDLER.officer_id, "2025-10-01")]
    assert await warned(two.other, "MEASURE_EXPIRING") == [(THEIR_HANDLER.officer_id, "2025-10-01")]

    given = {"transferId": transfer["id"], "measureId": str(measure_id), "act": "RENEW", "idempotencyKey": "k"}
    for _ in range(2):
        assert (await ask(two.other.node, REQUEST, THEIR_HANDLER, input=given))["measureId"] == str(measure_id)
    other = await ask(two.other.node, REQUEST, THEIR_HANDLER, input=given | {"act": "LIFT"})
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    await two.road.run()
    assert await warned(two.own, "RENEWAL_ASKED") == [(HANDLER.officer_id, "2025-10-01")]
    assert (await renew(two.own, HANDLER, measure_id))["id"] == str(measure_id)
    matter = DelegatedMatterType.RENEW_SEAL
    task = search(matter=matter, kinds=(), documents=papers(matter), measure_id=measure_id)
    draft = await drafting.create(two.own.node, HANDLER, task, idempotency_key="renewal")
    submitted = await drafting.submit(two.own.node, HANDLER, draft.id, draft.version)
    assert submitted.status == "PENDING_APPROVAL"
    async with transaction(two.own.node.pool) as conn:
        measure = await measure_table.get(conn, measure_id)
        assert measure is not None
        await measure_table.set_standing(
            conn,
            measure_id,
            MeasureStatus.RENEWED,
            rank=2,
            effective_at=measure.effective_at,
            expires_on=date(2027, 10, 1),
            at=two.clock.now(),
        )
    await sweep(two)

    (held,) = await elsewhere(two.other, THEIR_HANDLER, transfer)
    assert (held["status"], held["rank"], held["expiresOn"]) == ("RENEWED", 2, "2027-10-01")
    two.at("2025-10-02")
    await sweep(two)
    for court in (two.own, two.other):
        assert len(await warned(court, "MEASURE_EXPIRING")) == 1
    assert two.road.refusals == []


async def test_a_measure_that_ends_is_known_at_both_courts(two: Two) -> None:
    measure_id, transfer = await entrusted(two)
    two.at("2025-09-30")
    await sweep(two)
    two.at("2025-10-02")
    await sweep(two)
    await sweep(two)

    (held,) = await elsewhere(two.other, THEIR_CHIEF, transfer)
    assert (held["measureId"], held["status"]) == (str(measure_id), "EXPIRED")
    assert [len(await warned(court, "MEASURE_EXPIRING")) for court in (two.own, two.other)] == [1, 1]
    given = {"transferId": transfer["id"], "measureId": str(measure_id), "act": "RENEW", "idempotencyKey": "k"}
    assert (await ask(two.other.node, REQUEST, THEIR_HANDLER, input=given))["code"] == "TRANSITION_NOT_ALLOWED"


async def test_closed_case_that_went_nowhere_renews_nothing(two: Two) -> None:
    asset_id = await rz.add_asset(two.own, division="341021")
    measure_id = await control(two.own, two.own.case.id, asset_id, "2025-10-01")
    async with two.own.node.pool.acquire() as conn:
        await conn.execute("UPDATE cases SET status = 'CLOSED', closing_method = 'CANCELLED', closed_on = filed_on")

    assert (await renew(two.own, HANDLER, measure_id))["code"] == "CASE_NOT_OPEN"


async def test_measures_of_a_returned_case_are_held_for_where_it_went(two: Two) -> None:
    """What the entrusted court controlled itself is told to the court that has the case again, and renewed there."""
    await two.filed()
    async with two.other.node.pool.acquire() as conn:
        case_id = await conn.fetchval("SELECT id FROM cases")
        debtor = await conn.fetchval("SELECT party_id FROM case_parties WHERE role = 'DEBTOR'")
    thing = rz.asset_row(two.own, case_id=case_id, owner_id=debtor, division="341021")
    async with transaction(two.other.node.pool) as conn:
        await load(conn, two.other.node.at_rest, CourtRows(assets=[thing]))
    measure_id = await control(two.other, case_id, thing.id, "2025-10-01")
    await sweep(two)
    transfer = await two.listed(two.own, CHIEF)
    assert await elsewhere(two.own, HANDLER, transfer) == []
    await two.step(two.other, THEIR_CHIEF, "REQUEST_RETURN", "2025-07-15")
    await two.step(two.other, THEIR_CHIEF, "RETURN", "2025-07-16", approvalNo="皖高执〔2025〕1号")
    await sweep(two)

    (held,) = await elsewhere(two.own, HANDLER, transfer)
    assert held["measureId"] == str(measure_id)
    two.at("2025-09-01")
    await sweep(two)
    assert await warned(two.own, "MEASURE_EXPIRING") == [(HANDLER.officer_id, "2025-10-01")]
    assert (await renew(two.other, THEIR_HANDLER, measure_id, "（2025）皖1021执1号"))["id"] == str(measure_id)
    assert two.road.refusals == []


@pytest.mark.parametrize(
    ("who", "changes", "code"),
    [
        (THEIR_CHIEF, {}, "FORBIDDEN"),
        (rz.caller(SHEXIAN, 2), {}, "NOT_ASSIGNED"),
        (THEIR_HANDLER, {"measureId": str(uuid4())}, "NOT_FOUND"),
        (THEIR_HANDLER, {"transferId": str(uuid4())}, "NOT_FOUND"),
        (THEIR_HANDLER, {"idempotencyKey": " "}, "INVALID_KEY"),
    ],
)
async def test_request_without_grounds_is_refused(two: Two, who: Caller, changes: dict[str, Any], code: str) -> None:
    measure_id, transfer = await entrusted(two)
    given = {"transferId": transfer["id"], "measureId": str(measure_id), "act": "LIFT", "idempotencyKey": "k"}

    assert (await ask(two.other.node, REQUEST, who, input=given | changes))["code"] == code
    assert await two.road.queued(SHEXIAN) == []
    assert (await ask(two.other.node, LIST, rz.caller(SHEXIAN, 2), id=transfer["id"]))["code"] == "NOT_ASSIGNED"


def wrong(held: HeldMeasure) -> dict[str, list[HeldMeasure]]:
    def changed(**fields: Any) -> list[HeldMeasure]:
        return [msgspec.structs.replace(held, **fields)]

    def thing(**fields: Any) -> list[HeldMeasure]:
        return changed(asset=msgspec.structs.replace(held.asset, **fields))

    return {
        "one twice": [held, held],
        "a status": changed(status="GONE"),
        "a kind": changed(kind="CURSE"),
        "a thing": thing(kind="CASTLE"),
        "a thing without a name": thing(identity={}),
        "a name without end": thing(identity={"plate": "x" * 201}),
        "a day of nobody": changed(expires_on=date(9999, 12, 31)),
        "a version": changed(version=0),
        "a rank": changed(rank=0),
        "a value": changed(value="NaN"),
        "less than a cent": changed(value="0.001"),
        "a ruling of nothing": changed(ruling_no=" "),
    }


async def test_hostile_words_about_measures_change_nothing(two: Two) -> None:
    measure_id, transfer = await entrusted(two)
    before = await elsewhere(two.other, THEIR_CHIEF, transfer)
    asset = AssetRef(kind="VEHICLE", identity={"plate": rz.PLATE}, division="341021")
    held = HeldMeasure(
        measure_id=measure_id,
        version=1,
        kind="SEIZE",
        status="LIFTED",
        ruling_no=rz.RULING,
        asset=asset,
        value=VALUE,  # type: ignore[arg-type]  # written as JSON
    )

    async def say(author: rz.Court, kind: str, payload: Any, refers: UUID | None = None) -> list[str]:
        two.road.refusals.clear()
        to = SHEXIAN if author is two.own else KAIHUA
        async with transaction(author.node.pool) as conn:
            about = refers or UUID(transfer["id"])
            await court_statements.send(author.node, conn, to, kind, payload, refers=about)
        await two.road.run()
        return list(two.road.refusals)

    for name, bad in wrong(held).items():
        said = HeldMeasuresPayload(measures=bad)
        assert await say(two.own, "CASE_TRANSFER_MEASURES", said) == ["MALFORMED_MESSAGE"], name
    assert await say(two.own, "CASE_TRANSFER_MEASURES", HeldMeasuresPayload(measures=[held])) == []  # an older version
    asked = MeasureAskedPayload(measure_id=uuid4(), act="LIFT")
    assert await say(two.other, "CASE_TRANSFER_MEASURE_ASKED", asked) == ["NOT_A_PARTY"]
    asked = MeasureAskedPayload(measure_id=measure_id, act="BURN")
    assert await say(two.other, "CASE_TRANSFER_MEASURE_ASKED", asked) == ["MALFORMED_MESSAGE"]
    assert await elsewhere(two.other, THEIR_CHIEF, transfer) == before
    assert await warned(two.own, "LIFT_ASKED") == []

    asked = MeasureAskedPayload(measure_id=measure_id, act="LIFT")
    for _ in range(3):
        assert await say(two.other, "CASE_TRANSFER_MEASURE_ASKED", asked) == []
    assert len(await warned(two.own, "LIFT_ASKED")) == 1  # however often it is asked in a day
    await two.step(two.other, THEIR_CHIEF, "REQUEST_RETURN", "2025-07-15")
    await two.step(two.other, THEIR_CHIEF, "RETURN", "2025-07-15", approvalNo="皖高执〔2025〕1号")
    assert await say(two.other, "CASE_TRANSFER_MEASURE_ASKED", asked) == ["STATEMENT_NOT_ALLOWED"]
    given = {"transferId": transfer["id"], "measureId": str(measure_id), "act": "LIFT", "idempotencyKey": "late"}
    assert (await ask(two.other.node, REQUEST, THEIR_HANDLER, input=given))["code"] == "TRANSITION_NOT_ALLOWED"


async def test_more_measures_than_one_statement_holds_are_told_all_the_same(two: Two) -> None:
    """Of things described at length, when the case is sent and afterwards; what is held for others waits for none."""
    asset_id = await rz.add_asset(two.own, division="341021", description="车" * 500)
    for _ in range(120):
        await control(two.own, two.own.case.id, asset_id, "2025-10-01")
    await two.filed()
    await sweep(two)
    assert await two.other.count("measures_elsewhere") == 120

    async with two.own.node.pool.acquire() as conn:
        await conn.execute("UPDATE measures SET version = version + 1, status = 'LIFTED'")
    await sweep(two)

    async with two.other.node.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM measures_elsewhere WHERE status = 'LIFTED'") == 120
    assert two.road.refusals == []
