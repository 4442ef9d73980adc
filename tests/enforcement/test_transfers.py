"""SC-16 between two real nodes' doors: a priority creditor's court asks for what another court sealed first.

开化 (浙0824) sealed a house first; 歙县 (皖1021) enforces a mortgage on it. Each statement crosses as a message.

Long, because it is one request's whole life, each of its terms, refusals and disputes over the same house.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from db import transfers
from db.clock import SetClock
from db.pool import Pool, open_pool, transaction
from db.records.assets import AssetKind
from db.records.delivery import OutboxRecord
from db.records.parties import CasePartyRecord, PartyRole
from enforcement import court_statements, sweeping
from enforcement.audit_proof import prove
from enforcement.case_money import claims
from enforcement.court_rows import CourtRows
from enforcement.court_statements import TYPE, CourtStatementBody
from enforcement.payloads import AssetRef, DocumentRef, Payload
from enforcement.rules.claims import ClaimKind, ClaimPriority, NewClaim
from enforcement.rules.rights import Caller, Role
from enforcement.tasks import messages, resyncing
from enforcement.timers import sweep
from enforcement.transfers import timers
from enforcement.transfers.contents import (
    TransferAnswerPayload,
    TransferDecisionPayload,
    TransferDisputePayload,
    TransferRequestPayload,
)
from federation.delivery.node import NotYet, Refused
from federation.delivery.outbox import content_of
from federation.wire import statement
from tests.db.test_audit_tables import plan
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask, events
from tests.enforcement.cloning import cloned
from tests.enforcement.task_zone import DIGEST, Road, TaskZone, header_of, take_in
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
THEIR_NUMBER = "（2025）皖1021执9号"
HANDLER, CHIEF = rz.caller(KAIHUA), rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF)
CREDITOR, THEIR_CHIEF = rz.caller(SHEXIAN), rz.caller(SHEXIAN, 5, Role.BUREAU_CHIEF)
UNIT = "330824001001GB00001F00010001"
SHOWN = """id direction otherCourt askingCase status firstSealedOn receivedOn dueOn refusedCode reason
    reserved informedOn decidingCourt decidedOn reportedDecision reportedDecidedOn
    measureId asset { identity { value } } version"""
FIELDS = f"... on Problem {{ code }} ... on Refusal {{ part }} ... on TransferRequest {{ {SHOWN} }}"
REQUEST = f"""mutation M($input: RequestTransferInput!) {{ requestTransfer(input: $input) {{
  ... on TransferTooEarly {{ fromOn }} ... on DuplicateOf {{ existing: id }} {FIELDS} }} }}"""
ANSWER = f"mutation M($input: AnswerTransferRequestInput!) {{ answerTransferRequest(input: $input) {{ {FIELDS} }} }}"
DISPUTE = f"mutation M($input: DisputeTransferInput!) {{ disputeTransfer(input: $input) {{ {FIELDS} }} }}"
DECIDE = f"mutation M($input: RecordTransferDecisionInput!) {{ recordTransferDecision(input: $input) {{ {FIELDS} }} }}"
LIST = f"""{{ transferRequests {{
  ... on TransferRequestConnection {{ nodes {{ {SHOWN} }} }} ... on Problem {{ code }} }} }}"""
DISPOSAL = """mutation M($input: RecordDisposalNoticeInput!) { recordDisposalNotice(input: $input) {
  ... on DisposalRecord { id kind publishedOn } ... on Problem { code } ... on Refusal { part } } }"""
WARNINGS = """{ warnings(filter: { kinds: [TRANSFER_REQUEST_DUE] }) {
  ... on WarningConnection { nodes { level officerId dueOn caseId } } } }"""
REPORTED = WARNINGS.replace("TRANSFER_REQUEST_DUE", "TRANSFER_DECISION_REPORTED")
ACCESS = """{ accessLog { ... on AccessLog { entries { askingCourt outcome field officerId roles caseNumber subject
  rows } } } }"""
PAPER = {"number": "1", "sha256": DIGEST}
DOCUMENT = DocumentRef(kind="REPORT", number="1", sha256=DIGEST)


@dataclass
class Two:
    """Both courts, the road between them, and the house at each."""

    first: rz.Court
    asking: rz.Court
    road: Road
    house: UUID
    their_house: UUID
    clock: SetClock
    zone: Zone

    async def requested(self, key: str = "t", who: Caller = CREDITOR, **changes: Any) -> Any:
        given = {
            "caseNumber": THEIR_NUMBER,
            "assetId": str(self.their_house),
            "firstSealingCourt": KAIHUA,
            "firstSealedOn": "2025-05-14",
            "priority": "MORTGAGE",
            "amount": "300000.00",
            "letter": PAPER,
            "effectiveDocument": PAPER,
            "explanation": PAPER,
            "idempotencyKey": key,
        }
        return await ask(self.asking.node, REQUEST, who, input=given | changes)

    async def pending(self) -> Any:
        made = await self.requested()
        assert made["status"] == "SENT"
        await self.road.run()
        (found,) = await listed(self.asking, CREDITOR)
        assert found["status"] == "PENDING"
        return found

    async def answered(self, made: Any, who: Caller = CHIEF, **changes: Any) -> Any:
        given = {"id": made["id"], "version": 1, "answer": "TRANSFER", "letter": PAPER}
        return await ask(self.first.node, ANSWER, who, input=given | changes)

    async def disputed(self) -> Any:
        """A declined request, before the superior; as the asking court shows it."""
        made = await self.pending()
        await self.answered(made, answer="KEEP", reason="CLAIM_NOT_PRIOR")
        await self.road.run()
        (heard,) = await listed(self.asking, CREDITOR)
        given = {"id": made["id"], "version": heard["version"], "report": PAPER}
        disputed = await ask(self.asking.node, DISPUTE, CREDITOR, input=given)
        await self.road.run()
        return disputed

    async def decided(self, court: rz.Court, who: Caller, decision: str) -> Any:
        """What the officer of that court writes down of the superior's decision."""
        (known,) = await listed(court, who)
        given = {"id": known["id"], "version": known["version"], "decision": decision, "decidedOn": "2025-07-14"}
        return await ask(court.node, DECIDE, who, input=given | {"document": PAPER})

    async def says(self, kind: str, payload: Payload, refers: str) -> None:
        """The asking court's node says it, whatever its own rules are, and it arrives."""
        node = self.asking.node
        async with transaction(node.pool) as conn:
            await court_statements.send(node, conn, KAIHUA, kind, payload, refers=UUID(refers))
        await self.road.run()

    async def counts(self) -> list[int]:
        return [
            await court.count(table) for court in (self.first, self.asking) for table in ("outbox", "transfer_requests")
        ]


