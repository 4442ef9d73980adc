"""What a court's node signs as seen, and what it does not: it is no stamp of the gateway's."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import anyio
import msgspec
import pytest

from api.directory_endpoints import witness_routes
from db.clock import SetClock
from db.pool import open_pool
from federation.directory import bundle, signed, witnessing
from federation.directory.document import KeyEntry
from federation.directory.witnessing import Witness
from federation.wire.errors import (
    BadSignature,
    DirectoryForked,
    DirectoryRolledBack,
    MalformedDirectory,
    WireError,
)
from federation.wire.signing import SigningKey, generate_signing, public_text
from tests.enforcement.lookup_zone import listener, serving
from tests.federation.directory.crafted import By, changed, crafted, document
from tests.federation.directory.publishing_zone import COURTS, PublishingZone, publishing_zone
from tests.federation.zone import KAIHUA, SHEXIAN

pytestmark = pytest.mark.anyio


@pytest.fixture
async def made(new_database: Callable[..., Any], clock: SetClock) -> AsyncIterator[PublishingZone]:
    async with publishing_zone(new_database, clock) as opened:
        yield opened


@pytest.fixture
def node(made: PublishingZone) -> Witness:
    return made.nodes[KAIHUA]


def offered(
    made: PublishingZone, version: int, *new: Any, hours: int = 24, by: By | None = None, issued: datetime | None = None
) -> bytes:
    """What the gateway offers: its own signature and nobody else's."""
    signer = [("gateway", made.zone.gateway)] if by is None else by
    return crafted(
        made.zone,
        made.first,
        version,
        *new,
        by=signer,
        whole=False,
        issued=issued or made.clock.now(),
        lasting=timedelta(hours=hours),
    )


async def written(node: Witness) -> list[int]:
    rows = await node.pool.fetch("SELECT version FROM directory_witnessed ORDER BY version")
    return [row["version"] for row in rows]


async def test_what_follows_is_signed_and_written_down(made: PublishingZone, node: Witness) -> None:
    """By the node's own key; the directory held does not change by it."""
    raw = offered(made, 2, made.officers(SHEXIAN))

    signature = await witnessing.witness(node, raw)

    fresh = bundle.parse(raw).fresh
    assert (signature.by, signature.key) == (KAIHUA, made.zone.keys[KAIHUA].signing.id)
    with_it = signed.read(signed.join(fresh.body, [signature]), type(fresh.document))
    assert with_it.signers({(KAIHUA, signature.key): made.zone.keys[KAIHUA].signing.public}) == {KAIHUA}
    assert await written(node) == [2]
    assert node.directory.current().version == 1


async def refused(node: Witness, raw: bytes) -> WireError:
    with pytest.raises(WireError) as error:
        await witnessing.witness(node, raw)
    return error.value


async def test_what_is_not_to_be_accepted_is_not_witnessed(made: PublishingZone, node: Witness) -> None:
    """Another court's document signed by the gateway, a version not the gateway's, an older one."""
    thief = [("gateway", made.zone.gateway)]
    swapped = changed(made.first, f"court/{SHEXIAN}", thief, officers=[], liaison=[])

    assert isinstance(await refused(node, offered(made, 2, swapped)), BadSignature)
    by = [(KAIHUA, made.zone.keys[KAIHUA].signing)]
    assert isinstance(await refused(node, offered(made, 2, made.officers(SHEXIAN), by=by)), BadSignature)
    assert isinstance(await refused(node, b""), MalformedDirectory)
    assert await written(node) == []


@pytest.mark.parametrize(
    ("minutes", "hours", "part"), [(6, 24, "issued_at"), (-6, 24, "issued_at"), (0, 25, "expires_at")]
)
async def test_only_what_is_issued_now_and_for_a_day(
    made: PublishingZone, node: Witness, minutes: int, hours: int, part: str
) -> None:
    """Else a stolen issue would be good on another day, or for ever."""
    made.clock.advance(timedelta(minutes=30))
    issued = made.clock.now() + timedelta(minutes=minutes)

    error = await refused(node, offered(made, 2, made.officers(SHEXIAN), hours=hours, issued=issued))

    assert isinstance(error, MalformedDirectory)
    assert error.part == part
    assert await written(node) == []


