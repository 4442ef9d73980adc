"""The attacks that The Update Framework's specification names (1.0, sections 1.5.2 and 5), each tried on a process.

What a test of one rule shows is in test_advance.py; here a whole bundle goes through `Directory.accept`, and afterwards
nothing has changed: not the view, not the tables, not what a restart brings back. Endless data and slow retrieval,
which are attacks on fetching, are in test_feed.py.
"""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from db import directory_versions
from db.clock import SetClock
from db.pool import Pool
from federation.directory import bundle, signed
from federation.directory.directory import Directory
from federation.directory.document import KeyEntry
from federation.directory.documents import MembersDocument
from federation.directory.publish import public_entry
from federation.directory.signed import Signed
from federation.wire.errors import (
    BadSignature,
    DirectoryExpired,
    DirectoryForked,
    DirectoryRolledBack,
    MalformedDirectory,
    ThresholdNotReached,
    UnknownKey,
    WireError,
)
from federation.wire.signing import generate_signing, public_text
from tests.federation.directory.crafted import By, changed, crafted, document, witnesses
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio
COURTS = (KAIHUA, CHANGSHAN, SHEXIAN)
NOW = ISSUED + timedelta(hours=1)
TOP = 2**53 - 1


class Client:
    """A process that holds version 5, and whatever an attacker offers it."""

    def __init__(self, pool: Pool, zone: Zone) -> None:
        self.pool, self.zone, self.clock = pool, zone, SetClock(NOW)
        self.directory = Directory(zone.root, self.clock)
        self.first = zone.signed(5, agreements=[zone.agreement(None, None)])

    async def accept(self, raw: bytes) -> None:
        async with self.pool.acquire() as conn:
            await self.directory.accept(conn, raw, self.clock.now())

    async def state(self) -> tuple[Any, ...]:
        """What is held, in memory, in the tables, and after a restart."""
        async with self.pool.acquire() as conn:
            again = Directory(self.zone.root, self.clock)
            await again.load(conn)
            rows = [(each.version, each.fresh) for each in await directory_versions.newest(conn, 100)]
            documents = await conn.fetchval("SELECT count(*) FROM directory_documents")
        held = [each.held.fresh.raw for each in (self.directory, again) if each.held is not None]
        return rows, documents, held

    async def refuses(self, raw: bytes) -> WireError:
        before = await self.state()
        with pytest.raises(WireError) as error:
            await self.accept(raw)
        assert await self.state() == before
        return error.value

    def by(self, *courts: str) -> By:
        return self.zone.signers.voters(courts)

    def changed(self, name: str, by: By, **changes: Any) -> Signed[Any]:
        return changed(self.first, name, by, **changes)

    def crafted(self, version: int, *new: Signed[Any], **how: Any) -> bytes:
        return crafted(self.zone, self.first, version, *new, **how)


@pytest.fixture
async def client(node_pool: Pool) -> Client:
    made = Client(node_pool, Zone())
    await made.accept(made.first)
    return made


async def test_arbitrary_installation(client: Client) -> None:
    """Documents of the attacker's own, in a bundle of the right form: another zone's, and ours with other keys."""
    assert isinstance(await client.refuses(Zone().signed(6)), BadSignature)
    stranger = generate_signing()
    swapped = client.changed(f"court/{SHEXIAN}", [(SHEXIAN, stranger)], url="http://127.0.0.1:6666")
    assert isinstance(await client.refuses(client.crafted(6, swapped)), BadSignature)
    assert isinstance(await client.refuses(client.crafted(6, by=[("gateway", stranger)])), BadSignature)


async def test_arbitrary_document_in_anothers_place(client: Client) -> None:
    """A good signature is good for one format and one name: what 开化 signed of itself is nothing 歙县 said."""
    own = client.changed(f"court/{KAIHUA}", client.by(KAIHUA))
    as_other = signed.read(
        signed.join(own.body.replace(KAIHUA.encode(), SHEXIAN.encode()), own.signatures), type(own.document)
    )
    by_name = signed.read(
        signed.write(msgspec.structs.replace(own.document, court=SHEXIAN), client.by(KAIHUA)), type(own.document)
    )

    for forged in (as_other, by_name):
        assert isinstance(await client.refuses(client.crafted(6, forged)), BadSignature)


async def test_rollback_of_the_whole(client: Client) -> None:
    """An older directory, once good: of fresh, and of an issue of the same fresh."""
    older = client.crafted(4)
    later = client.crafted(5, issued=ISSUED + timedelta(minutes=30))
    await client.accept(later)

    for raw in (older, client.first, client.crafted(5)):
        assert isinstance(await client.refuses(raw), DirectoryRolledBack)


async def test_rollback_of_one_document(client: Client) -> None:
    """With a key that its court has since replaced, under a newer fresh."""
    by = client.by(SHEXIAN)
    for version in (6, 7):
        await client.accept(client.crafted(version, client.changed(f"court/{SHEXIAN}", by, version=version)))

    for old in (1, 6):
        again = client.changed(f"court/{SHEXIAN}", by, version=old) if old > 1 else None
        raw = client.crafted(8, *([again] if again else []))
        assert isinstance(await client.refuses(raw), DirectoryRolledBack)


