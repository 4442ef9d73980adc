"""The gateway's statement to itself proves its key and its database."""

from dataclasses import replace

import msgspec
import pytest

from db.clock import SetClock
from db.pool import Pool
from federation.directory.directory import Directory
from federation.directory.document import KeyEntry
from federation.readiness.faults import NotKept, NotListed
from federation.readiness.gateway_message import exchange
from federation.wire.signing import generate_signing, public_text
from tests.federation.zone import Zone

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


@pytest.fixture
async def directory(zone: Zone, gateway_pool: Pool, clock: SetClock) -> Directory:
    found = Directory(zone.root, clock)
    async with gateway_pool.acquire() as conn:
        await found.accept(conn, zone.signed(1), clock.now())
    return found


async def _numbers(pool: Pool) -> list[int]:
    return [row["number"] for row in await pool.fetch("SELECT number FROM self_message")]


async def test_it_is_committed_and_overwritten(
    gateway_pool: Pool, clock: SetClock, directory: Directory, zone: Zone
) -> None:
    for _ in range(3):
        await exchange(gateway_pool, clock, directory, zone.gateway)

    assert await _numbers(gateway_pool) == [3]


async def test_a_key_that_is_not_listed_is_found(gateway_pool: Pool, clock: SetClock, directory: Directory) -> None:
    with pytest.raises(NotListed):
        await exchange(gateway_pool, clock, directory, generate_signing())


async def test_a_retired_key_is_found(gateway_pool: Pool, clock: SetClock, directory: Directory, zone: Zone) -> None:
    await exchange(gateway_pool, clock, directory, zone.gateway)
    fresh = generate_signing()
    entry = zone.document().gateway
    retired = msgspec.structs.replace(entry.keys[0], state="RETIRED", retired_at=clock.now())
    keys = [retired, KeyEntry(id=fresh.id, use="sign", public=public_text(fresh.public))]
    second = replace(zone, gateway=fresh).signed(2, gateway=msgspec.structs.replace(entry, keys=keys))
    async with gateway_pool.acquire() as conn:
        await directory.accept(conn, second, clock.now())

    with pytest.raises(NotListed):
        await exchange(gateway_pool, clock, directory, zone.gateway)

    await exchange(gateway_pool, clock, directory, fresh)


async def test_a_lost_commit_is_found(gateway_pool: Pool, clock: SetClock, directory: Directory, zone: Zone) -> None:
    await exchange(gateway_pool, clock, directory, zone.gateway)
    await gateway_pool.execute("""
        CREATE FUNCTION forget() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END';
        CREATE TRIGGER forget BEFORE UPDATE ON self_message FOR EACH ROW EXECUTE FUNCTION forget();
    """)

    with pytest.raises(NotKept):
        await exchange(gateway_pool, clock, directory, zone.gateway)
