"""A message's life when something goes wrong on the way, in process, with faults put in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace as with_changes

from db import carried_messages, pairs
from db import outbox as rows
from db.pool import transaction
from db.records.delivery import DeliveryState
from federation.delivery import inbox, outbox, overdue, sender, settle
from federation.delivery.checks import CannotVerifyNow, NotGenuine
from federation.delivery.inbox import Retry
from federation.delivery.node import LIFETIME
from federation.delivery.outbox import MAX_PAYLOAD_BYTES
from federation.delivery.post import Reply
from federation.directory.document import KeyEntry
from federation.relay import messages, queue
from federation.wire import envelope
from federation.wire.decryption import generate_box
from federation.wire.encryption import write
from federation.wire.errors import TooLong
from federation.wire.header import Track
from federation.wire.signing import public_text
from tests.federation.delivery.road import MINUTE, A, B, Road, handler, pump
from tests.federation.zone import ISSUED, key_entries

pytestmark = pytest.mark.anyio


async def raw_of(road: Road, message_id: UUID) -> bytes:
    """The bytes of a message's first attempt, which have not left."""
    return await sender._first_bytes(road.a.node, message_id)


async def test_bytes_never_change_between_attempts(road: Road) -> None:
    message_id = await road.a.enqueue(B, b"hello")
    road.wire.down.add(road.urls[B])

    for _ in range(3):
        await sender.offer_due(road.a.node)
        road.clock.advance(10 * MINUTE)

    first = (await road.a.row(message_id)).envelope
    assert road.wire.sent == [(road.urls["gateway"] + "/relay/messages", first)] * 3


async def test_gateway_down_postpones_and_counts(road: Road) -> None:
    road.wire.down.add(road.urls["gateway"])
    message_id = await road.a.enqueue(B, b"hello")

    for _ in range(3):
        await sender.offer_due(road.a.node)
        road.clock.advance(timedelta(seconds=10))

    async with road.a.pool.acquire() as conn:
        [status] = await rows.delivery_status(conn, message_id)
    assert (status.state, status.attempts, status.last_error) == (DeliveryState.QUEUED, 3, "GATEWAY_UNREACHABLE")
    assert status.next_attempt_at == road.clock.now() - timedelta(seconds=10) + 4.4 * timedelta(seconds=1)


async def test_one_probe_stands_for_a_pair(road: Road) -> None:
    road.wire.down.add(road.urls["gateway"])
    for _ in range(5):
        await road.a.enqueue(B, b"hello")

    offered = await sender.offer_due(road.a.node)

    assert offered == 1
    assert await sender.offer_due(road.a.node) == 0


async def test_gateway_loses_its_database(road: Road) -> None:
    road.wire.down.add(road.urls[B])
    message_id = await road.a.enqueue(B, b"hello")
    await sender.offer_due(road.a.node)
    assert await road.relay.pool.fetchval("SELECT count(*) FROM carried_messages") == 1

    await road.relay.pool.execute("TRUNCATE carried_messages")
    road.wire.down.clear()
    await pump(road, 2)

    assert (await road.a.row(message_id)).state is DeliveryState.DELIVERED
    assert await road.b.applied() == [b"hello"]


async def test_duplicate_gets_the_same_receipt(road: Road) -> None:
    raw = await raw_of(road, await road.a.enqueue(B, b"hello"))

    first = await inbox.receive(road.b.node, raw, handler)
    road.clock.advance(LIFETIME * 2)
    second = await inbox.receive(road.b.node, raw, handler)

    assert isinstance(first, bytes)
    assert second == first
    assert await road.b.applied() == [b"hello"]


async def test_other_bytes_under_one_id(road: Road) -> None:
    raw = await raw_of(road, await road.a.enqueue(B, b"hello"))
    twin = rewritten(road, raw, b"\x00other")

    accepted = await inbox.receive(road.b.node, raw, handler)
    refused = await inbox.receive(road.b.node, twin, handler)
    again = await inbox.receive(road.b.node, twin, handler)

    assert isinstance(accepted, bytes)
    assert isinstance(refused, bytes)
    assert again == refused
    assert envelope.parse(refused).header.outcome == "REFUSED"
    assert envelope.parse(refused).header.re_digest == envelope.digest(twin)
    kept = await road.b.pool.fetch("SELECT envelope FROM inbox UNION ALL SELECT envelope FROM inbox_conflicts")
    assert [bytes(row["envelope"]) for row in kept] == [raw, twin]
    assert await road.b.applied() == [b"hello"]


