"""A court whose database was restored from a backup gets back what it had forgotten."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from db import lives
from db.pool import Conn
from db.records.delivery import DeliveryState
from federation.delivery import epoch, resync, sender
from federation.delivery.control import Reoffered, decode, tell
from federation.delivery.mark import MarkFile
from federation.delivery.node import NotYet, Refused, RefusedEvent
from federation.directory.directory import Directory
from federation.rules.lives import Position
from federation.wire import envelope
from federation.wire.header import Track
from tests.federation.delivery.road import NODE_TABLES, A, B, Court, Road, begin, pump, sign

pytestmark = pytest.mark.anyio
C = "皖1021"
REFUSED: RefusedEvent = (str(uuid4()), 2, "a" * 64)
WITHOUT_C = {C: {"state": "WITHDRAWN"}}


@pytest.fixture
async def road(road: Road) -> Road:
    """A and B alone in the zone."""
    await road.publish(2, **WITHOUT_C)
    return road


async def restart(road: Road, code: str, folder: Path) -> Court:
    """The court begins again with what its database and its mark say."""
    old = road.courts[code].node
    directory = Directory(road.zone.root, road.clock)
    async with old.pool.acquire() as conn:
        await directory.accept(conn, sign(road.zone, road.urls, 2, **WITHOUT_C), road.clock.now())
    return road.court(await begin(road, code, old.pool, directory, folder, post=road.wire))


async def lose_database(court: Court) -> None:
    await court.pool.execute(f"TRUNCATE {NODE_TABLES} RESTART IDENTITY CASCADE")


async def test_normal_restart_needs_no_network(road: Road, tmp_path: Path) -> None:
    await road.a.enqueue(B, b"hello")
    await pump(road)
    sent = len(road.wire.sent)

    again = await restart(road, A, tmp_path / "330824")

    assert again.node.epoch == 1
    assert await sender.offer_due(again.node) == 0
    assert len(road.wire.sent) == sent


async def test_mark_covers_what_left(road: Road, tmp_path: Path) -> None:
    await road.a.enqueue(B, b"hello")
    await pump(road)

    assert MarkFile(tmp_path / "330824").read() == Position(1, 1)  # one message sent
    assert MarkFile(tmp_path / "330822").read() == Position(1, 1)  # one answer signed


async def test_lost_mark_begins_a_new_life(road: Road, tmp_path: Path) -> None:
    await road.a.enqueue(B, b"hello")
    await pump(road)
    (tmp_path / "330824" / "mark.json").unlink()

    again = await restart(road, A, tmp_path / "330824")

    assert again.node.epoch == 2
    async with again.pool.acquire() as conn:
        with pytest.raises(epoch.Resyncing):
            await epoch.require_confirmed(conn, B)


async def test_restored_court_gets_everything_back(road: Road, tmp_path: Path) -> None:
    ours = await road.a.enqueue(B, b"n:1", track())
    await pump(road)
    for number in range(1, 5):
        await road.b.enqueue(A, b"n:%d" % number)
    await road.b.enqueue(A, b"refuse:NO")
    await pump(road, 2)
    receipts = await road.a.pool.fetch("SELECT id, digest, receipt FROM inbox WHERE state = 'ACCEPTED' ORDER BY id")
    before = await road.a.applied()

    await lose_database(road.a)
    again = await restart(road, A, tmp_path / "330824")
    assert again.node.epoch == 2
    await pump(road, 4)

    assert await again.applied() == before == [b"n:1", b"n:2", b"n:3", b"n:4"]
    mine = await again.row(ours)
    assert (mine.state, mine.peer, mine.task is not None) == (DeliveryState.DELIVERED, B, True)
    assert ("RETURNED", None) in await again.heard()
    back = await again.pool.fetch(
        "SELECT id, digest, receipt FROM inbox WHERE id = ANY($1) ORDER BY id", [row["id"] for row in receipts]
    )
    assert [tuple(row) for row in back] == [tuple(row) for row in receipts]
    async with again.pool.acquire() as conn:
        await epoch.require_confirmed(conn, B)
        life = await lives.current(conn)
    assert life is not None
    assert life.resynced_at is not None


async def test_new_messages_wait_until_confirmed(road: Road, tmp_path: Path) -> None:
    await road.b.enqueue(A, b"n:1")
    await pump(road)
    await lose_database(road.a)
    again = await restart(road, A, tmp_path / "330824")
    await road.b.enqueue(A, b"n:2")

    await sender.offer_due(road.b.node)
    assert await again.applied() == []
    assert await again.pool.fetchval("SELECT code FROM inbox") == "RESYNCING"
    await pump(road, 4)

    assert await again.applied() == [b"n:1", b"n:2"]


async def test_unsent_messages_get_new_ids(road: Road, tmp_path: Path) -> None:
    old = await road.a.enqueue(B, b"hello")
    (tmp_path / "330824" / "mark.json").unlink()

    again = await restart(road, A, tmp_path / "330824")
    await pump(road, 3)

    assert await again.pool.fetchval("SELECT count(*) FROM outbox WHERE id = $1", old) == 0
    assert await road.b.applied() == [b"hello"]


async def test_old_bytes_are_offered_as_they_were(road: Road, tmp_path: Path) -> None:
    message_id = await road.a.enqueue(B, b"hello")
    raw = await sender._first_bytes(road.a.node, message_id)
    (tmp_path / "330824" / "mark.json").unlink()

    await restart(road, A, tmp_path / "330824")
    await pump(road, 3)

    kept = await road.b.pool.fetchval("SELECT envelope FROM inbox WHERE id = $1", message_id)
    assert bytes(kept) == raw
    assert envelope.parse(raw).header.epoch == 1


async def test_message_of_an_ended_life_goes_out_anew(road: Road, tmp_path: Path) -> None:
    """Once the peer heard of the new life, the old bytes are refused; the sender, who knows them, sends it again."""
    message_id = await road.a.enqueue(B, b"hello")
    await sender._first_bytes(road.a.node, message_id)
    (tmp_path / "330824" / "mark.json").unlink()
    again = await restart(road, A, tmp_path / "330824")
    await again.pool.execute(
        "UPDATE outbox SET next_attempt_at = next_attempt_at + interval '9 min' WHERE id = $1", message_id
    )

    await pump(road, 6)

    assert (await again.row(message_id)).code == "LIFE_OVER"
    assert set(await again.heard()) == {("ACCEPTED", None)}
    assert await road.b.applied() == [b"hello"]


async def test_forgotten_message_under_way_never_takes_effect(road: Road, tmp_path: Path) -> None:
    """The peer gave back all that it had accepted: what comes after that, nobody here would know of."""
    raw = await sender._first_bytes(road.a.node, await road.a.enqueue(B, b"hello"))
    await lose_database(road.a)
    again = await restart(road, A, tmp_path / "330824")
    await pump(road, 4)
    async with again.pool.acquire() as conn:
        await epoch.require_confirmed(conn, B)

    await road.wire(road.urls[B] + "/federation/messages", raw, timeout_s=1.0)

    assert await road.b.applied() == []
    assert await road.b.pool.fetchval("SELECT code FROM inbox WHERE state = 'REFUSED'") == "LIFE_OVER"


async def test_what_was_under_way_is_let_in_once_the_peer_told_of_it(road: Road, tmp_path: Path) -> None:
    """The peer's head is a message that is still under way: it may not wait for the head, and the head for it."""
    await road.b.enqueue(A, b"n:1")
    await pump(road)
    await lose_database(road.a)
    again = await restart(road, A, tmp_path / "330824")

    async def heads_agree(conn: Conn, _peer: str, _heads: object) -> None:
        if not await conn.fetchval("SELECT EXISTS (SELECT FROM applied WHERE payload = 'n:2'::bytea)"):
            raise NotYet("HEADS_BEHIND")

    again = road.change(A, hooks=replace(again.node.hooks, confirm_heads=heads_agree))
    await road.b.enqueue(A, b"n:2")

    await pump(road, 6)

    assert await again.applied() == [b"n:1", b"n:2"]
    async with again.pool.acquire() as conn:
        await epoch.require_confirmed(conn, B)


