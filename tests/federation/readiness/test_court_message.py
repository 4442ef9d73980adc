"""A court's message to itself proves every key and the database, and says which of them is wrong."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import asyncpg
import msgspec
import pytest

from db import self_messages
from db.at_rest import AtRest
from db.clock import SetClock, wall_now
from db.pool import Conn, Pool
from federation.delivery.mark import MarkFile
from federation.delivery.node import DeliveryNode
from federation.directory.directory import Directory
from federation.directory.fetch import nothing_newer
from federation.readiness.court_message import exchange
from federation.readiness.faults import NotKept, NotListed, NotTheDatabases
from federation.wire import envelope, keyfile
from federation.wire.errors import MalformedEnvelope, UnknownVersion
from federation.wire.keyfile import NodeKeys
from tests.federation.zone import KAIHUA, Zone, key_entries

pytestmark = pytest.mark.anyio

_ROW = "SELECT number, content FROM self_message"


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def directory(zone: Zone, node_pool: Pool, clock: SetClock) -> Directory:
    found = Directory(zone.root, clock)
    await _publish(found, node_pool, clock, zone.signed(1))
    return found


async def _publish(directory: Directory, pool: Pool, clock: SetClock, raw: bytes) -> None:
    async with pool.acquire() as conn:
        await directory.accept(conn, raw, clock.now())


@pytest.fixture
def court(zone: Zone, directory: Directory, node_pool: Pool, clock: SetClock, tmp_path: Path) -> DeliveryNode:
    async def nobody(*_: Any, **__: Any) -> Any:
        raise AssertionError("a message to itself leaves nowhere")

    keys = zone.keys[KAIHUA]
    return DeliveryNode(
        code=KAIHUA,
        pool=node_pool,
        clock=clock,
        at_rest=AtRest(keys.storage, keys.index),
        directory=directory,
        signer=keys.signing,
        boxes={keys.box.id: keys.box},
        epoch=1,
        gateway_url="http://127.0.0.1:9",
        post=nobody,
        mark=MarkFile(tmp_path),
        fetch=nothing_newer,
        jitter=lambda: 0.0,
    )


def with_keys(court: DeliveryNode, keys: NodeKeys) -> DeliveryNode:
    at_rest = AtRest(keys.storage, keys.index)
    return replace(court, signer=keys.signing, boxes={keys.box.id: keys.box}, at_rest=at_rest)


async def own(_: Conn) -> bool:
    return True


async def foreign(_: Conn) -> bool:
    return False


async def _row(pool: Pool) -> tuple[int, bytes] | None:
    row = await pool.fetchrow(_ROW)
    return None if row is None else (row["number"], row["content"])


async def test_it_is_committed_and_overwritten(court: DeliveryNode) -> None:
    said = await exchange(court, own)
    first = await _row(court.pool)
    await exchange(court, own)
    second = await _row(court.pool)

    assert first is not None
    assert second is not None
    assert (first[0], second[0]) == (1, 2)
    assert first[1] != second[1]
    assert abs((wall_now() - said).total_seconds()) < 60


async def test_what_lies_in_the_database_is_encrypted(court: DeliveryNode) -> None:
    await exchange(court, own)

    row = await _row(court.pool)
    assert row is not None
    with pytest.raises(MalformedEnvelope):
        envelope.parse(row[1])
    assert KAIHUA.encode() not in row[1]


async def test_nothing_of_the_road_is_written(court: DeliveryNode) -> None:
    await exchange(court, own)

    for table in ("outbox", "inbox", "pairs", "refused_envelopes"):
        assert await court.pool.fetchval(f"SELECT count(*) FROM {table}") == 0


@pytest.mark.parametrize("other", ["signing", "box"])
async def test_a_key_that_is_not_listed_is_found(court: DeliveryNode, zone: Zone, other: str) -> None:
    stranger = keyfile.generate(KAIHUA)
    wrong = with_keys(court, replace(zone.keys[KAIHUA], **{other: getattr(stranger, other)}))

    with pytest.raises(NotListed):
        await exchange(wrong, own)

    await exchange(court, own)


@pytest.mark.parametrize("other", ["signing", "box"])
async def test_another_key_under_the_listed_id_is_found(court: DeliveryNode, zone: Zone, other: str) -> None:
    listed, stranger = getattr(zone.keys[KAIHUA], other), keyfile.generate(KAIHUA)
    false = replace(getattr(stranger, other), id=listed.id)

    with pytest.raises(NotListed):
        await exchange(with_keys(court, replace(zone.keys[KAIHUA], **{other: false})), own)


@pytest.mark.parametrize("state", ["RETIRED", "REVOKED"])
@pytest.mark.parametrize("place", [0, 1])
async def test_a_key_that_is_no_longer_good_is_found(
    court: DeliveryNode, zone: Zone, clock: SetClock, state: str, place: int
) -> None:
    await exchange(court, own)
    entries = key_entries(zone.keys[KAIHUA])
    entries[place] = msgspec.structs.replace(entries[place], state=state, retired_at=clock.now())
    fresh = key_entries(keyfile.generate(KAIHUA))[place]
    courts = [zone.court(KAIHUA, keys=[*entries, fresh]), *zone.document().courts[1:]]
    await _publish(court.directory, court.pool, clock, zone.signed(2, courts=courts))

    with pytest.raises(NotListed):
        await exchange(court, own)


async def test_a_court_that_is_no_member_yet_uses_its_own_keys(court: DeliveryNode, zone: Zone) -> None:
    applicant = replace(court, code="浙0881")

    await exchange(applicant, own)

    assert await _row(court.pool) is not None
    with pytest.raises(NotTheDatabases):
        await exchange(with_keys(applicant, replace(zone.keys[KAIHUA], storage=bytes(32))), own)


@pytest.mark.parametrize("other", ["storage", "index"])
async def test_other_keys_at_rest_are_found_and_leave_the_row(court: DeliveryNode, zone: Zone, other: str) -> None:
    await exchange(court, own)
    before = await _row(court.pool)
    zero: dict[str, Any] = {other: bytes(32)}
    wrong = with_keys(court, replace(zone.keys[KAIHUA], **zero))

    for _ in range(2):
        with pytest.raises(NotTheDatabases):
            await exchange(wrong, own)

    assert await _row(court.pool) == before
    await exchange(court, own)


async def test_the_first_message_asks_the_courts_data(court: DeliveryNode) -> None:
    with pytest.raises(NotTheDatabases):
        await exchange(court, foreign)
    assert await _row(court.pool) is None

    await exchange(court, own)
    await exchange(court, foreign)  # from then on the row is asked

    assert (await _row(court.pool) or (0,))[0] == 2


async def test_a_lost_commit_is_found(court: DeliveryNode) -> None:
    await exchange(court, own)
    await court.pool.execute("""
        CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
        CREATE TRIGGER forget BEFORE UPDATE ON self_message FOR EACH ROW EXECUTE FUNCTION forget();
    """)

    with pytest.raises(NotKept):
        await exchange(court, own)


async def test_several_processes_take_turns(court: DeliveryNode) -> None:
    async with anyio.create_task_group() as group:
        for _ in range(12):
            group.start_soon(exchange, court, own)

    assert (await _row(court.pool) or (0,))[0] == 12


async def test_without_a_directory_it_is_not_sent(court: DeliveryNode, zone: Zone, clock: SetClock) -> None:
    with pytest.raises(UnknownVersion):
        await exchange(replace(court, directory=Directory(zone.root, clock)), own)

    assert await _row(court.pool) is None


async def test_a_database_that_takes_nothing_is_named(court: DeliveryNode) -> None:
    async with court.pool.acquire() as conn, conn.transaction(readonly=True):
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError) as caught:
            await self_messages.put(conn, b"")
    assert self_messages.fault(caught.value) == "read-only"

    await court.pool.execute("DROP TABLE self_message")
    with pytest.raises(asyncpg.UndefinedTableError) as missing:
        await exchange(court, own)
    assert self_messages.fault(missing.value) == "not migrated"


@pytest.fixture(autouse=True)
async def _nothing_is_left_locked(node_pool: Pool) -> AsyncIterator[None]:
    yield
    assert await node_pool.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 0