async def test_gateway_refuses_other_bytes_under_one_id(road: Road) -> None:
    raw = await raw_of(road, await road.a.enqueue(B, b"hello"))
    await messages.accept(road.relay, raw)

    with pytest.raises(NotGenuine) as refused:
        await messages.accept(road.relay, rewritten(road, raw, b"\x00other"))

    assert refused.value.code == "EQUIVOCATION"
    assert await road.relay.pool.fetchval("SELECT count(*) FROM carried_conflicts") == 1
    assert await road.b.applied() == [b"hello"]


def rewritten(road: Road, raw: bytes, content: bytes, **changes: object) -> bytes:
    """A genuine envelope of A with another content or header."""
    head = with_changes(envelope.parse(raw).header, **changes)
    return write(head, content, recipient=road.zone.keys[B].box.public, signer=road.a.node.signer)


def tampered(road: Road, raw: bytes) -> bytes:
    return raw[:-80] + bytes([raw[-80] ^ 1]) + raw[-79:]


def readdressed(road: Road, raw: bytes) -> bytes:
    return raw.replace(f'"to":"{B}"'.encode(), '"to":"皖1021"'.encode())


def readdressed_by_its_sender(road: Road, raw: bytes) -> bytes:
    return rewritten(road, raw, b"\x00hello", to="皖1021")


def by_a_foreign_key(road: Road, raw: bytes) -> bytes:
    stranger = replace(road.zone.keys["皖1021"].signing, id=road.a.node.signer.id)
    return write(envelope.parse(raw).header, b"\x00x", recipient=road.zone.keys[B].box.public, signer=stranger)


def by_an_unlisted_key(road: Road, raw: bytes) -> bytes:
    stranger = road.zone.keys["皖1021"].signing
    head = with_changes(envelope.parse(raw).header, signing_key=stranger.id)
    return write(head, b"\x00x", recipient=road.zone.keys[B].box.public, signer=stranger)


def of_a_stranger(road: Road, raw: bytes) -> bytes:
    return rewritten(road, raw, b"\x00x", sender="赣1125")


def cut_short(road: Road, raw: bytes) -> bytes:
    return raw[:-1]


BAD = {
    tampered: "BAD_SIGNATURE",
    readdressed: "BAD_SIGNATURE",
    by_a_foreign_key: "BAD_SIGNATURE",
    by_an_unlisted_key: "UNKNOWN_KEY",
    of_a_stranger: "UNKNOWN_COURT",
    cut_short: "MALFORMED_ENVELOPE",
}


@pytest.mark.parametrize(("spoil", "code"), BAD.items(), ids=lambda value: getattr(value, "__name__", value))
@pytest.mark.parametrize("at", ["node", "gateway"])
async def test_bad_envelope_is_refused_and_logged(
    road: Road, at: str, spoil: Callable[[Road, bytes], bytes], code: str
) -> None:
    raw = spoil(road, await raw_of(road, await road.a.enqueue(B, b"hello")))
    url = road.urls["gateway"] + "/relay/messages" if at == "gateway" else road.urls[B] + "/federation/messages"

    reply = await road.wire(url, raw, timeout_s=1)

    pool = road.relay.pool if at == "gateway" else road.b.pool
    noted = await pool.fetch("SELECT reason, digest, size_bytes, sender_claimed FROM refused_envelopes")
    assert 400 <= reply.status < 500
    assert [(row["reason"], row["digest"], row["size_bytes"]) for row in noted] == [
        (code, envelope.digest(raw), len(raw))
    ]
    assert noted[0]["sender_claimed"] in {A, None}
    assert await road.b.count("inbox") == 0
    assert await road.b.applied() == []
    assert await road.relay.pool.fetchval("SELECT count(*) FROM carried_messages") == 0


async def test_message_to_another_court_is_refused(road: Road) -> None:
    raw = readdressed_by_its_sender(road, await raw_of(road, await road.a.enqueue(B, b"hello")))

    reply = await road.wire(road.urls[B] + "/federation/messages", raw, timeout_s=1)

    assert (reply.status, await road.b.refused()) == (403, ["NOT_ADDRESSED_HERE"])
    assert await road.b.count("inbox") == 0


