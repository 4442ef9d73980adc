"""Envelopes that are not what they say: refused by a stable code at every door, written down, nothing else stored."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from api.demo.client import Client
from api.demo.zone import Zone
from db.ids import new_id
from federation.ask import frames
from federation.ask.status import Status
from federation.wire import envelope
from federation.wire.envelope import MAX_ASK, MAX_MESSAGE
from federation.wire.signing import generate_signing
from tests.courts.desks import CENTRE, Desks, connected, counts
from tests.courts.forger import ELSEWHERE, SENDER, TO, Forger, readdressed, tampered

pytestmark = pytest.mark.anyio

THERE = "330127"
MESSAGES, RECEIPTS, ASKS = "/federation/messages", "/federation/receipts", "/federation/ask"
RELAYED_MESSAGES, RELAYED_ASKS = "/relay/messages", "/relay/asks"
BEHIND_THE_TEST = {"carried_traffic", "directory_documents", "node_health"}
"""Tables in which the zone goes on writing by itself."""
_NUMBERS = {"pairs", "pair_arrivals"}
HOUR = timedelta(hours=1)
ACCESS = """
query Access { accessLog(first: 1) {
  ... on AccessLog { entries { askingCourt outcome officerId rows } } ... on Problem { code message }
} }"""
Write = Callable[[Forger], bytes]


@pytest.fixture
async def forger(zone: Zone) -> AsyncIterator[Forger]:
    async with aiohttp.ClientSession() as session:
        yield Forger(zone, session)


async def grown(zone: Zone, name: str, before: dict[str, int]) -> dict[str, int]:
    """By how many rows each table of a process grew."""
    after = await counts(zone, name)
    changed = {table: after[table] - before[table] for table in after if table not in BEHIND_THE_TEST}
    return {table: rows for table, rows in changed.items() if rows}


async def newest_refusal(zone: Zone, name: str) -> tuple[str, str | None, str, int]:
    """Reason, claimed sender, digest and size of the newest refused envelope."""
    async with connected(zone, name) as conn:
        row = await conn.fetchrow("SELECT * FROM refused_envelopes ORDER BY number DESC LIMIT 1")
    assert row is not None
    return row["reason"], row["sender_claimed"], row["digest"], row["size_bytes"]


FORGED: dict[str, tuple[Write, int, str]] = {
    "no envelope": (lambda f: b"rubbish", 400, "MALFORMED_ENVELOPE"),
    "an ask": (lambda f: f.ask(), 400, "WRONG_KIND"),
    "tampered": (lambda f: tampered(f.message()), 403, "BAD_SIGNATURE"),
    "re-addressed": (lambda f: readdressed(f.message()), 403, "BAD_SIGNATURE"),
    "a stranger's key": (
        lambda f: f.message(signer=generate_signing(), under=f.zone.keys[SENDER].signing.id),
        403,
        "BAD_SIGNATURE",
    ),
    "another court's key": (lambda f: f.message(signer=f.zone.keys[ELSEWHERE].signing), 403, "UNKNOWN_KEY"),
    "an unknown court": (lambda f: f.message(sender="京0101"), 403, "UNKNOWN_COURT"),
    "too large": (lambda f: bytes(MAX_MESSAGE + 1), 413, "TOO_LARGE"),
}


@pytest.mark.parametrize("court", [TO, None], ids=["node", "gateway"])
@pytest.mark.parametrize("forged", FORGED, ids=str)
async def test_a_forged_message_leaves_its_refusal_only(forger: Forger, court: str | None, forged: str) -> None:
    write, status, code = FORGED[forged]
    name, path = (THERE, MESSAGES) if court else ("gateway", RELAYED_MESSAGES)
    raw = write(forger)
    before = await counts(forger.zone, name)

    answer = await forger.post(forger.door(path, court), raw)

    assert (answer[0], json.loads(answer[1])) == (status, {"code": code})
    assert await grown(forger.zone, name, before) == {"refused_envelopes": 1}
    reason, sender, _, size = await newest_refusal(forger.zone, name)
    assert reason == code
    assert sender in {SENDER, None}
    assert 0 < size <= len(raw)


async def test_a_message_at_another_courts_door_is_refused(forger: Forger) -> None:
    before = await counts(forger.zone, THERE)

    status, body = await forger.post(forger.door(MESSAGES), forger.message(to=ELSEWHERE))

    assert (status, json.loads(body)) == (403, {"code": "NOT_ADDRESSED_HERE"})
    assert await grown(forger.zone, THERE, before) == {"refused_envelopes": 1}


@pytest.mark.parametrize("court", [TO, None], ids=["node", "gateway"])
async def test_an_expired_message_is_answered_but_not_kept(forger: Forger, court: str | None) -> None:
    now = forger.zone.clock.now()
    raw = forger.message(issued=now - 2 * HOUR, expires=now - HOUR)
    before, at_gateway = await counts(forger.zone, THERE), await counts(forger.zone, "gateway")

    status, receipt = await forger.post(forger.door(MESSAGES if court else RELAYED_MESSAGES, court), raw)

    said = envelope.parse(receipt).header
    assert (status, said.outcome, said.re_digest) == (200, "EXPIRED", envelope.digest(raw))
    left = await grown(forger.zone, THERE, before)
    assert set(left) - _NUMBERS == {"refused_envelopes", "inbox"}
    assert (await newest_refusal(forger.zone, THERE))[0] == "EXPIRED"
    assert await _kept(forger, envelope.parse(raw).header.id) == [("EXPIRED", None)]
    assert await grown(forger.zone, "gateway", at_gateway) == {}


async def _kept(forger: Forger, message_id: object) -> list[tuple[str, bytes | None]]:
    """State and bytes of a message at the court that got it."""
    async with connected(forger.zone, THERE) as conn:
        rows = await conn.fetch("SELECT state, envelope FROM inbox WHERE id = $1", message_id)
    return [(row["state"], row["envelope"]) for row in rows]


async def test_other_bytes_under_a_known_number_are_refused(forger: Forger) -> None:
    number = new_id(forger.zone.clock.now())
    first, other = forger.message(id=number), forger.message(b"\x00other", id=number)

    _, receipt = await forger.post(forger.door(MESSAGES), first)
    before = await counts(forger.zone, THERE)
    _, again = await forger.post(forger.door(MESSAGES), first)
    _, refused = await forger.post(forger.door(MESSAGES), other)

    assert envelope.parse(receipt).header.outcome == "REFUSED"  # what it says is no task's message
    assert again == receipt
    assert envelope.parse(refused).header.outcome == "REFUSED"
    assert envelope.parse(refused).header.re_digest == envelope.digest(other)
    assert await grown(forger.zone, THERE, before) == {"inbox_conflicts": 1}


async def test_the_gateway_refuses_other_bytes_too(forger: Forger) -> None:
    number = new_id(forger.zone.clock.now())
    first, other = forger.message(id=number), forger.message(b"\x00other", id=number)

    _, receipt = await forger.post(forger.door(RELAYED_MESSAGES, None), first)
    before = await counts(forger.zone, "gateway")
    status, body = await forger.post(forger.door(RELAYED_MESSAGES, None), other)

    assert envelope.parse(receipt).header.outcome == "REFUSED"
    assert (status, json.loads(body)) == (409, {"code": "EQUIVOCATION"})
    assert await grown(forger.zone, "gateway", before) == {"refused_envelopes": 1, "carried_conflicts": 1}
    assert await forger.post(forger.door(RELAYED_MESSAGES, None), first) == (200, receipt)


async def test_a_receipt_for_nothing_sent_is_refused(forger: Forger) -> None:
    raw = forger.envelope("receipt", b"{}", outcome="ACCEPTED", re=new_id(forger.zone.clock.now()), re_digest="0" * 64)
    before = await counts(forger.zone, THERE)

    status, body = await forger.post(forger.door(RECEIPTS), raw)

    assert (status, json.loads(body)) == (403, {"code": "RECEIPT_MISMATCH"})
    assert await grown(forger.zone, THERE, before) == {"refused_envelopes": 1}


FORGED_ASKS: dict[str, tuple[Write, int, str]] = {
    "no envelope": (lambda f: b"rubbish", 400, "MALFORMED"),
    "a message": (lambda f: f.message(), 400, "MALFORMED"),
    "tampered": (lambda f: tampered(f.ask()), 401, "BAD_SIGNATURE"),
    "re-addressed": (lambda f: readdressed(f.ask()), 403, "NOT_FOR_THIS_COURT"),
    "for another court": (lambda f: f.ask(to=ELSEWHERE), 403, "NOT_FOR_THIS_COURT"),
    "another court's key": (lambda f: f.ask(signer=f.zone.keys[ELSEWHERE].signing), 401, "BAD_SIGNATURE"),
    "an unknown court": (lambda f: f.ask(sender="京0101"), 403, "UNKNOWN_COURT"),
    "too large": (lambda f: bytes(MAX_ASK + 1), 413, "TOO_LARGE"),
}


@pytest.mark.parametrize("forged", FORGED_ASKS, ids=str)
async def test_a_forged_ask_leaves_its_refusal_only(forger: Forger, forged: str) -> None:
    write, status, code = FORGED_ASKS[forged]
    before = await counts(forger.zone, THERE)

    answer = await forger.post(forger.door(ASKS), write(forger))

    assert (answer[0], json.loads(answer[1])) == (status, {"code": code})
    assert await grown(forger.zone, THERE, before) == {"refused_envelopes": 1}
    assert (await newest_refusal(forger.zone, THERE))[0] == code


REFUSED_ASKS: dict[str, tuple[dict[str, Any], str]] = {
    "nobody of the asking court": ({"officer": "o-330824-01"}, "BAD_MANDATE"),
    "given for another court": ({"asked": (ELSEWHERE,)}, "BAD_MANDATE"),
    "in another court's name": ({"asking": ELSEWHERE}, "BAD_MANDATE"),
    "another court's case": ({"case_number": "（2025）浙0824执366号"}, "BAD_MANDATE"),
    "another selection": ({"selection_digest": "0" * 64}, "BAD_MANDATE"),
    "a malformed number": ({"subject": "341021199211209991"}, "BAD_MANDATE"),
    "a section beside the purpose": ({"sections": ("WHEREABOUTS",)}, "PURPOSE_NOT_PERMITTED"),
    "an unknown purpose": ({"purpose": "CURIOSITY"}, "PURPOSE_NOT_AGREED"),
}


@pytest.mark.parametrize("wrong", REFUSED_ASKS, ids=str)
async def test_a_proved_court_is_refused_in_signed_words(forger: Forger, client: Client, wrong: str) -> None:
    """What the asking node would never send, the asked court refuses by itself, and logs (SC-19)."""
    changes, code = REFUSED_ASKS[wrong]
    before = await counts(forger.zone, THERE)

    status, raw = await forger.post(forger.door(ASKS), forger.ask(**changes))

    answer = forger.opened(raw)
    assert (status, answer.status, answer.code, bytes(answer.data)) == (200, Status.REFUSED, code, b"null")
    assert await grown(forger.zone, THERE, before) == {"access_log": 1, "answers": 1}
    (entry,) = (await Desks(forger.zone, client).at(TO, CENTRE).one(ACCESS))["entries"]
    assert (entry["askingCourt"], entry["outcome"], entry["rows"]) == (SENDER, code, 0)


async def test_a_stale_ask_is_refused_and_logged(forger: Forger, client: Client) -> None:
    now = forger.zone.clock.now()
    before = await counts(forger.zone, THERE)

    _, old = await forger.post(forger.door(ASKS), forger.ask(issued=now - HOUR, expires=now + HOUR))
    _, expired = await forger.post(
        forger.door(ASKS), forger.ask(issued=now - timedelta(minutes=4), expires=now - timedelta(minutes=1))
    )

    assert [forger.opened(raw).code for raw in (old, expired)] == ["STALE", "STALE"]
    assert await grown(forger.zone, THERE, before) == {"access_log": 2}


async def test_an_ask_is_answered_once(forger: Forger) -> None:
    number = new_id(forger.zone.clock.now())
    first, other = forger.ask(id=number), forger.ask(id=number)
    before = await counts(forger.zone, THERE)

    _, answer = await forger.post(forger.door(ASKS), first)
    _, again = await forger.post(forger.door(ASKS), first)
    logged_once = await grown(forger.zone, THERE, before)
    _, refused = await forger.post(forger.door(ASKS), other)

    assert forger.opened(answer).status in {Status.ANSWERED, Status.EMPTY}
    assert again == answer
    assert logged_once == {"access_log": 1, "answers": 1}
    assert forger.opened(refused).code == "EQUIVOCATION"
    assert await grown(forger.zone, THERE, before) == {"access_log": 2, "answers": 1}


FORGED_BATCHES: dict[str, tuple[Write, int, str]] = {
    "no frames": (lambda f: b"rubbish", 400, "MALFORMED"),
    "a message": (lambda f: frames.write_batch([f.message()]), 400, "MALFORMED"),
    "two askers": (lambda f: frames.write_batch([f.ask(), f.ask(sender=ELSEWHERE)]), 400, "MALFORMED"),
    "tampered": (lambda f: frames.write_batch([f.ask(), tampered(f.ask())]), 401, "BAD_SIGNATURE"),
    "re-addressed": (lambda f: frames.write_batch([readdressed(f.ask())]), 401, "BAD_SIGNATURE"),
    "another court's key": (
        lambda f: frames.write_batch([f.ask(signer=f.zone.keys[ELSEWHERE].signing)]),
        401,
        "BAD_SIGNATURE",
    ),
    "an unknown court": (lambda f: frames.write_batch([f.ask(sender="京0101")]), 403, "UNKNOWN_COURT"),
    "expired": (
        lambda f: frames.write_batch([f.ask(issued=f.zone.clock.now() - 2 * HOUR, expires=f.zone.clock.now() - HOUR)]),
        410,
        "STALE",
    ),
}


@pytest.mark.parametrize("forged", FORGED_BATCHES, ids=str)
async def test_a_forged_batch_goes_nowhere(forger: Forger, forged: str) -> None:
    write, status, code = FORGED_BATCHES[forged]
    before, there = await counts(forger.zone, "gateway"), await counts(forger.zone, THERE)

    answer = await forger.post(forger.door(RELAYED_ASKS, None), write(forger))

    assert (answer[0], json.loads(answer[1])) == (status, {"code": code})
    assert await grown(forger.zone, "gateway", before) == {"refused_envelopes": 1}
    assert await grown(forger.zone, THERE, there) == {}


async def test_a_request_over_its_limit_is_refused(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)
    for desk in (desks.at(TO, CENTRE), desks.gateway(TO, CENTRE)):
        status, body = await desk.whole({"query": "{ __typename }", "variables": {"x": "9" * 200_000}})

        assert (status, json.loads(body)["errors"][0]["extensions"]["code"]) == (413, "BODY_TOO_LARGE")
