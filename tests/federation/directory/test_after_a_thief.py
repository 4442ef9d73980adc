"""What is left of a thief's versions when the courts replaced the gateway's key: nothing, in memory and database."""

from typing import Any

import pytest

from db.clock import SetClock
from db.pool import Pool
from federation.directory.directory import Directory
from federation.directory.document import KeyEntry
from federation.directory.documents import court_name
from federation.directory.signed import Signed
from federation.wire import framing
from federation.wire.errors import MalformedDirectory
from federation.wire.signing import SigningKey, generate_signing, public_text
from tests.federation.directory.crafted import changed, crafted, witnesses
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

MOVED = "http://127.0.0.1:9999"


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


@pytest.fixture
def directory(zone: Zone) -> Directory:
    return Directory(zone.root, SetClock(ISSUED))


@pytest.fixture
def new() -> SigningKey:
    """The key that the courts give the gateway after the theft."""
    return generate_signing()


async def accept(pool: Pool, directory: Directory, raw: bytes) -> None:
    async with pool.acquire() as conn:
        await directory.accept(conn, raw, ISSUED)


def replaced(zone: Zone, raw: bytes, new: SigningKey) -> list[Signed[Any]]:
    """The root and the gateway's document by which its key is replaced."""
    old = KeyEntry(
        id=zone.gateway.id, use="sign", public=public_text(zone.gateway.public), state="REVOKED", retired_at=ISSUED
    )
    keys = [old, KeyEntry(id=new.id, use="sign", public=public_text(new.public))]
    voters = zone.signers.voters([KAIHUA, CHANGSHAN, SHEXIAN])
    return [changed(raw, "root", voters, gateway_keys=keys), changed(raw, "gateway", [("gateway", new)], version=1)]


async def test_a_thiefs_version_of_the_same_number_is_gone_after_a_restart(
    node_pool: Pool, directory: Directory, zone: Zone, new: SigningKey
) -> None:
    """Counting went on beside the thief's: the node starts again with the courts' listing, not with the thief's."""
    first = zone.signed(5)
    thiefs = crafted(zone, first, 6, changed(first, "gateway", [("gateway", zone.gateway)]))
    await accept(node_pool, directory, first)
    await accept(node_pool, directory, thiefs)

    by = [("gateway", new), *witnesses(zone)[1:]]
    await accept(node_pool, directory, crafted(zone, first, 6, *replaced(zone, first, new), by=by))
    restarted = Directory(zone.root, SetClock(ISSUED))
    async with node_pool.acquire() as conn:
        await restarted.load(conn)

    assert restarted.held is not None
    assert directory.held is not None
    assert restarted.held.listing == directory.held.listing
    assert restarted.held.fresh.raw == directory.held.fresh.raw


async def test_what_a_court_published_meanwhile_is_kept(
    node_pool: Pool, directory: Directory, zone: Zone, new: SigningKey
) -> None:
    """A court's own document that came with a thief's version stands in the lower one that keeps it, too."""
    first = zone.signed(5)
    moved = changed(first, court_name(KAIHUA), zone.signers.voters([KAIHUA]), url=MOVED)
    await accept(node_pool, directory, first)
    await accept(node_pool, directory, crafted(zone, first, 900, moved))

    by = [("gateway", new), *witnesses(zone)[1:]]
    await accept(node_pool, directory, crafted(zone, first, 7, moved, *replaced(zone, first, new), by=by))

    assert directory.current().version == 7
    assert directory.current().court(KAIHUA).url == MOVED


async def test_a_root_that_is_not_listed_moves_nothing(
    node_pool: Pool, directory: Directory, zone: Zone, new: SigningKey
) -> None:
    """Else the new key could set an older count over the same listing, and the version would go down."""
    first = zone.signed(5)
    root, _ = replaced(zone, first, new)
    await accept(node_pool, directory, first)
    lower = crafted(zone, first, 4, by=[("gateway", new), *witnesses(zone)[1:]])
    with_root = _with(lower, root)

    with pytest.raises(MalformedDirectory):
        await accept(node_pool, directory, with_root)

    assert directory.current().version == 5


def _with(raw: bytes, root: Signed[Any]) -> bytes:
    """That bundle, and a root beside it."""
    return raw + framing.join(root.raw)
