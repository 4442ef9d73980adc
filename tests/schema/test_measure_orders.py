"""Renewing, lifting, ending and converting measures through GraphQL: by every ground, to the day, by receipt alone.

Long, because each kind of order has the same life, and the helpers at the top lead a measure up to it.
"""

from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from db.clock import SHANGHAI, SetClock
from db.pool import open_pool
from db.records.assets import LiftGround, MeasureStatus
from db.records.cases import ClosingMethod
from enforcement import measure_sweeps, unit_worker
from enforcement.rules.rights import Caller, Role
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask, events
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio

HANDLER, OTHER = rz.caller(KAIHUA), rz.caller(KAIHUA, 2)
UNIT = rz.CARS.format("330824")
RULINGS = {"RENEW": f"{rz.NUMBER}之二", "LIFT": f"{rz.NUMBER}之三", "END": f"{rz.NUMBER}之四"}
MEASURE = """
  __typename ... on Problem { code } ... on Refusal { part }
  ... on ControlMeasure {
    id status rank registeredAt effectiveAt expiresOn liftedOn liftGround version
    orders { act status rulingNo ground reason termYears isLate orderedBy receiptId }
    history { no at status officerId ground rulingNo receiptId expiresOn }
  }
"""
LATE = "... on TooLateToRenew { expiredOn }"
MOVE = "... on TransitionNotAllowed { current wanted }"
RULE = f"mutation M($input: RuleMeasureInput!) {{ ruleMeasure(input: $input) {{ {MEASURE} }} }}"
RENEW = f"mutation M($input: RenewMeasureInput!) {{ renewMeasure(input: $input) {{ {MEASURE} {LATE} {MOVE} }} }}"
LIFT = f"mutation M($input: LiftMeasureInput!) {{ liftMeasure(input: $input) {{ {MEASURE} {MOVE} }} }}"
END = f"mutation M($input: ExtinguishMeasureInput!) {{ extinguishMeasure(input: $input) {{ {MEASURE} {MOVE} }} }}"
CONVERT = f"mutation M($input: ConvertMeasureInput!) {{ convertMeasure(input: $input) {{ {MEASURE} }} }}"
SERVE = """mutation M($input: ServeAssistanceNoticeInput!) { serveAssistanceNotice(input: $input) {
  __typename ... on Problem { code } } }"""
READ = """query Q($id: ID!) { node(id: $id) { ... on ControlMeasure {
  id status rank effectiveAt expiresOn liftedOn liftGround version orders { act status isLate receiptId }
  history { no at status officerId ground rulingNo receiptId expiresOn } } } }"""
QUEUE = """query Q($id: UUID) { measureQueue(assetId: $id) { __typename ... on Problem { code }
  ... on MeasureQueue { isAuthoritative reportedBy
    entries { rank court caseNumber measureId status registeredAt effectiveAt expiresOn termYears } } } }"""


_RESTS = "UPDATE cases SET status = $1, closing_method = $2, closed_on = $3"
_ORDERED = """
    INSERT INTO measure_orders (id, measure_id, act, ruling_no, ruled_on, term_years, is_late, status, ordered_by,
                                ordered_at)
    VALUES (gen_random_uuid(), $1, 'RENEW', 'R', '2025-07-14', 1, false, 'NOTICE_SENT', 'o-330824-01', $2)
"""


@pytest.fixture
def units(tmp_path: Path, clock: SetClock) -> rz.Units:
    return rz.new_units(tmp_path, clock)