async def listed(court: rz.Court, who: Caller) -> Any:
    return (await ask(court.node, LIST, who))["nodes"]


async def _asking(zone: Zone, pool: Pool, clock: SetClock) -> rz.Court:
    """歙县 with a case of its own against the same debtor."""
    debtor, applicant = rz._party(rz.DEBTOR_NO, "李样甲", "341021"), rz._party(rz.OTHER_NO, "周样甲", "330824")
    amounts = {"amount_applied": Decimal("400000.00"), "principal": Decimal("400000.00")}
    case = rz._case(number=THEIR_NUMBER, handler_id=CREDITOR.officer_id, **amounts)
    roles = [
        CasePartyRecord(case.id, debtor.id, PartyRole.DEBTOR),
        CasePartyRecord(case.id, applicant.id, PartyRole.APPLICANT),
    ]
    rows = CourtRows(parties=[debtor, applicant], cases=[case], case_parties=roles)
    court = await rz.new_court(zone, SHEXIAN, pool, clock, rows)
    given = [
        NewClaim(ClaimKind.MONEY, Decimal("300000.00"), priority=ClaimPriority.SECURED),
        NewClaim(ClaimKind.MONEY, Decimal("100000.00")),
    ]
    await claims.record(court.node, CREDITOR, THEIR_NUMBER, case.version, given)
    return court


async def sealed(court: rz.Court, asset: UUID, at: datetime) -> None:
    """The court's own seal on the asset, first in the queue since that instant."""
    async with transaction(court.node.pool) as conn:
        await conn.execute(
            """
            INSERT INTO measures (id, asset_id, case_id, kind, status, ordering_court, executing_court, ruling_no,
                                  ruled_on, registered_at, effective_at, expires_on, rank, term_years, value, version,
                                  synthetic)
            VALUES ($1, $2, $3, 'SEAL', 'EFFECTIVE', $4, $4, $5, $6::date, $7, $7, $6::date + 999, 1, 3, 9, 1, true)
            """,
            uuid4(),
            asset,
            court.case.id,
            court.node.code,
            court.case.number + "之一",
            at.date(),
            at,
        )


