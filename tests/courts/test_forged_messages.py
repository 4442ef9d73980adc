"""Messages that are not what they say: refused by a stable code at every door, written down, nothing else stored."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from api.demo.client import Client
from api.demo.zone import Zone
from db.ids import new_id
from federation.wire import envelope
from federation.wire.envelope import MAX_MESSAGE
from federation.wire.signing import generate_signing
from tests.courts.desks import CENTRE, Desks, connected, counts
from tests.courts.forger import ELSEWHERE, SENDER, TO, Forger, grown, newest_refusal, readdressed, tampered

pytestmark = pytest.mark.anyio

THERE = "330127"
MESSAGES, RECEIPTS, RELAYED_MESSAGES = "/federation/messages", "/federation/receipts", "/relay/messages"
_NUMBERS = {"pairs", "pair_arrivals"}
HOUR = timedelta(hours=1)
Write = Callable[[Forger], bytes]


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


async def test_a_request_over_its_limit_is_refused(zone: Zone, client: Client) -> None:
    desks = Desks(zone, client)
    for desk in (desks.at(TO, CENTRE), desks.gateway(TO, CENTRE)):
        status, body = await desk.whole({"query": "{ __typename }", "variables": {"x": "9" * 200_000}})

        assert (status, json.loads(body)["errors"][0]["extensions"]["code"]) == (413, "BODY_TOO_LARGE")