async def test_body_over_its_limit_is_refused(road: Road) -> None:
    reply = await road.wire(road.urls[B] + "/federation/messages", bytes(envelope.MAX_MESSAGE + 1), timeout_s=1)

    assert (reply.status, await road.b.refused()) == (413, ["TOO_LARGE"])
    assert await road.b.count("inbox") == 0


async def test_expired_message_is_closed_unread(road: Road) -> None:
    raw = await raw_of(road, await road.a.enqueue(B, b"hello"))
    road.clock.advance(LIFETIME + MINUTE)

    answer = await inbox.receive(road.b.node, raw, handler)

    assert isinstance(answer, bytes)
    assert envelope.parse(answer).header.outcome == "EXPIRED"
    assert await road.b.refused() == ["EXPIRED"]
    assert await road.b.pool.fetchval("SELECT envelope IS NULL FROM inbox")
    assert await road.b.applied() == []


async def test_gateway_keeps_no_expired_message(road: Road) -> None:
    raw = await raw_of(road, await road.a.enqueue(B, b"hello"))
    road.clock.advance(LIFETIME + MINUTE)
    road.wire.down.add(road.urls[B])

    reply = await road.wire(road.urls["gateway"] + "/relay/messages", raw, timeout_s=1)

    assert reply.status == 410
    assert await road.relay.pool.fetchval("SELECT count(*) FROM carried_messages") == 0
    assert await road.relay.pool.fetchval("SELECT reason FROM refused_envelopes") == "EXPIRED"


async def test_message_expires_and_its_number_is_closed(road: Road) -> None:
    road.wire.down.add(road.urls["gateway"])
    message_id = await road.a.enqueue(B, b"hello")
    await sender.offer_due(road.a.node)

    road.clock.advance(LIFETIME + MINUTE)
    await sender.offer_due(road.a.node)
    assert await road.a.heard() == [("EXPIRED", None)]
    road.wire.down.clear()
    road.clock.advance(settle.AFTER_EXPIRY)
    await sender.offer_due(road.a.node)

    row = await road.a.row(message_id)
    assert row.state is DeliveryState.EXPIRED
    assert row.receipt is not None
    assert await road.a.heard() == [("EXPIRED", None)]
    assert await road.a.pool.fetchval("SELECT next_attempt_at IS NULL FROM outbox")


async def test_refusal_is_final_and_told(road: Road) -> None:
    message_id = await road.a.enqueue(B, b"refuse:WRONG_STATE")

    await sender.offer_due(road.a.node)

    assert (await road.a.row(message_id)).state is DeliveryState.REFUSED
    assert await road.a.heard() == [("REFUSED", "WRONG_STATE")]
    assert await road.b.applied() == []
    assert road.accepted == []


async def test_refusal_code_is_hidden_from_the_gateway(road: Road) -> None:
    await road.a.enqueue(B, b"refuse:WRONG_STATE")

    await sender.offer_due(road.a.node)

    receipt = bytes(await road.relay.pool.fetchval("SELECT receipt FROM carried_messages"))
    assert b"WRONG_STATE" not in receipt


async def test_later_message_waits_for_the_earlier(road: Road) -> None:
    first = await raw_of(road, await road.a.enqueue(B, b"n:1"))
    road.clock.advance(MINUTE)
    second = await raw_of(road, await road.a.enqueue(B, b"n:2"))

    early = await inbox.receive(road.b.node, second, handler)
    assert early == Retry("NOT_YET", stored=True)
    async with road.b.pool.acquire() as conn:
        assert await pairs.open_gaps(conn, A) == [(1, 1)]
    await inbox.receive(road.b.node, first, handler)
    late = await inbox.receive(road.b.node, second, handler)

    assert await road.b.applied() == [b"n:1", b"n:2"]
    assert isinstance(late, bytes)
    assert envelope.parse(late).header.outcome == "ACCEPTED"
    async with road.b.pool.acquire() as conn:
        assert await pairs.open_gaps(conn, A) == []


async def test_waiting_message_expires_signed(road: Road) -> None:
    raw = await raw_of(road, await road.a.enqueue(B, b"n:2"))
    await inbox.receive(road.b.node, raw, handler)

    road.clock.advance(LIFETIME + MINUTE)
    await overdue.close_overdue(road.b.node)
    answer = await inbox.receive(road.b.node, raw, handler)

    assert isinstance(answer, bytes)
    assert envelope.parse(answer).header.outcome == "EXPIRED"