@pytest.fixture
async def two(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[Two]:
    """It is 14 July 2025; the seal of 14 May is 61 days old."""
    clock.set(datetime(2025, 7, 14, 2, 0, tzinfo=UTC))
    zone, pools = TaskZone(), [await open_pool(await new_database("node")) for _ in range(2)]
    first, asking = await rz.kaihua(zone, pools[0], clock), await _asking(zone, pools[1], clock)
    given: dict[str, Any] = {"kind": AssetKind.REAL_ESTATE, "identity": {"unit_no": UNIT}}
    house = await rz.add_asset(first, **given)
    their_house = await rz.add_asset(asking, **given, mortgage_amount=Decimal("300000.00"))
    await sealed(first, house, datetime(2025, 5, 14, 2, 0, tzinfo=UTC))
    yield Two(first, asking, Road({KAIHUA: first.node, SHEXIAN: asking.node}), house, their_house, clock, zone)
    for pool in pools:
        await pool.close()


async def test_sc16_asked_for_and_handed_over(two: Two) -> None:
    made = await two.requested()
    assert (made["status"], made["direction"], made["otherCourt"], made["dueOn"]) == ("SENT", "OUTBOUND", KAIHUA, None)
    assert await two.requested() == made
    await two.road.run()

    (asked,) = await listed(two.first, HANDLER)
    assert (asked["id"], asked["status"], asked["direction"]) == (made["id"], "PENDING", "INBOUND")
    assert (asked["askingCase"], asked["otherCourt"]) == (THEIR_NUMBER, SHEXIAN)
    assert (asked["firstSealedOn"], asked["receivedOn"], asked["dueOn"]) == ("2025-05-14", "2025-07-14", "2025-07-29")
    (known,) = await listed(two.asking, CREDITOR)
    assert (known["status"], known["dueOn"]) == ("PENDING", "2025-07-29")
    (warning,) = (await ask(two.first.node, WARNINGS, HANDLER))["nodes"]
    assert (warning["level"], warning["dueOn"]) == ("NOTICE", "2025-07-29")

    assert (await two.answered(asked, HANDLER))["code"] == "FORBIDDEN"
    done = await two.answered(asked, reservedAmount="20000.00", informedOn="2025-07-14")
    await two.road.run()

    assert (done["status"], done["reserved"]) == ("TRANSFERRED", "20000.00")
    (heard,) = await listed(two.asking, CREDITOR)
    assert (heard["status"], heard["reserved"], heard["informedOn"]) == ("TRANSFERRED", "20000.00", "2025-07-14")
    assert two.road.refusals == []
    assert [event["outcome"] for event in await events(two.first.node, "TRANSFER_ACT")] == ["TRANSFERRED"]
    assert len(await events(two.asking.node, "REQUEST_TRANSFER")) == 1


async def test_sc16_sixty_days_exactly_are_refused(two: Two) -> None:
    refused = await two.requested(firstSealedOn="2025-05-15")

    assert refused == {"code": "TRANSFER_TOO_EARLY", "fromOn": "2025-07-15"}
    assert await two.counts() == [0, 0, 0, 0]


async def test_the_first_court_counts_its_own_days(two: Two) -> None:
    """What the asking court says of the first seal is not believed: at the first court it is sixty days old."""
    async with transaction(two.first.node.pool) as conn:
        await conn.execute("UPDATE measures SET effective_at = effective_at + interval '1 day'")
    await two.requested()
    await two.road.run()

    (heard,) = await listed(two.asking, CREDITOR)
    assert (heard["status"], heard["refusedCode"]) == ("NOT_ACCEPTED", "TRANSFER_TOO_EARLY")
    assert await two.first.count("transfer_requests") == 0
    assert await two.first.count("court_statements") == 0
    two.clock.advance(timedelta(days=1))
    assert (await two.requested("next day"))["status"] == "SENT"


async def test_a_disposal_that_has_begun_forbids_it(two: Two) -> None:
    given = {"assetId": str(two.house), "kind": "AUCTION_NOTICE", "publishedOn": "2025-07-10", "idempotencyKey": "d"}
    recorded = await ask(two.first.node, DISPOSAL, HANDLER, input=given)
    assert recorded == await ask(two.first.node, DISPOSAL, HANDLER, input=given)
    await two.requested()
    await two.road.run()

    (heard,) = await listed(two.asking, CREDITOR)
    assert (heard["status"], heard["refusedCode"]) == ("NOT_ACCEPTED", "DISPOSAL_BEGUN")


async def test_a_thing_that_nobody_sealed_is_not_handed_over(two: Two) -> None:
    async with transaction(two.first.node.pool) as conn:
        await conn.execute("UPDATE measures SET status = 'LIFTED'")
    await two.requested()
    await two.road.run()

    (heard,) = await listed(two.asking, CREDITOR)
    assert (heard["status"], heard["refusedCode"]) == ("NOT_ACCEPTED", "NOT_FIRST_SEAL")


@pytest.mark.parametrize(
    ("changes", "who", "code"),
    [
        ({}, THEIR_CHIEF, "FORBIDDEN"),
        ({}, rz.caller(SHEXIAN, 2), "NOT_ASSIGNED"),
        ({"firstSealingCourt": SHEXIAN}, CREDITOR, "UNKNOWN_COURT"),
        ({"firstSealingCourt": "浙0999"}, CREDITOR, "UNKNOWN_COURT"),
        ({"firstSealedOn": "2025-07-15"}, CREDITOR, "INVALID_PERIOD"),
        ({"assetId": str(uuid4())}, CREDITOR, "NOT_FOUND"),
        ({"amount": "0.00"}, CREDITOR, "INVALID_MONEY"),
        ({"amount": "400000.00"}, CREDITOR, "CLAIM_NOT_PRIOR"),
        ({"priority": "STATUTORY"}, CREDITOR, "CLAIM_NOT_PRIOR"),
        ({"letter": {"number": "1", "sha256": "x"}}, CREDITOR, "INVALID_DOCUMENT"),
    ],
)
async def test_what_is_wrong_is_refused(two: Two, changes: dict[str, Any], who: Caller, code: str) -> None:
    assert (await two.requested(who=who, **changes))["code"] == code
    assert await two.counts() == [0, 0, 0, 0]


async def test_an_own_first_seal_needs_no_request(two: Two) -> None:
    await sealed(two.asking, two.their_house, datetime(2025, 5, 1, tzinfo=UTC))

    assert (await two.requested())["code"] == "NOT_FIRST_SEAL"


async def test_one_request_about_a_thing_at_a_time(two: Two) -> None:
    made = await two.requested()

    again = await two.requested("again")

    assert (again["code"], again["existing"]) == ("DUPLICATE_OF", made["id"])
    assert (await two.requested(amount="1.00"))["code"] == "IDEMPOTENCY_KEY_REUSED"


def asked_for(two: Two, **changes: Any) -> TransferRequestPayload:
    """What the asking court's node could say to the first court's, whatever its own books hold."""
    asset = AssetRef(kind="REAL_ESTATE", identity={"unit_no": UNIT}, division="330824")
    payload = TransferRequestPayload(
        case_number=THEIR_NUMBER,
        asset=asset,
        first_sealed_on=date(2025, 5, 14),
        priority="MORTGAGE",
        amount=Decimal("300000.00"),
        documents=[DOCUMENT],
        officer=CREDITOR.officer_id,
    )
    return msgspec.structs.replace(payload, **changes)


async def asks(two: Two, payload: TransferRequestPayload) -> str | None:
    """What becomes of the question at the first court: the code of its refusal, None when it was taken in."""
    before = len(two.road.refusals)
    node = two.asking.node
    async with transaction(node.pool) as conn:
        await court_statements.send(node, conn, KAIHUA, "TRANSFER_REQUESTED", payload)
    await two.road.run()
    return next(iter(two.road.refusals[before:]), None)


UNKNOWN = AssetRef(kind="REAL_ESTATE", identity={"unit_no": "330824001001GB00001F00010009"}, division="330824")


async def test_every_question_is_in_the_access_log(two: Two) -> None:
    """Who asked, for which case, about whose thing, refused or not; what is unknown tells no more than what is free."""
    unsealed = await rz.add_asset(two.first, kind=AssetKind.REAL_ESTATE, identity={"unit_no": UNIT[:-1] + "2"})
    known = AssetRef(kind="REAL_ESTATE", identity={"unit_no": UNIT[:-1] + "2"}, division="330824")
    assert unsealed

    codes = [await asks(two, asked_for(two, asset=asset)) for asset in (UNKNOWN, known)]
    codes += [await asks(two, asked_for(two)), await asks(two, asked_for(two))]

    assert codes == ["NOT_FIRST_SEAL", "NOT_FIRST_SEAL", None, "DUPLICATE_OF"]
    assert await two.first.count("transfer_requests") == 1
    rows = list(reversed((await ask(two.first.node, ACCESS))["entries"]))
    assert [row["outcome"] for row in rows] == ["NOT_FIRST_SEAL", "NOT_FIRST_SEAL", "ANSWERED", "DUPLICATE_OF"]
    assert [row["rows"] for row in rows] == [0, 0, 1, 0]
    assert [row["subject"] is None for row in rows] == [True, False, False, False]
    assert {(row["field"], row["askingCourt"], row["officerId"], row["caseNumber"]) for row in rows} == {
        ("requestTransfer", SHEXIAN, CREDITOR.officer_id, THEIR_NUMBER)
    }
    assert len(await events(two.first.node, "ANSWER")) == len(rows)
    assert (await prove(two.first.node.pool)).is_whole


async def test_a_word_brought_again_is_another_question(two: Two) -> None:
    """A refused word in a new message is looked at anew: it counts again, or it would be a way around the rate."""
    assert await asks(two, asked_for(two, asset=UNKNOWN)) == "NOT_FIRST_SEAL"
    async with two.asking.node.pool.acquire() as conn:
        (sent,) = await conn.fetch("SELECT * FROM outbox")
    row = OutboxRecord(**{name: sent[name] for name in OutboxRecord.__dataclass_fields__})
    content = content_of(row, two.asking.node.at_rest)[1:]
    with pytest.raises(Refused):
        await take_in(two.first.node, header_of(two.asking.node, row), content)

    assert await two.first.count("access_log") == 2


@pytest.mark.parametrize(
    ("changes", "payload", "code"),
    [
        ({"looks_per_hour": 2}, {}, "COURT_RATE_LIMITED"),
        ({"valid_until": date(2025, 7, 13)}, {}, "NO_AGREEMENT"),
        ({}, {"officer": "o-341021-99"}, "UNKNOWN_OFFICER"),
    ],
)
async def test_questions_are_admitted_as_look_ups_are(
    two: Two, changes: dict[str, Any], payload: dict[str, Any], code: str
) -> None:
    agreement = two.zone.agreement(None, None, **changes)
    for court in (two.first, two.asking):
        async with court.node.pool.acquire() as conn:
            await court.node.directory.accept(conn, two.zone.signed(2, agreements=[agreement]), two.clock.now())
    for _ in range(2):
        await asks(two, asked_for(two, asset=UNKNOWN, **payload))

    assert await asks(two, asked_for(two, **payload)) == code
    assert await two.first.count("transfer_requests") == 0
    rows = (await ask(two.first.node, ACCESS))["entries"]
    assert [row["officerId"] for row in rows] == [None if payload else CREDITOR.officer_id] * 3


async def test_an_officer_asks_so_often_an_hour(two: Two) -> None:
    two.first.node = replace(two.first.node, limits=replace(two.first.node.limits, looks_per_hour_officer=1))
    two.road.courts[KAIHUA] = two.first.node
    assert await asks(two, asked_for(two, asset=UNKNOWN)) == "NOT_FIRST_SEAL"

    assert await asks(two, asked_for(two)) == "RATE_LIMITED"
    two.clock.advance(timedelta(hours=1, seconds=1))
    assert await asks(two, asked_for(two)) is None


async def test_a_request_names_an_own_case(two: Two) -> None:
    assert await asks(two, asked_for(two, case_number="（2025）浙0127执9号")) == "MALFORMED_MESSAGE"


async def test_declined_with_a_reason_and_disputed(two: Two) -> None:
    """Declined, taken to the common superior (最高法: two provinces), decided: both courts know at each step."""
    made = await two.pending()
    assert await two.answered(made, answer="KEEP") == {"code": "INVALID_TRANSFER", "part": "reason"}
    assert (await two.answered(made, answer="KEEP", reason="CLAIM_NOT_PRIOR", version=9))["code"] == "STALE_VERSION"
    declined = await two.answered(made, answer="KEEP", reason="CLAIM_NOT_PRIOR")
    assert declined["status"] == "DECLINED"
    assert (await two.answered(made, version=2))["code"] == "TRANSITION_NOT_ALLOWED"
    await two.road.run()
    (heard,) = await listed(two.asking, CREDITOR)
    assert (heard["status"], heard["reason"]) == ("DECLINED", "CLAIM_NOT_PRIOR")

    given = {"id": made["id"], "version": heard["version"], "report": PAPER}
    disputed = await ask(two.asking.node, DISPUTE, CREDITOR, input=given)
    await two.road.run()

    assert (disputed["status"], disputed["decidingCourt"]) == ("DISPUTED", "最高法")
    (known,) = await listed(two.first, HANDLER)
    assert (known["status"], known["decidingCourt"]) == ("DISPUTED", "最高法")
    decision = {"id": made["id"], "version": known["version"], "decision": "TRANSFER", "decidedOn": "2025-07-13"}
    assert (await ask(two.first.node, DECIDE, CHIEF, input=decision | {"document": PAPER}))["code"] == "INVALID_PERIOD"
    assert (await two.decided(two.first, CHIEF, "TRANSFER"))["status"] == "ORDERED"
    assert two.road.refusals == []


async def test_each_courts_own_officer_records_the_decision(two: Two) -> None:
    """The asking court's word alone moves nothing at the first court: it is a report, until that court's own record."""
    await two.disputed()
    assert (await two.decided(two.asking, CREDITOR, "TRANSFER"))["status"] == "ORDERED"
    await two.road.run()

    (heard,) = await listed(two.first, CHIEF)
    assert (heard["status"], heard["decidedOn"]) == ("DISPUTED", None)
    assert (heard["reportedDecision"], heard["reportedDecidedOn"]) == ("TRANSFER", "2025-07-14")
    (warning,) = (await ask(two.first.node, REPORTED, HANDLER))["nodes"]
    assert warning["level"] == "WARNING"

    assert (await two.decided(two.first, CHIEF, "KEEP"))["status"] == "UPHELD"
    await two.road.run()
    (theirs,) = await listed(two.asking, CREDITOR)
    assert (theirs["status"], theirs["reportedDecision"]) == ("ORDERED", "KEEP")
    assert [each["level"] for each in (await ask(two.asking.node, REPORTED, CREDITOR))["nodes"]] == ["URGENT"]
    assert two.road.refusals == []


async def test_no_decision_without_a_dispute(two: Two) -> None:
    made = await two.pending()
    decision = TransferDecisionPayload(answer="TRANSFER", decided_on=two.clock.now().date(), documents=[DOCUMENT])
    await two.says("TRANSFER_DECIDED", decision, made["id"])
    (waiting,) = await listed(two.first, CHIEF)
    assert (waiting["status"], waiting["reportedDecision"]) == ("PENDING", None)

    await two.answered(made)
    await two.road.run()
    assert two.road.refusals == ["STATEMENT_NOT_ALLOWED"]


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31), date(2025, 7, 16)])
async def test_no_word_of_a_day_that_nobody_meant(two: Two, day: date) -> None:
    """Neither of a decision, nor of when the parties were told."""
    made = await two.disputed()
    decision = TransferDecisionPayload(answer="TRANSFER", decided_on=day, documents=[DOCUMENT])
    await two.says("TRANSFER_DECIDED", decision, made["id"])
    answer = TransferAnswerPayload(answer="TRANSFER", documents=[DOCUMENT], informed_on=day)
    async with transaction(two.first.node.pool) as conn:
        await court_statements.send(two.first.node, conn, SHEXIAN, "TRANSFER_ANSWERED", answer, refers=UUID(made["id"]))
    await two.road.run()

    assert two.road.refusals == ["MALFORMED_MESSAGE", "MALFORMED_MESSAGE"]
    (known,) = await listed(two.asking, CREDITOR)
    assert (known["status"], known["informedOn"]) == ("DISPUTED", None)