async def test_answer_of_an_ended_life_does_not_close_a_message(road: Road, tmp_path: Path) -> None:
    """The gateway still has the answer; what it says was forgotten with the life that gave it."""
    raw = await sender._first_bytes(road.b.node, await road.b.enqueue(A, b"n:1"))
    await road.wire(road.b.node.gateway_url + "/relay/messages", raw, timeout_s=1.0)
    assert await road.a.applied() == [b"n:1"]
    await lose_database(road.a)
    again = await restart(road, A, tmp_path / "330824")
    await sender.offer_due(again.node)  # B hears of the new life first

    await pump(road, 6)

    assert await again.applied() == [b"n:1"]


async def test_what_was_refused_is_told_before_new_messages_are_let_in(road: Road, tmp_path: Path) -> None:
    told: list[RefusedEvent] = []
    again = await _restored_while_something_was_refused(road, tmp_path, told)

    await pump(road, 6)

    assert set(told) == {REFUSED}
    async with again.pool.acquire() as conn:
        await epoch.require_confirmed(conn, B)


async def test_court_of_the_release_before_is_told_again_without_what_it_refused(
    road: Road, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def older(content: bytes) -> object:
        if b"refused" in content:
            raise Refused("MALFORMED_CONTROL")
        return decode(content)

    told: list[RefusedEvent] = []
    again = await _restored_while_something_was_refused(road, tmp_path, told)
    monkeypatch.setattr(resync, "decode", older)

    await pump(road, 6)

    assert told == []
    assert await again.pool.fetchval("SELECT code FROM inbox WHERE state = 'REFUSED'") == "MALFORMED_CONTROL"
    async with again.pool.acquire() as conn:
        await epoch.require_confirmed(conn, B)


async def _restored_while_something_was_refused(road: Road, tmp_path: Path, told: list[RefusedEvent]) -> Court:
    """A begins again; B knows of one event that A had refused, and A's enforcement notes in `told` what it hears."""

    async def refused_by(_conn: Conn, _peer: str) -> list[RefusedEvent]:
        return [REFUSED]

    async def remember(_conn: Conn, _peer: str, refused: Sequence[RefusedEvent]) -> None:
        told.extend(refused)

    await road.b.enqueue(A, b"n:1")
    await pump(road)
    await lose_database(road.a)
    again = await restart(road, A, tmp_path / "330824")
    road.change(B, hooks=replace(road.b.node.hooks, refused_by=refused_by))
    return road.change(A, hooks=replace(again.node.hooks, remember_refused=remember))


async def test_claims_without_proof_are_refused(road: Road, tmp_path: Path) -> None:
    theirs = await road.b.enqueue(A, b"n:1")
    await pump(road)
    row = await road.b.row(theirs)
    assert row.envelope is not None
    assert row.receipt is not None
    await lose_database(road.a)
    again = await restart(road, A, tmp_path / "330824")
    other = await road.b.enqueue(A, b"n:9")
    head = envelope.parse(await sender._first_bytes(road.b.node, other)).header_bytes
    async with road.b.pool.acquire() as conn, conn.transaction():
        await tell(
            conn,
            A,
            Reoffered(epoch=2, head=head, receipt=row.receipt, payload=b"n:9"),
            at_rest=road.b.node.at_rest,
            now=road.clock.now(),
            lifetime=road.b.node.lifetime,
        )

    await pump(road, 1)

    codes = await again.pool.fetch("SELECT code FROM inbox WHERE state = 'REFUSED'")
    assert [row["code"] for row in codes] == ["PROOF_MISMATCH"]
    assert b"n:9" not in await again.applied()


def track() -> Track:
    return Track(
        task=uuid4(),
        seq=1,
        event="DISPATCHED",
        status="RECEIVED",
        holder=B,
        due_on=None,
        urgent=False,
        matter="SEIZE_VEHICLE",
    )
