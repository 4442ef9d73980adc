"""What is no genuine message to this court is refused and written down, and leaves nothing else."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import msgspec
import pytest
from msgspec.structs import replace as with_changes

from federation.delivery import inbox
from federation.delivery.checks import NotGenuine
from federation.delivery.node import LIFETIME
from federation.relay import messages
from federation.wire import envelope
from federation.wire.encryption import write
from federation.wire.header import Track
from tests.federation.delivery.road import MINUTE, A, B, Road, handler, raw_of

pytestmark = pytest.mark.anyio


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


async def test_control_message_tells_the_zone_of_no_task(road: Road) -> None:
    """What two nodes say of the road itself moves no track: else a court could end a task for the gateway alone."""
    raw = await raw_of(road, await road.a.enqueue(B, b"hello"))
    asks = b"\x01" + msgspec.msgpack.encode({"kind": "ask", "epoch": 1, "since": None})
    ended = Track(
        task=uuid4(),
        seq=2**31 - 1,
        event="COMPLETED",
        status="COMPLETED",
        holder=A,
        due_on=None,
        urgent=False,
        matter="SEIZE_VEHICLE",
    )

    await road.wire(road.urls["gateway"] + "/relay/messages", rewritten(road, raw, asks, track=ended), timeout_s=1)

    assert await road.b.pool.fetchval("SELECT code FROM inbox") == "TRACK_MISMATCH"
    assert await road.b.count("outbox") == 0
    assert road.accepted == []
