"""SC-16 between two real nodes' doors: a priority creditor's court asks for what another court sealed first.

开化 (浙0824) sealed a house first; 歙县 (皖1021) enforces a mortgage on it. Each statement crosses as a message.

Long, because it is one request's whole life, each of its terms, refusals and disputes over the same house.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
from enforcement.court_rows import CourtRows
from enforcement.court_statements import TYPE, CourtStatementBody
from enforcement.rules.rights import Caller, Role
from enforcement.tasks import messages, resyncing
from enforcement.timers import sweep
from federation.delivery.node import NotYet, Refused
from federation.delivery.outbox import content_of
from federation.wire import statement
from tests.db.test_audit_tables import plan
from tests.enforcement import registry_zone as rz
from tests.enforcement.audit_desk import ask, events
from tests.enforcement.task_zone import DIGEST, Road, header_of, take_in
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
THEIR_NUMBER = "（2025）皖1021执9号"
HANDLER, CHIEF = rz.caller(KAIHUA), rz.caller(KAIHUA, 5, Role.BUREAU_CHIEF)
CREDITOR, THEIR_CHIEF = rz.caller(SHEXIAN), rz.caller(SHEXIAN, 5, Role.BUREAU_CHIEF)
UNIT = "330824001001GB00001F00010001"
SHOWN = """id direction otherCourt askingCase status firstSealedOn receivedOn dueOn refusedCode reason
    reserved informedOn decidingCourt decidedOn measureId asset { identity { value } } version"""
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
PAPER = {"number": "1", "sha256": DIGEST}


@dataclass
class Two:
    """Both courts, the road between them, and the house at each."""

    first: rz.Court
    asking: rz.Court
    road: Road
    house: UUID
    their_house: UUID
    clock: SetClock

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

    async def counts(self) -> list[int]:
        return [
            await court.count(table) for court in (self.first, self.asking) for table in ("outbox", "transfer_requests")
        ]


async def listed(court: rz.Court, who: Caller) -> Any:
    return (await ask(court.node, LIST, who))["nodes"]


async def _asking(zone: Zone, pool: Pool, clock: SetClock) -> rz.Court:
    """歙县 with a case of its own against the same debtor."""
    debtor, applicant = rz._party(rz.DEBTOR_NO, "李样甲", "341021"), rz._party(rz.OTHER_NO, "周样甲", "330824")
    case = rz._case(number=THEIR_NUMBER, handler_id=CREDITOR.officer_id)
    roles = [
        CasePartyRecord(case.id, debtor.id, PartyRole.DEBTOR),
        CasePartyRecord(case.id, applicant.id, PartyRole.APPLICANT),
    ]
    rows = CourtRows(parties=[debtor, applicant], cases=[case], case_parties=roles)
    return await rz.new_court(zone, SHEXIAN, pool, clock, rows)


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
    zone, pools = Zone(), [await open_pool(await new_database("node")) for _ in range(2)]
    first, asking = await rz.kaihua(zone, pools[0], clock), await _asking(zone, pools[1], clock)
    given: dict[str, Any] = {"kind": AssetKind.REAL_ESTATE, "identity": {"unit_no": UNIT}}
    house = await rz.add_asset(first, **given)
    their_house = await rz.add_asset(asking, **given, mortgage_amount=Decimal("300000.00"))
    await sealed(first, house, datetime(2025, 5, 14, 2, 0, tzinfo=UTC))
    yield Two(first, asking, Road({KAIHUA: first.node, SHEXIAN: asking.node}), house, their_house, clock)
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
    decision = {"id": made["id"], "version": known["version"], "decision": "TRANSFER", "decidedOn": "2025-07-14"}
    early = await ask(two.first.node, DECIDE, CHIEF, input=decision | {"document": PAPER, "decidedOn": "2025-07-13"})
    assert early["code"] == "INVALID_PERIOD"
    ordered = await ask(two.first.node, DECIDE, CHIEF, input=decision | {"document": PAPER})
    await two.road.run()
    assert ordered["status"] == "ORDERED"
    assert [(each["status"], each["decidedOn"]) for each in await listed(two.asking, CREDITOR)] == [
        ("ORDERED", "2025-07-14")
    ]
    assert two.road.refusals == []


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
    found = await plan(node_pool, transfers._DUE, datetime(2025, 7, 14, tzinfo=UTC).date())

    assert "transfer_requests_due" in found