@pytest.fixture
async def home(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[rz.Court]:
    pool = await open_pool(await new_database("node"))
    yield await rz.kaihua(Zone(), pool, clock)
    await pool.close()


class Measure:
    """One measure on a car of this district, and what is done to it."""

    def __init__(self, home: rz.Court, units: rz.Units) -> None:
        self.home, self.units, self.id, self.asset = home, units, "", UUID(int=0)

    async def ruled(self, *, prior: tuple[str, ...] = (), term: int = 2) -> "Measure":
        self.asset = await rz.add_asset(self.home)
        self.units.store.add_holding(UNIT, rz.DEBTOR_NO, {"plate": rz.PLATE, "vin": rz.VIN}, prior)
        asked = {"caseNumber": rz.NUMBER, "assetId": str(self.asset), "kind": "SEIZE", "rulingNo": rz.RULING}
        made = await ask(self.home.node, RULE, HANDLER, input=asked | {"termYears": term, "idempotencyKey": "r"})
        self.id = made["id"]
        return self

    async def ruled_again(self, number: int) -> None:
        asked = {"caseNumber": rz.NUMBER, "assetId": str(self.asset), "kind": "SEIZE", "rulingNo": rz.RULING}
        made = await ask(self.home.node, RULE, HANDLER, input=asked | {"idempotencyKey": f"r{number}"})
        self.id = made["id"]

    async def registered(self, **given: Any) -> "Measure":
        await self.ruled(**given)
        await self.served()
        return self

    async def served(self, key: str = "n") -> Any:
        answer = await ask(self.home.node, SERVE, HANDLER, input={"measureId": self.id, "idempotencyKey": key})
        await self.answered()
        return answer

    async def answered(self) -> None:
        await unit_worker.run_once(self.home.node, self.units, lambda: 0.5)

    async def do(self, document: str, who: Caller = HANDLER, **given: Any) -> Any:
        return await ask(self.home.node, document, who, input=given)

    async def now(self) -> Any:
        return await ask(self.home.node, READ, HANDLER, id=self.id)

    async def order(self, document: str, who: Caller = HANDLER, **given: Any) -> Any:
        """The order, as of the version that the measure has now."""
        ruling = RULINGS["RENEW" if document is RENEW else "LIFT" if document is LIFT else "END"]
        version = (await self.now())["version"]
        return await self.do(document, who, **({"id": self.id, "version": version, "rulingNo": ruling} | given))


@pytest.fixture
def measure(home: rz.Court, units: rz.Units) -> Measure:
    return Measure(home, units)


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


async def last_day(measure: Measure) -> date:
    return date.fromisoformat((await measure.now())["expiresOn"])


async def test_renewal_counts_from_the_units_receipt(measure: Measure, clock: SetClock) -> None:
    await measure.registered()
    ends = await last_day(measure)
    clock.set(at(ends - timedelta(days=30)))

    ordered = await measure.order(RENEW)
    before = ordered["expiresOn"]
    await measure.answered()
    renewed = await measure.now()

    assert (ordered["status"], before) == ("EFFECTIVE", ends.isoformat())
    assert ordered["orders"][0] | {"receiptId": None} == {
        "act": "RENEW",
        "status": "NOTICE_SENT",
        "rulingNo": RULINGS["RENEW"],
        "ground": None,
        "reason": None,
        "termYears": 2,
        "isLate": False,
        "orderedBy": HANDLER.officer_id,
        "receiptId": None,
    }
    assert (renewed["status"], renewed["expiresOn"]) == ("RENEWED", ends.replace(year=ends.year + 2).isoformat())
    assert renewed["orders"][0]["status"] == "DONE"
    newest = renewed["history"][-1]
    assert (newest["status"], newest["officerId"], newest["rulingNo"]) == (
        "RENEWED",
        HANDLER.officer_id,
        RULINGS["RENEW"],
    )
    assert newest["receiptId"] == renewed["orders"][0]["receiptId"]
    assert len(await events(measure.home.node, "RENEW_MEASURE")) == 1


async def test_renewed_twice_adds_two_terms(measure: Measure) -> None:
    await measure.registered(term=1)
    ends = await last_day(measure)

    for ruling in ("之二", "之五"):
        answer = await measure.order(RENEW, rulingNo=rz.NUMBER + ruling, termYears=1)
        assert answer["__typename"] == "ControlMeasure"
        await measure.answered()

    assert await last_day(measure) == ends.replace(year=ends.year + 2)
    assert [one["status"] for one in (await measure.now())["history"]][-2:] == ["RENEWED", "RENEWED"]


@pytest.mark.parametrize(("days_left", "late"), [(7, False), (6, True), (0, True)])
async def test_a_late_renewal_is_said_to_be_late(measure: Measure, clock: SetClock, days_left: int, late: bool) -> None:
    await measure.registered()
    clock.set(at(await last_day(measure) - timedelta(days=days_left)))

    ordered = await measure.order(RENEW)

    assert ordered["orders"][0]["isLate"] is late


async def test_what_became_exempt_is_not_renewed(measure: Measure) -> None:
    await measure.registered()
    async with measure.home.node.pool.acquire() as conn:
        await conn.execute("UPDATE assets SET exemption = 'MEDICAL_AIDS'")

    assert (await measure.order(RENEW))["code"] == "EXEMPT_PROPERTY"
    assert await measure.home.count("measure_orders") == 0


@pytest.mark.parametrize("is_swept", [True, False])
async def test_the_day_after_is_too_late(measure: Measure, clock: SetClock, is_swept: bool) -> None:
    await measure.registered()
    ends = await last_day(measure)
    clock.set(at(ends + timedelta(days=1), hour=0))
    if is_swept:
        await measure_sweeps.sweep(measure.home.node)
    written = ("assistance_notices", "measure_orders", "measure_events", "outbox", "events")
    before = [await measure.home.count(table) for table in written], await measure.now()

    refused = await measure.order(RENEW)

    assert (refused["code"], refused["expiredOn"]) == ("TOO_LATE_TO_RENEW", ends.isoformat())
    assert ([await measure.home.count(table) for table in written], await measure.now()) == before
    assert before[1]["status"] == "EXPIRED"
    (tried,) = await events(measure.home.node, "REFUSED_ACT")
    assert (tried["officerId"], tried["sections"], tried["outcome"]) == (
        HANDLER.officer_id,
        ["renewMeasure"],
        "TOO_LATE_TO_RENEW",
    )


async def test_a_renewal_of_the_last_minute_counts_however_late_its_receipt(
    measure: Measure, units: rz.Units, clock: SetClock
) -> None:
    await measure.registered()
    ends = await last_day(measure)
    clock.set(at(ends, hour=23))
    await measure.order(RENEW)
    units.loses_answer = True
    await measure.answered()  # registered at the unit, and never heard of
    clock.set(at(ends + timedelta(days=2)))
    await measure_sweeps.sweep(measure.home.node)
    believed = (await measure.now())["status"]

    units.loses_answer = False
    await measure.answered()
    known = await measure.now()

    assert believed == "EXPIRED"
    assert (known["status"], known["expiresOn"]) == ("RENEWED", ends.replace(year=ends.year + 2).isoformat())
    assert [one["status"] for one in known["history"]][-2:] == ["EXPIRED", "RENEWED"]
    assert known["orders"][0]["status"] == "DONE"


@pytest.mark.parametrize(
    ("status", "closing", "code"),
    [
        ("SUSPENDED", None, None),
        ("DEFERRED", None, None),
        ("CLOSED", "TERMINATED_FOR_NOW", None),
        *(("CLOSED", method, "CASE_NOT_OPEN") for method in ClosingMethod if method != "TERMINATED_FOR_NOW"),
    ],
)
async def test_what_is_controlled_is_kept_while_a_case_rests(
    measure: Measure, status: str, closing: str | None, code: str | None
) -> None:
    """A settlement that is performed for years, a case terminated for now: the term is prolonged all the same."""
    await measure.registered()
    async with measure.home.node.pool.acquire() as conn:
        await conn.execute(_RESTS, status, closing, None if closing is None else date(2025, 7, 14))

    answer = await measure.order(RENEW)

    assert answer.get("code") == code
    assert await measure.home.count("measure_orders") == (0 if code else 1)
    if code is None:
        await measure.answered()
        assert (await measure.now())["status"] == "RENEWED"


async def test_a_waiting_measure_is_not_renewed(measure: Measure) -> None:
    await measure.registered(prior=("浙0127",))

    refused = await measure.order(RENEW)

    assert (refused["code"], refused["current"], refused["wanted"]) == ("TRANSITION_NOT_ALLOWED", "WAITING", "RENEWED")


async def test_every_ground_lifts(measure: Measure, clock: SetClock) -> None:
    """The asset is under a new measure each time; what is lifted frees the place in its queue."""
    await measure.ruled()

    for number, ground in enumerate(LiftGround, 1):
        if number > 1:
            await measure.ruled_again(number)
        await measure.served(f"n{number}")
        clock.advance(timedelta(days=3))
        ordered = await measure.order(LIFT, ground=ground, reason="双方另有安排" if ground is LiftGround.OTHER else "")
        await measure.answered()
        lifted = await measure.now()

        assert (ordered["__typename"], ordered["status"]) == ("ControlMeasure", "EFFECTIVE")
        assert (lifted["status"], lifted["liftGround"], lifted["rank"]) == ("LIFTED", ground, 1)
        assert lifted["liftedOn"] == clock.now().astimezone(SHANGHAI).date().isoformat()
        assert lifted["history"][-1]["ground"] == ground
    queue = await ask(measure.home.node, QUEUE, HANDLER, id=str(measure.asset))
    assert [(one["status"], one["rank"]) for one in queue["entries"]] == [("LIFTED", None)] * len(LiftGround)


async def test_another_ground_is_said(measure: Measure) -> None:
    await measure.registered()

    refused = await measure.order(LIFT, ground="OTHER")

    assert (refused["code"], refused["part"]) == ("INVALID_REASON", "reason")
    assert await measure.home.count("measure_orders") == 0


async def test_what_was_never_served_is_lifted_by_the_ruling(measure: Measure) -> None:
    await measure.ruled()

    lifted = await measure.order(LIFT, ground="DEBT_CLEARED")

    assert (lifted["status"], lifted["orders"][0]["status"]) == ("LIFTED", "DONE")
    assert await measure.home.count("assistance_notices") == 0
    assert [one["status"] for one in lifted["history"]] == ["RULED", "LIFTED"]


async def test_what_proves_exempt_after_the_ruling_is_not_served(measure: Measure) -> None:
    await measure.ruled()
    async with measure.home.node.pool.acquire() as conn:
        await conn.execute("UPDATE assets SET exemption = 'DAILY_NECESSITIES'")

    refused = await measure.served()

    assert refused["code"] == "EXEMPT_PROPERTY"
    assert (await measure.now())["status"] == "RULED"
    assert await measure.home.count("assistance_notices") == 0


async def test_a_waiting_measure_is_lifted(measure: Measure) -> None:
    await measure.registered(prior=("浙0127",))
    assert (await measure.now())["status"] == "WAITING"

    await measure.order(LIFT, ground="DEBT_CLEARED")
    await measure.answered()

    assert (await measure.now())["status"] == "LIFTED"


async def test_a_notice_that_is_not_answered_is_waited_for(measure: Measure, units: rz.Units) -> None:
    await measure.ruled()
    units.is_silent = True
    await measure.served()

    refused = await measure.order(LIFT, ground="DEBT_CLEARED")

    assert (refused["code"], refused["current"]) == ("TRANSITION_NOT_ALLOWED", "NOTICE_SENT")


async def test_a_refused_measure_is_served_again(measure: Measure, units: rz.Units) -> None:
    await measure.ruled()
    units.refuses = True
    await measure.served()
    refused = (await measure.now())["status"]

    units.refuses = False
    served = await measure.served("again")

    assert (refused, served["__typename"]) == ("REFUSED", "AssistanceNotice")
    known = await measure.now()
    assert known["status"] == "EFFECTIVE"
    assert [one["status"] for one in known["history"]] == [
        "RULED",
        "NOTICE_SENT",
        "REFUSED",
        "NOTICE_SENT",
        "EFFECTIVE",
    ]


async def test_a_unit_that_refuses_leaves_the_measure(measure: Measure, units: rz.Units) -> None:
    await measure.registered()
    units.refuses = True
    await measure.order(LIFT, ground="DEBT_CLEARED")
    await measure.answered()

    known = await measure.now()

    assert (known["status"], known["orders"][0]["status"]) == ("EFFECTIVE", "REFUSED")
    units.refuses = False
    again = await measure.order(LIFT, ground="DEBT_CLEARED", rulingNo=f"{rz.NUMBER}之六")
    assert again["__typename"] == "ControlMeasure"


async def test_one_order_at_a_time(measure: Measure, units: rz.Units) -> None:
    await measure.registered()
    units.is_silent = True
    await measure.order(RENEW)

    refused = await measure.order(LIFT, ground="DEBT_CLEARED")

    assert refused["code"] == "DUPLICATE_OF"
    assert await measure.home.count("measure_orders") == 1


async def test_a_lift_after_the_lapse_is_overtaken(measure: Measure, units: rz.Units, clock: SetClock) -> None:
    await measure.registered()
    ends = await last_day(measure)
    units.is_silent = True
    await measure.order(LIFT, ground="DEBT_CLEARED")
    await measure.answered()
    clock.set(at(ends + timedelta(days=1)))
    await measure_sweeps.sweep(measure.home.node)

    units.is_silent = False
    await measure.answered()

    known = await measure.now()
    assert (known["status"], known["orders"][0]["status"]) == ("EXPIRED", "REFUSED")


async def test_disposal_ends_all_that_stand(measure: Measure) -> None:
    await measure.registered()

    ordered = await measure.order(END)
    await measure.answered()
    ended = await measure.now()

    assert (ordered["status"], ended["status"]) == ("EFFECTIVE", "EXTINGUISHED")
    assert ended["orders"][0]["act"] == "TRANSFER"
    async with measure.home.node.pool.acquire() as conn:
        assert await conn.fetchval("SELECT status FROM assets WHERE id = $1", measure.asset) == "DISPOSED"


async def test_who_waits_does_not_dispose(measure: Measure) -> None:
    await measure.registered(prior=("浙0127",))

    refused = await measure.order(END)

    assert (refused["code"], refused["wanted"]) == ("TRANSITION_NOT_ALLOWED", "EXTINGUISHED")


async def test_what_has_ended_never_changes(measure: Measure) -> None:
    await measure.registered()

    for ended in ("LIFTED", "EXPIRED", "EXTINGUISHED", "CONVERTED", "REFUSED"):
        async with measure.home.node.pool.acquire() as conn:
            await conn.execute("UPDATE measures SET status = $1", ended)
        before = await measure.now()
        for document in (RENEW, LIFT, END):
            given: dict[str, Any] = {"ground": "DEBT_CLEARED"} if document is LIFT else {}
            refused = await measure.order(document, **given)

            late = ended == MeasureStatus.EXPIRED and document is RENEW
            assert refused["code"] == ("TOO_LATE_TO_RENEW" if late else "TRANSITION_NOT_ALLOWED")
            assert await measure.now() == before
    assert await measure.home.count("measure_orders") == 0


BAD: tuple[tuple[str, dict[str, Any], Caller, str], ...] = (
    (RENEW, {"version": 99}, HANDLER, "STALE_VERSION"),
    (RENEW, {}, OTHER, "NOT_ASSIGNED"),
    (RENEW, {}, rz.caller(KAIHUA, 7, Role.COMMAND_CENTRE), "FORBIDDEN"),
    (RENEW, {"rulingNo": "（2025）浙0824执366号之一"}, HANDLER, "INVALID_CASE_NUMBER"),
    (RENEW, {"termYears": 3}, HANDLER, "TERM_TOO_LONG"),
    (RENEW, {"unitId": "u-330824-land"}, HANDLER, "ASSISTANCE_OUT_OF_SCOPE"),
    (LIFT, {"ground": "DEBT_CLEARED"}, OTHER, "NOT_ASSIGNED"),
    (LIFT, {"ground": "DEBT_CLEARED", "reason": "字" * 2001}, HANDLER, "INVALID_REASON"),
    (END, {"version": 99}, HANDLER, "STALE_VERSION"),
    (END, {"id": "00000000-0000-0000-0000-000000000009"}, HANDLER, "NOT_FOUND"),
    (CONVERT, {"caseNumber": rz.NUMBER}, HANDLER, "NOT_FOUND"),
)


async def test_a_bad_order_writes_nothing(measure: Measure) -> None:
    await measure.registered()
    before = await measure.now()

    for document, given, who, code in BAD:
        if document is CONVERT:
            refused = await measure.do(CONVERT, who, id=measure.id, version=before["version"], **given)
        else:
            refused = await measure.order(document, who, **given)

        assert refused["code"] == code
        assert await measure.now() == before
    assert await measure.home.count("measure_orders") == 0
    assert await measure.home.count("assistance_notices") == 1


async def test_preservation_goes_on_with_its_term(measure: Measure, clock: SetClock) -> None:
    """The measure of the 执保 case ends as CONVERTED; the one of the enforcement case has its dates and its place."""
    await measure.registered()
    kept = await measure.now()
    async with measure.home.node.pool.acquire() as conn:
        await conn.execute(
            """
            INSERT INTO cases SELECT (jsonb_populate_record(c, '{"id": "00000000-0000-0000-0000-000000000077",
                "number": "（2025）浙0824执保7号", "type": "PRESERVATION_ENFORCEMENT"}')).* FROM cases c
            """
        )
        await conn.execute("UPDATE measures SET case_id = '00000000-0000-0000-0000-000000000077'")
    clock.advance(timedelta(days=20))
    async with measure.home.node.pool.acquire() as conn:
        await conn.execute(_ORDERED, UUID(measure.id), clock.now())
    asked = {"id": measure.id, "version": kept["version"], "caseNumber": rz.NUMBER}
    assert (await measure.do(CONVERT, **asked))["code"] == "DUPLICATE_OF"
    async with measure.home.node.pool.acquire() as conn:
        await conn.execute("DELETE FROM measure_orders")

    after = await measure.do(CONVERT, id=measure.id, version=kept["version"], caseNumber=rz.NUMBER)

    assert after["id"] != measure.id
    for field in ("status", "rank", "effectiveAt", "expiresOn"):
        assert after[field] == kept[field]
    assert (await measure.now())["status"] == "CONVERTED"
    queue = await ask(measure.home.node, QUEUE, HANDLER, id=str(measure.asset))
    (entry,) = queue["entries"]
    assert (entry["measureId"], entry["caseNumber"], entry["expiresOn"]) == (after["id"], rz.NUMBER, kept["expiresOn"])

    clock.set(at(date.fromisoformat(kept["expiresOn"]) + timedelta(days=1)))
    await measure_sweeps.sweep(measure.home.node)
    lapsed = await ask(measure.home.node, READ, HANDLER, id=after["id"])
    assert lapsed["status"] == "EXPIRED"
    assert [one["status"] for one in lapsed["history"]] == ["EFFECTIVE", "EXPIRED"]
    again = await measure.do(CONVERT, id=measure.id, version=kept["version"] + 1, caseNumber=rz.NUMBER)
    assert again["code"] == "TRANSITION_NOT_ALLOWED"