async def test_a_dispute_is_checked_where_it_is_heard(two: Two) -> None:
    """Before the answer's day is over, and neither declined: whatever the asking court's node lets its officer say."""
    made = await two.pending()
    await two.says(
        "TRANSFER_DISPUTED", TransferDisputePayload(deciding_court="最高法", documents=[DOCUMENT]), made["id"]
    )

    assert two.road.refusals == ["STATEMENT_NOT_ALLOWED"]
    (known,) = await listed(two.first, CHIEF)
    assert (known["status"], known["decidingCourt"]) == ("PENDING", None)


async def test_a_refused_dispute_is_undone(two: Two) -> None:
    """The asking court counts fewer days than the first one: what it hears back stands as it stood."""
    made = await two.pending()
    await two.asking.act(lambda conn: conn.execute("UPDATE transfer_requests SET due_on = '2025-07-13'"))
    given = {"id": made["id"], "version": made["version"], "report": PAPER}
    assert (await ask(two.asking.node, DISPUTE, CREDITOR, input=given))["status"] == "DISPUTED"
    await two.road.run()

    (known,) = await listed(two.asking, CREDITOR)
    assert (known["status"], known["decidingCourt"]) == ("PENDING", None)


@pytest.mark.parametrize(
    ("answer", "status"),
    [({"answer": "TRANSFER"}, "TRANSFERRED"), ({"answer": "KEEP", "reason": "OTHER_STATUTORY"}, "DISPUTED")],
)
async def test_an_answer_and_a_dispute_may_cross(two: Two, answer: dict[str, Any], status: str) -> None:
    """The first court answers late, while the dispute is on its way: both courts end alike."""
    made = await two.pending()
    two.clock.set(datetime(2025, 7, 30, 10, 0, tzinfo=UTC))
    given = {"id": made["id"], "version": made["version"], "report": PAPER}
    await ask(two.asking.node, DISPUTE, CREDITOR, input=given)
    await two.answered(made, **answer)
    await two.road.run()

    for court, who in ((two.first, HANDLER), (two.asking, CREDITOR)):
        (known,) = await listed(court, who)
        assert (known["status"], known["reason"]) == (status, answer.get("reason"))