async def test_rollback_of_members(client: Client) -> None:
    """An earlier decision of the threshold does not come back."""
    name, by = "members", client.by(*COURTS)
    suspended = _members(client, SHEXIAN, lost_at=NOW)
    await client.accept(client.crafted(6, suspended))

    assert isinstance(await client.refuses(client.crafted(7)), DirectoryRolledBack)
    same_number = client.changed(name, by)
    assert isinstance(await client.refuses(client.crafted(7, same_number)), DirectoryForked)


def _members(client: Client, code: str, **changes: Any) -> Signed[MembersDocument]:
    members = document(client.first, "members").document.members
    entries = [msgspec.structs.replace(each, **changes) if each.code == code else each for each in members]
    return client.changed("members", client.by(*COURTS), members=entries)


async def test_indefinite_freeze(client: Client) -> None:
    """The same good directory for ever: after its time it is acted upon by nobody, nor taken in by a new process."""
    end = ISSUED + timedelta(days=30)
    client.clock.set(end - timedelta(microseconds=1))
    assert client.directory.fresh(client.clock.now()).version == 5

    client.clock.set(end)

    with pytest.raises(DirectoryExpired):
        client.directory.fresh(client.clock.now())
    assert isinstance(await client.refuses(client.first), DirectoryExpired)


@pytest.mark.parametrize("name", ["root", "members"])
async def test_freeze_by_old_decisions(client: Client, name: str) -> None:
    """A fresh that is issued anew does not keep decisions alive whose own time is over."""
    soon = NOW + timedelta(days=1)
    await client.accept(client.crafted(6, client.changed(name, client.by(*COURTS), expires_at=soon)))
    client.clock.set(soon)

    with pytest.raises(DirectoryExpired):
        client.directory.fresh(client.clock.now())


async def test_fast_forward(client: Client) -> None:
    """A thief of the gateway's key alone cannot count up; with witnesses besides, the courts' next root undoes it."""
    thief = [("gateway", client.zone.gateway)]
    assert isinstance(await client.refuses(client.crafted(TOP, by=thief)), ThresholdNotReached)
    await client.accept(client.crafted(TOP))
    assert isinstance(await client.refuses(client.crafted(6)), DirectoryRolledBack)
    new = generate_signing()

    await client.accept(_with_new_gateway_key(client, 6, new))

    assert client.directory.current().version == 6
    _, _, held = await client.state()
    assert held[0] == held[1]  # after a restart too
    async with client.pool.acquire() as conn:
        assert [each.version for each in await directory_versions.newest(conn, 9)] == [6, 5]


def _with_new_gateway_key(client: Client, version: int, new: Any, state: str = "REVOKED") -> bytes:
    old = document(client.first, "root").document.gateway_keys[0]
    keys = [
        msgspec.structs.replace(old, state=state, retired_at=NOW),
        KeyEntry(id=new.id, use="sign", public=public_text(new.public)),
    ]
    root = client.changed("root", client.by(*COURTS), gateway_keys=keys)
    gateway = client.changed("gateway", [("gateway", new)], version=1)
    return client.crafted(version, root, gateway, by=[("gateway", new), *witnesses(client.zone)[1:]])


async def test_key_compromise_of_the_gateway(client: Client) -> None:
    """Revoked by the next root, its key signs no fresh, no document, no statement any more."""
    await client.accept(_with_new_gateway_key(client, 6, generate_signing()))

    assert isinstance(await client.refuses(client.crafted(7)), BadSignature)
    with pytest.raises(UnknownKey):
        client.directory.at(5).signing_key("gateway", client.zone.gateway.id)


async def test_key_compromise_of_a_court(client: Client) -> None:
    """Who has a court's governance key speaks for that court alone; who has its node's key does not even that."""
    theirs = [(SHEXIAN, client.zone.keys[SHEXIAN].signing)]
    stolen = client.by(SHEXIAN)

    assert isinstance(await client.refuses(client.crafted(6, client.changed(f"court/{SHEXIAN}", theirs))), BadSignature)
    assert isinstance(await client.refuses(client.crafted(6, client.changed(f"court/{KAIHUA}", stolen))), BadSignature)
    for name in ("members", "root", "agreement/zone"):
        assert isinstance(await client.refuses(client.crafted(6, client.changed(name, stolen))), ThresholdNotReached)