async def test_two_listings_of_one_version_are_not_witnessed(made: PublishingZone, node: Witness) -> None:
    """Nor a version below the highest one witnessed, though neither was ever published; by no process of the court."""
    await witnessing.witness(node, offered(made, 3, made.officers(SHEXIAN)))
    other_process = Witness(
        node.code, node.pool, node.clock, type(node.directory)(made.zone.root, made.clock), node.signer
    )

    for each in (node, other_process):
        assert isinstance(await refused(each, offered(made, 3, made.officers(KAIHUA))), DirectoryForked)
        assert isinstance(await refused(each, offered(made, 2, made.officers(SHEXIAN))), DirectoryRolledBack)
    assert await written(node) == [3]


async def test_the_same_version_may_be_issued_later(made: PublishingZone, node: Witness) -> None:
    """And not earlier again."""
    raw = offered(made, 2, made.officers(SHEXIAN))
    await witnessing.witness(node, raw)
    made.clock.advance(timedelta(minutes=1))

    assert await witnessing.witness(node, offered(made, 2, made.officers(SHEXIAN)))
    assert isinstance(await refused(node, raw), DirectoryRolledBack)


async def test_a_court_that_has_no_directory_yet_witnesses_its_founding(
    made: PublishingZone, new_database: Callable[..., Any]
) -> None:
    """From the pinned root alone."""
    pool = await open_pool(await new_database("node"), size=2)
    node = Witness(
        KAIHUA, pool, made.clock, type(made.directory)(made.zone.root, made.clock), made.nodes[KAIHUA].signer
    )
    whole = crafted(
        made.zone,
        made.first,
        1,
        by=[("gateway", made.zone.gateway)],
        issued=made.clock.now(),
        lasting=timedelta(hours=24),
    )

    assert (await witnessing.witness(node, whole)).by == KAIHUA
    await pool.close()


async def test_a_thiefs_count_is_no_floor_after_the_key_is_replaced(made: PublishingZone, node: Witness) -> None:
    """What was witnessed for a key that the courts have replaced binds nobody to its numbers."""
    await witnessing.witness(node, offered(made, 2**53 - 1, made.officers(SHEXIAN)))
    new, old = generate_signing(), document(made.first, "root").document.gateway_keys[0]
    keys = [
        msgspec.structs.replace(old, state="REVOKED", retired_at=made.clock.now()),
        KeyEntry(id=new.id, use="sign", public=public_text(new.public)),
    ]
    root = changed(made.first, "root", made.zone.signers.voters(COURTS), gateway_keys=keys)
    gateway = changed(made.first, "gateway", [("gateway", new)], version=1)

    assert isinstance(await refused(node, offered(made, 2, made.officers(KAIHUA))), DirectoryRolledBack)
    assert await witnessing.witness(node, offered(made, 2, root, gateway, by=[("gateway", new)]))


async def test_a_signature_that_is_none_does_not_say_whose_number_it_was(made: PublishingZone, node: Witness) -> None:
    """Else a false one, by a key that is soon replaced, would set free what the good key signed."""
    old = document(made.first, "root").document.gateway_keys[0]
    other = SigningKey("s-000", generate_signing().private)
    keys = [old, KeyEntry(id=other.id, use="sign", public=public_text(other.public))]
    root = changed(made.first, "root", made.zone.signers.voters(COURTS), gateway_keys=keys)
    forged = SigningKey(other.id, generate_signing().private)
    by: By = [("gateway", made.zone.gateway), ("gateway", forged)]

    await witnessing.witness(node, offered(made, 2, root, by=by))

    assert await node.pool.fetchval("SELECT gateway_key FROM directory_witnessed WHERE version = 2") == old.id


async def test_who_sends_slowly_keeps_nobody_from_being_witnessed(made: PublishingZone, node: Witness) -> None:
    """Anybody may post here: a few bodies that never end must not be in the gateway's way."""
    stop = anyio.Event()

    async def endless() -> AsyncIterator[bytes]:
        yield b"."
        await stop.wait()

    async with AsyncExitStack() as stack:
        sock = stack.enter_context(listener())
        await stack.enter_async_context(serving([*witness_routes(node)], sock))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        url = f"http://127.0.0.1:{sock.getsockname()[1]}{witnessing.PATH}"

        async def send_slowly() -> None:
            async with session.post(url, data=endless()):
                pass

        async with anyio.create_task_group() as slow:
            for _ in range(4):
                slow.start_soon(send_slowly)
            await anyio.sleep(0.2)
            with anyio.fail_after(5):
                async with session.post(url, data=offered(made, 2, made.officers(SHEXIAN))) as answer:
                    assert answer.status == 200
            stop.set()