async def test_both_courts_are_warned_of_the_day(two: Two) -> None:
    made = await two.pending()

    async def levels(court: rz.Court, who: Caller) -> list[Any]:
        await sweep(court.node)
        await sweep(court.node)
        return sorted(each["level"] for each in (await ask(court.node, WARNINGS, who))["nodes"])

    two.clock.set(datetime(2025, 7, 25, 10, 0, tzinfo=UTC))
    assert (await levels(two.first, HANDLER), await levels(two.asking, CREDITOR)) == (["NOTICE"], [])
    two.clock.set(datetime(2025, 7, 26, 10, 0, tzinfo=UTC))
    assert await levels(two.first, HANDLER) == ["NOTICE", "WARNING"]
    assert await levels(two.asking, CREDITOR) == ["WARNING"]
    two.clock.set(datetime(2025, 7, 29, 10, 0, tzinfo=UTC))
    given = {"id": made["id"], "version": made["version"], "report": PAPER}
    assert (await ask(two.asking.node, DISPUTE, CREDITOR, input=given))["code"] == "TRANSITION_NOT_ALLOWED"
    two.clock.set(datetime(2025, 7, 30, 10, 0, tzinfo=UTC))
    assert await levels(two.first, HANDLER) == ["NOTICE", "URGENT", "WARNING"]
    assert await levels(two.asking, CREDITOR) == ["URGENT", "WARNING"]
    assert (await ask(two.asking.node, DISPUTE, CREDITOR, input=given))["status"] == "DISPUTED"


