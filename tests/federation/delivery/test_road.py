"""A message's life when something goes wrong on the way, in process, with faults put in."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from msgspec.structs import replace as with_changes

from db import carried_messages, pairs
from db import outbox as rows
from db.ids import new_id
from db.pool import transaction
from db.records.delivery import DeliveryState
from federation.delivery import inbox, outbox, overdue, sender, settle
from federation.delivery.checks import CannotVerifyNow
from federation.delivery.inbox import Retry
from federation.delivery.node import LIFETIME
from federation.delivery.outbox import MAX_PAYLOAD_BYTES
from federation.delivery.post import Reply
from federation.directory.document import KeyEntry
from federation.relay import messages, queue
from federation.wire import envelope
from federation.wire.decryption import generate_box
from federation.wire.errors import TooLong
from federation.wire.header import Track
from federation.wire.signing import public_text
from tests.federation.delivery.road import MINUTE, A, B, Road, handler, pump, raw_of
from tests.federation.zone import ISSUED, key_entries

pytestmark = pytest.mark.anyio


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
    """And what it is about, which its carriers saw the first time."""
    about = outbox.Reference(new_id(road.a.node.clock.now()), "0" * 64)
    message_id = await road.a.enqueue(B, b"hello", None, about)
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
    carried = [envelope.parse(sent).header for url, sent in road.wire.sent if url.endswith("/relay/messages")]
    assert {(head.re, head.re_digest) for head in carried} == {(about.id, about.digest)}
    assert len({head.id for head in carried}) == 2
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


async def test_what_was_answered_is_answered_again_without_a_directory(road: Road) -> None:
    """The sender, whose gateway lost the answer, still gets it, byte for byte, and closes its message with it."""
    raw = await raw_of(road, await road.a.enqueue(B, b"hello"))
    answer = await inbox.receive(road.b.node, raw, handler)
    road.clock.set(road.b.node.directory.current().expires_at)

    again = await inbox.receive(road.b.node, raw, handler)
    state = await settle.settle(road.a.node, bytes(again))  # type: ignore[arg-type]  # an answer, as asserted below

    assert again == answer
    assert state is DeliveryState.DELIVERED
    assert await road.b.applied() == [b"hello"]


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