async def test_crash_between_custody_and_delivery(road: Road) -> None:
    class Killed(BaseException):
        pass

    async def killed(url: str, body: bytes, *, timeout_s: float) -> Reply:
        raise Killed

    raw = await raw_of(road, await road.a.enqueue(B, b"hello"))
    with pytest.raises(Killed):
        await messages.accept(replace(road.relay, post=killed, lease=timedelta(0)), raw)
    assert await road.relay.pool.fetchval("SELECT state FROM carried_messages") == "QUEUED"

    await queue.deliver_due(road.relay)
    await queue.push_due(road.relay)

    assert await road.b.applied() == [b"hello"]
    assert await road.a.heard() == [("ACCEPTED", None)]
    assert await road.relay.pool.fetchval("SELECT raw IS NULL FROM carried_messages")


async def test_two_gateways_do_not_share_a_claim(road: Road) -> None:
    road.wire.down.add(road.urls[B])
    await messages.accept(road.relay, await raw_of(road, await road.a.enqueue(B, b"hello")))
    road.clock.advance(MINUTE)
    async with road.relay.pool.acquire() as one, road.relay.pool.acquire() as two:
        first = await carried_messages.claim(one, B, road.clock.now(), timedelta(seconds=30))
        second = await carried_messages.claim(two, B, road.clock.now(), timedelta(seconds=30))

    assert first is not None
    assert second is None


async def test_queue_of_one_sender_is_capped(road: Road) -> None:
    road.wire.down.add(road.urls[B])
    small = replace(road.relay, caps=messages.Caps(messages=1))
    await messages.accept(small, await raw_of(road, await road.a.enqueue(B, b"one")))
    road.wire.down.add(road.urls[B])
    road.clock.advance(MINUTE)
    with pytest.raises(CannotVerifyNow) as refused:
        await messages.accept(small, await raw_of(road, await road.a.enqueue(B, b"two")))

    assert refused.value.code == "QUEUE_FULL"
    assert await road.relay.pool.fetchval("SELECT count(*) FROM carried_messages") == 1


async def test_desk_failure_keeps_no_answer(road: Road) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("desk")

    raw = await raw_of(road, await road.a.enqueue(B, b"hello"))
    with pytest.raises(RuntimeError):
        await messages.accept(replace(road.relay, on_accepted=broken, lease=timedelta(0)), raw)
    assert await road.relay.pool.fetchval("SELECT receipt IS NULL FROM carried_messages")

    assert await messages.accept(road.relay, raw) is not None
    assert len(road.accepted) == 1
    assert await road.b.applied() == [b"hello"]


async def test_forged_receipt_closes_nothing(road: Road) -> None:
    message_id = await road.a.enqueue(B, b"hello")
    other_id = await road.a.enqueue(B, b"other")
    await sender.offer_due(road.a.node)
    receipt = (await road.a.row(other_id)).receipt
    assert receipt is not None
    await road.a.pool.execute("UPDATE outbox SET state = 'QUEUED', receipt = NULL, next_attempt_at = enqueued_at")
    await road.a.pool.execute("UPDATE outbox SET digest = repeat('0', 64) WHERE id = $1", other_id)

    reply = await road.wire(road.urls[A] + "/federation/receipts", receipt, timeout_s=1)

    assert (reply.status, await road.a.refused()) == (403, ["RECEIPT_MISMATCH"])
    assert (await road.a.row(message_id)).receipt is None
    assert (await road.a.row(other_id)).receipt is None


async def test_revoked_box_key_sends_the_content_anew(road: Road) -> None:
    message_id = await road.a.enqueue(B, b"hello")
    raw = await raw_of(road, message_id)
    fresh = generate_box()
    old = [replace_key(entry) if entry.use == "box" else entry for entry in key_entries(road.zone.keys[B])]
    await road.publish(2, **{B: {"keys": [*old, KeyEntry(id=fresh.id, use="box", public=public_text(fresh.public))]}})
    road.change(B, boxes={**road.b.node.boxes, fresh.id: fresh})

    await pump(road, 3)

    assert await road.b.applied() == [b"hello"]
    assert (road.urls["gateway"] + "/relay/messages", raw) in road.wire.sent
    states = await road.a.pool.fetch("SELECT state, code, replaced_by FROM outbox ORDER BY number")
    assert [(row["state"], row["code"]) for row in states] == [("REFUSED", "CANNOT_OPEN"), ("DELIVERED", None)]
    assert states[0]["replaced_by"] is not None
    assert await road.a.heard() == [("ACCEPTED", None)]