async def test_requests_that_stay_unanswered_hold_up_none(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    await two.pending()
    pool = two.first.node.pool
    await cloned(pool, "transfer_requests", 5)
    two.clock.set(datetime(2025, 7, 30, 10, 0, tzinfo=UTC))
    assert await timers.sweep(two.first.node) == 6

    await cloned(pool, "transfer_requests", 1, id="gen_random_uuid()", due_on="model.due_on + 1")

    assert [await timers.sweep(two.first.node) for _ in range(2)] == [1, 0]


async def test_the_answer_may_overtake_the_receipt(two: Two) -> None:
    """The request's receipt is lost on the way: the answer says that it was received."""
    made = await two.requested()
    (row,) = await two.road.queued(SHEXIAN)
    await take_in(two.first.node, header_of(two.asking.node, row), content_of(row, two.asking.node.at_rest)[1:])
    await take_in(two.first.node, header_of(two.asking.node, row), content_of(row, two.asking.node.at_rest)[1:])
    assert await two.first.count("transfer_requests") == 1
    await two.answered(made)
    (answer,) = await two.road.queued(KAIHUA)
    assert await two.road.deliver(KAIHUA, answer) == "ACCEPTED"
    await two.road.run()

    (heard,) = await listed(two.asking, CREDITOR)
    assert (heard["status"], heard["dueOn"]) == ("TRANSFERRED", "2025-07-29")


async def refused(two: Two, court: rz.Court) -> None:
    """The other court refuses what this one says."""
    (row,) = await two.road.queued(court.node.code)
    await two.road.close(court.node.code, row, "REFUSED", "SOME_CODE")


async def test_what_the_other_court_refuses_is_undone(two: Two) -> None:
    """An answer, a dispute: each goes back, says why, warns its handler, and may be said again."""
    made = await two.pending()
    await two.answered(made, answer="KEEP", reason="CLAIM_NOT_PRIOR")
    await refused(two, two.first)
    (first,) = await listed(two.first, HANDLER)
    assert (first["status"], first["reason"], first["refusedCode"]) == ("PENDING", None, "SOME_CODE")

    await two.answered(made, answer="KEEP", reason="CLAIM_NOT_PRIOR", version=first["version"])
    await two.road.run()
    (asking,) = await listed(two.asking, CREDITOR)
    given = {"id": made["id"], "version": asking["version"], "report": PAPER}
    assert (await ask(two.asking.node, DISPUTE, CREDITOR, input=given))["status"] == "DISPUTED"
    await refused(two, two.asking)
    (asking,) = await listed(two.asking, CREDITOR)
    assert (asking["status"], asking["decidingCourt"], asking["refusedCode"]) == ("DECLINED", None, "SOME_CODE")

    assert (await ask(two.asking.node, DISPUTE, CREDITOR, input=given | {"version": asking["version"]}))["status"] == (
        "DISPUTED"
    )
    for court, officer in ((two.first, HANDLER), (two.asking, CREDITOR)):
        async with court.node.pool.acquire() as conn:
            raised = await conn.fetch("SELECT officer FROM warnings WHERE kind = 'STATEMENT_REFUSED'")
        assert [row["officer"] for row in raised] == [officer.officer_id]


async def test_a_restored_court_gets_its_transfers_back(two: Two) -> None:
    """Both courts lose what they said, and get it back from the other, in whatever order it comes."""
    made = await two.pending()
    await two.answered(made, answer="KEEP", reason="CLAIM_NOT_PRIOR")
    (row,) = await two.road.queued(KAIHUA)
    answer = (header_of(two.first.node, row), content_of(row, two.first.node.at_rest)[1:])
    await two.road.run()
    async with two.asking.node.pool.acquire() as conn:
        (sent,) = await conn.fetch("SELECT * FROM outbox ORDER BY number")
        fields = OutboxRecord.__dataclass_fields__
        asked = OutboxRecord(**{name: sent[name] for name in fields})
    request = (header_of(two.asking.node, asked), content_of(asked, two.asking.node.at_rest)[1:])
    for court in (two.first, two.asking):
        await court.act(lambda conn: conn.execute("DELETE FROM transfer_requests"))
        await court.act(lambda conn: conn.execute("DELETE FROM court_statements"))

    with pytest.raises(NotYet):
        await two.first.act(lambda conn: resyncing.take_back(two.first.node, conn, *answer))
    for _ in range(2):
        await two.asking.act(lambda conn: resyncing.take_back(two.asking.node, conn, *request))
        await take_in(two.first.node, *request)
        await two.first.act(lambda conn: resyncing.take_back(two.first.node, conn, *answer))
        await take_in(two.asking.node, *answer)

    for court, who in ((two.first, HANDLER), (two.asking, CREDITOR)):
        (found,) = await listed(court, who)
        assert (found["id"], found["status"], found["reason"]) == (made["id"], "DECLINED", "CLAIM_NOT_PRIOR")


async def test_statements_for_others_are_refused(two: Two) -> None:
    """Replayed to a third court, under a track, of an unknown kind, or altered: refused, and nothing is kept."""
    await two.requested()
    (row,) = await two.road.queued(SHEXIAN)
    plain = content_of(row, two.asking.node.at_rest)[1:]
    message = messages.decode(plain)
    header = header_of(two.asking.node, row)

    async def code(at: rz.Court, content: bytes, **changes: Any) -> str:
        with pytest.raises(Refused) as refusal:
            await take_in(at.node, msgspec.structs.replace(header, **changes), content)
        return refusal.value.code

    def said(**changes: Any) -> bytes:
        body = msgspec.json.decode(statement.parse(message.statement).body, type=CourtStatementBody)
        raw = statement.write(
            TYPE,
            msgspec.json.encode(msgspec.structs.replace(body, **changes)),
            author=SHEXIAN,
            directory=1,
            signer=two.asking.node.signer,
        )
        return messages.encode(msgspec.structs.replace(message, statement=raw))

    assert await code(two.asking, plain) == "NOT_A_PARTY"
    assert await code(two.first, said(to="浙0822")) == "NOT_A_PARTY"
    assert await code(two.first, said(kind="OF_A_NEWER_RELEASE")) == "UNKNOWN_STATEMENT"
    assert (
        await code(two.first, messages.encode(msgspec.structs.replace(message, payload=b"{}"))) == "COMMITMENT_MISMATCH"
    )
    assert await two.first.count("court_statements") == 0
    await two.road.run()
    assert await code(two.first, said(at=two.clock.now() - timedelta(days=1))) == "STATEMENT_FORKED"
    assert await two.first.count("transfer_requests") == 1


@pytest.mark.parametrize(
    ("made", "changes", "code"),
    [
        ({"only_home": True}, {}, "NOT_FOR_SALE"),
        ({"exemption": "DAILY_NECESSITIES"}, {}, "NOT_FOR_SALE"),
        ({}, {"publishedOn": "2025-07-15"}, "INVALID_PERIOD"),
        ({}, {"publishedOn": "2025-06-30"}, "INVALID_PERIOD"),
    ],
)
async def test_only_home_and_exempt_things_are_not_sold(
    two: Two, made: dict[str, Any], changes: dict[str, Any], code: str
) -> None:
    asset = await rz.add_asset(two.first, **made)
    await sealed(two.first, asset, datetime(2025, 5, 14, 2, 0, tzinfo=UTC))
    given = {"assetId": str(asset), "kind": "SALE", "publishedOn": "2025-07-10", "idempotencyKey": "d"}

    assert (await ask(two.first.node, DISPOSAL, HANDLER, input=given | changes))["code"] == code
    assert await two.first.count("disposal_notices") == 0


async def test_an_only_home_is_one_by_every_row(two: Two) -> None:
    await rz.add_asset(two.first, only_home=True)
    asset = await rz.add_asset(two.first)
    await sealed(two.first, asset, datetime(2025, 5, 14, 2, 0, tzinfo=UTC))
    given = {"assetId": str(asset), "kind": "SALE", "publishedOn": "2025-07-10", "idempotencyKey": "d"}

    assert (await ask(two.first.node, DISPOSAL, HANDLER, input=given))["code"] == "NOT_FOR_SALE"


async def test_only_the_first_sealing_court_disposes(two: Two) -> None:
    asset = await rz.add_asset(two.first)
    given = {"assetId": str(asset), "kind": "SALE", "publishedOn": "2025-07-10", "idempotencyKey": "d"}

    assert (await ask(two.first.node, DISPOSAL, HANDLER, input=given))["code"] == "NOT_FIRST_SEAL"
    assert (await ask(two.first.node, DISPOSAL, rz.caller(KAIHUA, 2), input=given))["code"] == "NOT_ASSIGNED"
    assert (await ask(two.first.node, DISPOSAL, CHIEF, input=given))["code"] == "FORBIDDEN"


async def test_others_do_not_read_it(two: Two) -> None:
    await two.pending()

    assert await listed(two.asking, rz.caller(SHEXIAN, 2)) == []
    assert len(await listed(two.asking, THEIR_CHIEF)) == 1
    party = Caller("p", SHEXIAN, frozenset({Role.PARTY}), own_cases=frozenset({two.asking.case.id}))
    assert (await ask(two.asking.node, LIST, party))["code"] == "FORBIDDEN"


async def test_due_requests_go_by_an_index(node_pool: Pool) -> None:
    found = await plan(node_pool, transfers._DUE, datetime(2025, 7, 14, tzinfo=UTC).date(), None, None, 10)

    assert "transfer_requests_due" in found