async def test_key_compromise_of_the_gateway_swaps_no_key_and_adds_no_court(client: Client) -> None:
    """Alone it decides on nothing but where it is itself, and even that only with witnesses."""
    thief, own = [("gateway", client.zone.gateway)], generate_signing()
    keys = [KeyEntry(id=own.id, use="sign", public=public_text(own.public)), *client.zone.court(SHEXIAN).keys]
    member = msgspec.structs.replace(
        document(client.first, "members").document.members[0],
        code="浙0999",
        governance=public_entry(own),
        identity=public_entry(generate_signing()),
    )
    members = [*document(client.first, "members").document.members, member]
    attempts = [
        client.changed(f"court/{SHEXIAN}", thief, keys=keys),
        client.changed("members", [*thief, ("浙0999", own)], members=members),
        client.changed("root", thief),
    ]

    for attempt in attempts:
        error = await client.refuses(client.crafted(6, attempt))
        assert isinstance(error, BadSignature | ThresholdNotReached), attempt
    moved = client.changed("gateway", thief, url="http://127.0.0.1:6666")
    assert isinstance(await client.refuses(client.crafted(6, moved, by=thief)), ThresholdNotReached)


async def test_mix_and_match(client: Client) -> None:
    """Documents that never stood together: a listing of one version, a document of another, all of them signed."""
    by = client.by(SHEXIAN)
    newer = client.changed(f"court/{SHEXIAN}", by, contracts=[1, 2])
    newest = client.changed(f"court/{SHEXIAN}", by, version=3, contracts=[1, 2, 3])
    six, seven = bundle.parse(client.crafted(6, newer)), bundle.parse(client.crafted(7, newest))
    old = bundle.parse(client.first)

    for listing, fresh, documents in (
        (six.listing, seven.fresh, [newest]),
        (seven.listing, six.fresh, [newest]),
        (seven.listing, seven.fresh, [newer]),
        (seven.listing, seven.fresh, []),
        (old.listing, seven.fresh, [newest]),
        (b"", seven.fresh, [newer]),
    ):
        raw = bundle.write(listing, fresh.raw, [each.raw for each in documents])
        error = await client.refuses(raw)
        assert isinstance(error, MalformedDirectory)
        assert error.part in {"listing", "documents"}


async def test_wrong_and_duplicate_signatures_count_once(client: Client) -> None:
    """One court's signature under three names, under one name thrice, and of a key that nobody listed."""
    key = client.zone.governance[KAIHUA]
    thrice = [(code, key) for code in COURTS]
    strange = [(code, generate_signing()) for code in COURTS]
    twice = [(KAIHUA, key), (KAIHUA, key), (KAIHUA, generate_signing()), (CHANGSHAN, client.zone.governance[CHANGSHAN])]

    for by, counted in ((thrice, 1), (strange, 0), (twice, 2)):
        error = await client.refuses(client.crafted(6, client.changed("members", by)))
        assert isinstance(error, ThresholdNotReached)
        assert (error.signed, error.needed) == (counted, 3)


async def test_threshold_of_the_old_root_and_of_the_new(client: Client) -> None:
    """Too few of the old voters cannot hand over, nor can the old voters impose one whom too few of the new want."""
    new = generate_signing()
    voters = document(client.first, "root").document.voters
    others = [msgspec.structs.replace(each, key=public_entry(new)) if each.court == KAIHUA else each for each in voters]

    for by in ((KAIHUA, CHANGSHAN), (CHANGSHAN, SHEXIAN)):
        signers = [*client.by(*by), (KAIHUA, new)]
        error = await client.refuses(client.crafted(6, client.changed("root", signers, voters=others)))
        assert isinstance(error, ThresholdNotReached)
        assert (error.part, error.signed) == ("root", 2)
    error = await client.refuses(client.crafted(6, client.changed("root", client.by(*COURTS), voters=others)))
    assert isinstance(error, ThresholdNotReached)  # the new key itself did not agree


async def test_wrong_threshold_is_no_root(client: Client) -> None:
    """Not even the threshold may lower the threshold."""
    root = msgspec.structs.replace(document(client.first, "root").document, version=2, threshold=1)
    offered = bundle.parse(client.crafted(6))
    raw = bundle.write(offered.listing, offered.fresh.raw, [signed.write(root, client.by(*COURTS))])

    assert isinstance(await client.refuses(raw), MalformedDirectory)


async def test_extraneous_dependencies(client: Client) -> None:
    """What is brought besides and stands in no listing is not kept."""
    besides = client.changed(f"court/{SHEXIAN}", client.by(SHEXIAN), version=9)
    offered = bundle.parse(client.crafted(6, client.changed(f"court/{KAIHUA}", client.by(KAIHUA))))
    documents = [*offered.roots, *offered.documents, besides]

    await client.accept(bundle.write(offered.listing, offered.fresh.raw, [each.raw for each in documents]))

    assert client.directory.held is not None
    assert client.directory.held.documents[f"court/{SHEXIAN}"].document.version == 1
    async with client.pool.acquire() as conn:
        assert await conn.fetchval("SELECT count(*) FROM directory_documents WHERE version = 9") == 0


async def test_issues_of_a_clock_that_is_wrong(client: Client) -> None:
    """One from the future is the newest of its version, and no floor to the next version."""
    await client.accept(client.crafted(6, issued=NOW + timedelta(days=1)))

    assert isinstance(await client.refuses(client.crafted(6)), DirectoryRolledBack)
    await client.accept(client.crafted(7))

    assert client.directory.current().version == 7