def replace_key(entry: KeyEntry) -> KeyEntry:
    return with_changes(entry, state="REVOKED", retired_at=ISSUED)


async def test_unreadable_box_is_refused_for_good(road: Road) -> None:
    road.change(B, boxes={})
    message_id = await road.a.enqueue(B, b"hello")

    await pump(road, 2)

    assert (await road.a.row(message_id)).code == "CANNOT_OPEN"
    assert await road.a.heard() == [("REFUSED", "CANNOT_OPEN")]
    assert await road.a.count("outbox") == 1


async def test_sign_of_life_probes_once(road: Road) -> None:
    road.wire.down.add(road.urls["gateway"])
    for _ in range(3):
        await road.a.enqueue(B, b"hello")
    for _ in range(6):
        await sender.offer_due(road.a.node)
        road.clock.advance(6 * MINUTE)
    await sender.offer_due(road.a.node)
    road.wire.down.clear()
    await road.b.enqueue(A, b"I am here")

    await sender.offer_due(road.b.node)
    offered = await sender.offer_due(road.a.node)

    assert offered >= 1
    await sender.offer_due(road.a.node)
    assert len(await road.b.applied()) == 3


async def test_suspended_court_still_sends_messages(road: Road) -> None:
    await road.publish(2, **{A: {"state": "SUSPENDED"}})
    message_id = await road.a.enqueue(B, b"hello")

    await pump(road)

    assert (await road.a.row(message_id)).state is DeliveryState.DELIVERED


async def test_withdrawn_court_is_no_sender(road: Road) -> None:
    message_id = await road.a.enqueue(B, b"hello")
    raw = await raw_of(road, message_id)
    await road.publish(2, **{A: {"state": "WITHDRAWN"}})

    reply = await road.wire(road.urls[B] + "/federation/messages", raw, timeout_s=1)

    assert (reply.status, await road.b.refused()) == (403, ["NOT_A_MEMBER"])
    assert await road.b.count("inbox") == 0


async def test_directory_out_of_time_is_tried_again(road: Road) -> None:
    raw = await raw_of(road, await road.a.enqueue(B, b"hello"))
    road.clock.set(road.b.node.directory.current().expires_at)

    answer = await inbox.receive(road.b.node, raw, handler)

    assert answer == Retry("DIRECTORY_EXPIRED", stored=False)
    assert await road.b.count("inbox") == 0


async def test_payload_lies_encrypted_at_rest(road: Road) -> None:
    await road.a.enqueue(B, b"canary")

    payload = bytes(await road.a.pool.fetchval("SELECT payload FROM outbox"))

    assert b"canary" not in payload


async def test_rolled_back_act_sends_nothing(road: Road) -> None:
    async def act() -> None:
        async with transaction(road.a.pool) as conn:
            at_rest, now = road.a.node.at_rest, road.clock.now()
            await outbox.enqueue(conn, to=B, payload=b"x", at_rest=at_rest, track=None, now=now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await act()

    assert await sender.offer_due(road.a.node) == 0
    assert await road.a.count("outbox") == 0


async def test_oversized_payload_is_refused_at_once(road: Road) -> None:
    with pytest.raises(TooLong):
        await road.a.enqueue(B, bytes(256 * 1024))

    assert await road.a.count("outbox") == 0


async def test_largest_payload_arrives(road: Road) -> None:
    await road.a.enqueue(B, b"x" * MAX_PAYLOAD_BYTES)

    await pump(road)

    assert [len(payload) for payload in await road.b.applied()] == [MAX_PAYLOAD_BYTES]


async def test_track_goes_in_clear_and_status_is_found_by_task(road: Road) -> None:
    track = Track(
        task=uuid4(),
        seq=1,
        event="DISPATCHED",
        status="RECEIVED",
        holder=B,
        due_on=None,
        urgent=False,
        matter="SEIZE_VEHICLE",
    )
    message_id = await road.a.enqueue(B, b"hello", track)

    await sender.offer_due(road.a.node)

    async with road.relay.pool.acquire() as conn:
        [status] = await carried_messages.delivery_status(conn, track.task)
    assert (status.id, status.sender, status.destination, status.state) == (message_id, A, B, DeliveryState.DELIVERED)
    assert road.accepted[0].track == track
