from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import anyio
import msgspec
import pytest

from db import directory_versions
from db.clock import SetClock
from db.directory_versions import DirectoryVersionRecord
from db.ids import new_id
from db.pool import Pool
from federation.directory import bundle
from federation.directory.directory import Directory
from federation.directory.document import KeyEntry
from federation.directory.documents import SuspensionEntry
from federation.wire import encryption, envelope, statement
from federation.wire.envelope import Envelope
from federation.wire.errors import (
    BadSignature,
    DirectoryExpired,
    DirectoryForked,
    DirectoryRolledBack,
    MalformedDirectory,
    UnknownCourt,
    UnknownKey,
    UnknownVersion,
    WireError,
)
from federation.wire.header import Header
from federation.wire.signing import generate_signing, public_text
from tests.federation.directory.crafted import changed, crafted
from tests.federation.zone import CHANGSHAN, ISSUED, KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio

NOW = ISSUED + timedelta(hours=1)
_NEW = generate_signing("s-new")


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


@pytest.fixture
def directory(zone: Zone) -> Directory:
    return Directory(zone.root, SetClock(NOW))


async def accept(pool: Pool, directory: Directory, raw: bytes, now: datetime = NOW) -> None:
    async with pool.acquire() as conn:
        await directory.accept(conn, raw, now)


async def stored(pool: Pool) -> list[tuple[int, bytes]]:
    async with pool.acquire() as conn:
        return [(record.version, record.fresh) for record in await directory_versions.newest(conn, 100)]


def fresh_of(raw: bytes) -> bytes:
    """What a version is known by."""
    return bundle.parse(raw).fresh.raw


async def restarted(pool: Pool, zone: Zone) -> Directory:
    directory = Directory(zone.root, SetClock(NOW))
    async with pool.acquire() as conn:
        await directory.load(conn)
    return directory


async def test_an_accepted_document_is_current_and_stored(node_pool: Pool, directory: Directory, zone: Zone) -> None:
    await accept(node_pool, directory, zone.signed(3))

    assert directory.current().version == directory.at(3).version == 3
    assert await stored(node_pool) == [(3, fresh_of(zone.signed(3)))]


async def test_the_gateway_keeps_its_own_copy(gateway_pool: Pool, directory: Directory, zone: Zone) -> None:
    await accept(gateway_pool, directory, zone.signed(1))

    assert (await restarted(gateway_pool, zone)).current().version == 1


async def test_every_version_is_kept_by_number(node_pool: Pool, directory: Directory, zone: Zone) -> None:
    for version in (1, 2, 5):
        await accept(node_pool, directory, zone.signed(version))

    for kept in (directory, await restarted(node_pool, zone)):
        assert [kept.at(version).version for version in (1, 2, 5)] == [1, 2, 5]
        assert kept.current().version == 5
        for version in (0, 3, 6):
            with pytest.raises(UnknownVersion):
                kept.at(version)


async def test_without_a_document_there_is_no_current(directory: Directory) -> None:
    with pytest.raises(UnknownVersion):
        directory.current()
    with pytest.raises(UnknownVersion):
        directory.fresh(NOW)


@pytest.mark.parametrize(
    ("offer", "error"),
    [
        (lambda zone: zone.signed(4), DirectoryRolledBack),
        (lambda zone: zone.signed(1), DirectoryRolledBack),
        (lambda zone: zone.signed(5, expires_at=ISSUED + timedelta(days=9)), DirectoryForked),
        (lambda zone: zone.signed(6, expires_at=NOW), DirectoryExpired),
        (lambda zone: Zone().signed(6), BadSignature),
        (lambda zone: zone.signed(6) + b"\0", MalformedDirectory),
        (lambda zone: b"", MalformedDirectory),
    ],
)
async def test_a_bad_document_changes_nothing(
    node_pool: Pool, directory: Directory, zone: Zone, offer: Callable[[Zone], bytes], error: type[WireError]
) -> None:
    await accept(node_pool, directory, zone.signed(5))

    with pytest.raises(error):
        await accept(node_pool, directory, offer(zone))

    assert directory.current().version == 5
    assert await stored(node_pool) == [(5, fresh_of(zone.signed(5)))]


async def test_a_roll_back_is_refused_after_a_restart(node_pool: Pool, directory: Directory, zone: Zone) -> None:
    await accept(node_pool, directory, zone.signed(5))
    again = Directory(zone.root, SetClock(NOW))  # not even loaded

    with pytest.raises(DirectoryRolledBack):
        await accept(node_pool, again, zone.signed(4))

    assert await stored(node_pool) == [(5, fresh_of(zone.signed(5)))]


async def test_the_same_document_again_changes_nothing(node_pool: Pool, directory: Directory, zone: Zone) -> None:
    await accept(node_pool, directory, zone.signed(5))
    before = await stored(node_pool)

    await accept(node_pool, directory, zone.signed(5))

    assert await stored(node_pool) == before


async def test_two_processes_never_store_a_fork(node_pool: Pool, zone: Zone) -> None:
    offers = [zone.signed(2, expires_at=ISSUED + timedelta(days=n)) for n in range(1, 6)]
    outcomes: list[str] = []

    async def offer(raw: bytes) -> None:
        try:
            await accept(node_pool, Directory(zone.root, SetClock(NOW)), raw)
            outcomes.append("accepted")
        except DirectoryForked:
            outcomes.append("forked")

    async with anyio.create_task_group() as tasks:
        for raw in offers:
            tasks.start_soon(offer, raw)

    assert sorted(outcomes) == ["accepted", *["forked"] * 4]
    assert len(await stored(node_pool)) == 1


async def test_an_expired_directory_is_not_acted_upon(node_pool: Pool, directory: Directory, zone: Zone) -> None:
    await accept(node_pool, directory, zone.signed(5))
    end = directory.current().expires_at

    assert directory.fresh(end - timedelta(microseconds=1)).version == 5
    with pytest.raises(DirectoryExpired):
        directory.fresh(end)
    with pytest.raises(DirectoryExpired):
        (await restarted(node_pool, zone)).fresh(end)


async def test_what_the_gateway_did_not_sign_is_not_loaded(node_pool: Pool, directory: Directory, zone: Zone) -> None:
    """Whoever writes to the tables must have the keys all the same."""
    await accept(node_pool, directory, zone.signed(8))
    forged = bundle.parse(Zone().signed(9))
    async with node_pool.acquire() as conn:
        row = DirectoryVersionRecord(9, ISSUED, forged.fresh.raw, forged.listing)
        await directory_versions.save(conn, row, accepted_at=NOW)

    with pytest.raises(BadSignature):
        await restarted(node_pool, zone)


async def test_a_member_begins_at_the_instant_written(node_pool: Pool, zone: Zone) -> None:
    """Until then the court is none; and nothing is fetched or accepted at that instant."""
    clock = SetClock(NOW)
    directory = Directory(zone.root, clock)
    await accept(node_pool, directory, zone.signed(1, members={SHEXIAN: {"effective_at": NOW + timedelta(minutes=5)}}))

    before = directory.current()
    clock.advance(timedelta(minutes=5))
    after = directory.current()

    assert [court.code for court in before.courts()] == [KAIHUA, CHANGSHAN]
    assert not before.is_active(SHEXIAN)
    with pytest.raises(UnknownCourt):
        before.court(SHEXIAN)
    assert [court.code for court in after.courts()] == [KAIHUA, CHANGSHAN, SHEXIAN]
    assert after.is_active(SHEXIAN)
    assert directory.current() is after


async def test_a_decided_suspension_begins_at_the_instant_written(node_pool: Pool, zone: Zone) -> None:
    """Until then the court is in the state before."""
    clock = SetClock(NOW)
    directory = Directory(zone.root, clock)
    later = {"before": "ACTIVE", "effective_at": NOW + timedelta(hours=2)}
    courts = [zone.court(KAIHUA), zone.court(CHANGSHAN), zone.court(SHEXIAN, state="SUSPENDED")]
    await accept(node_pool, directory, zone.signed(1, courts=courts, members={SHEXIAN: later}))

    states = []
    for _ in range(3):
        states.append(directory.current().court(SHEXIAN).state)
        clock.advance(timedelta(hours=1))

    assert states == ["ACTIVE", "ACTIVE", "SUSPENDED"]


async def test_the_gateways_own_suspension_lapses(node_pool: Pool, zone: Zone) -> None:
    """After 72 hours the court is active again, unless the courts decided otherwise meanwhile."""
    clock = SetClock(NOW)
    directory = Directory(zone.root, clock)
    alone = SuspensionEntry(court=SHEXIAN, at=NOW + timedelta(hours=1), ground="COMPROMISED")
    await accept(node_pool, directory, zone.signed(1, suspensions=[alone]))

    told = {}
    for hours in (0, 1, 72, 73):
        clock.set(NOW + timedelta(hours=hours))
        entry = directory.current().court(SHEXIAN)
        told[hours] = (entry.state, entry.since)

    usual = zone.court(SHEXIAN).since
    assert told == {
        0: ("ACTIVE", usual),
        1: ("SUSPENDED", date(2025, 7, 14)),
        72: ("SUSPENDED", date(2025, 7, 14)),
        73: ("ACTIVE", usual),
    }


async def test_a_re_issue_lives_longer_and_is_no_new_version(node_pool: Pool, zone: Zone) -> None:
    """It is stored in the place of the one before, and another process finds it there."""
    directory, other = Directory(zone.root, SetClock(NOW)), Directory(zone.root, SetClock(NOW))
    raw, later = zone.signed(5), ISSUED + timedelta(days=3)
    await accept(node_pool, directory, raw)
    await accept(node_pool, other, raw)
    issued = crafted(zone, raw, 5, issued=later)

    await accept(node_pool, directory, issued)
    await accept(node_pool, other, issued)

    for each in (directory, other, await restarted(node_pool, zone)):
        assert (each.current().version, each.current().issued_at) == (5, later)
        assert each.current().expires_at == later + timedelta(days=30)
    assert await stored(node_pool) == [(5, fresh_of(issued))]
    with pytest.raises(DirectoryRolledBack):
        await accept(node_pool, directory, raw)


async def test_another_process_takes_in_what_one_accepted(node_pool: Pool, zone: Zone) -> None:
    """What brings only changes is good for whoever shares the database, however far behind."""
    one, other = Directory(zone.root, SetClock(NOW)), Directory(zone.root, SetClock(NOW))
    raw = zone.signed(1)
    for version in (1, 2, 3):
        signer = zone.signers.voters([SHEXIAN])
        new = changed(raw, f"court/{SHEXIAN}", signer, version=version + 1, contracts=[version])
        await accept(node_pool, one, raw if version == 1 else crafted(zone, raw, version, new))
    again = changed(raw, f"court/{SHEXIAN}", zone.signers.voters([SHEXIAN]), version=9, contracts=[9])

    await accept(node_pool, other, crafted(zone, raw, 4, again, whole=False))

    assert other.current().version == 4
    assert [other.at(version).court(SHEXIAN).contracts for version in (1, 2, 3, 4)] == [[1], [2], [3], [9]]


def key_changes(zone: Zone, **changes: Any) -> dict[str, Any]:
    """A document in which 开化's signing key has changed, beside a new active one."""
    signing, box = zone.court(KAIHUA).keys
    fresh = KeyEntry(id="s-new", use="sign", public=public_text(_NEW.public))
    keys = [msgspec.structs.replace(signing, **changes), fresh, box]
    return {"courts": [zone.court(KAIHUA, keys=keys), zone.court(CHANGSHAN), zone.court(SHEXIAN)]}


@pytest.mark.parametrize("state", ["ACTIVE", "RETIRED"])
async def test_a_revoked_key_does_not_come_back(node_pool: Pool, directory: Directory, zone: Zone, state: str) -> None:
    await accept(node_pool, directory, zone.signed(1, **key_changes(zone, state="REVOKED", retired_at=ISSUED)))

    retired_at = None if state == "ACTIVE" else ISSUED
    with pytest.raises(MalformedDirectory, match="keys"):
        await accept(node_pool, directory, zone.signed(2, **key_changes(zone, state=state, retired_at=retired_at)))

    assert directory.current().version == 1


@pytest.mark.parametrize(
    "changes", [{"public": public_text(_NEW.public)}, {"use": "box", "state": "RETIRED", "retired_at": ISSUED}]
)
async def test_a_key_id_never_means_another_key(
    node_pool: Pool, directory: Directory, zone: Zone, changes: dict[str, Any]
) -> None:
    await accept(node_pool, directory, zone.signed(1))

    with pytest.raises(MalformedDirectory, match="keys"):
        await accept(node_pool, directory, zone.signed(2, **key_changes(zone, **changes)))

    assert len(await stored(node_pool)) == 1


def ask(zone: Zone, issued: datetime = NOW, directory: int = 1, sender: str = KAIHUA) -> Envelope:
    keys = zone.keys[KAIHUA]
    head = Header(
        kind="ask",
        id=new_id(issued),
        epoch=1,
        sender=sender,
        to=SHEXIAN,
        issued=issued,
        expires=issued + timedelta(minutes=5),
        directory=directory,
        signing_key=keys.signing.id,
        box_key=zone.keys[SHEXIAN].box.id,
    )
    return envelope.parse(encryption.write(head, b"{}", recipient=zone.keys[SHEXIAN].box.public, signer=keys.signing))


async def test_an_envelope_is_verified_by_the_version_it_names(
    node_pool: Pool, directory: Directory, zone: Zone
) -> None:
    await accept(node_pool, directory, zone.signed(1))

    directory.verify(ask(zone))

    with pytest.raises(UnknownVersion):
        directory.verify(ask(zone, directory=2))
    with pytest.raises(UnknownCourt):
        directory.verify(ask(zone, sender="浙0999"))
    with pytest.raises(UnknownKey):
        directory.verify(ask(zone, sender="浙0822"))


async def test_a_forged_envelope_is_refused(node_pool: Pool, directory: Directory, zone: Zone) -> None:
    await accept(node_pool, directory, zone.signed(1))
    parsed = ask(zone)
    forged = envelope.parse(parsed.raw[:-64] + zone.gateway.sign(parsed.raw))

    with pytest.raises(BadSignature):
        directory.verify(forged)


async def test_a_retired_key_is_good_for_what_was_issued_before(
    node_pool: Pool, directory: Directory, zone: Zone
) -> None:
    await accept(node_pool, directory, zone.signed(1))
    await accept(node_pool, directory, zone.signed(2, **key_changes(zone, state="RETIRED", retired_at=NOW)))

    directory.verify(ask(zone, issued=NOW - timedelta(seconds=1)))

    for late in (ask(zone, issued=NOW), ask(zone, issued=NOW, directory=2)):
        with pytest.raises(UnknownKey):
            directory.verify(late)


async def test_a_revoked_key_verifies_nothing_of_any_version(node_pool: Pool, directory: Directory, zone: Zone) -> None:
    await accept(node_pool, directory, zone.signed(1))
    await accept(node_pool, directory, zone.signed(2, **key_changes(zone, state="REVOKED", retired_at=NOW)))

    early = ask(zone, issued=NOW - timedelta(days=1))
    for known in (directory, await restarted(node_pool, zone)):
        with pytest.raises(UnknownKey):
            known.verify(early)
        with pytest.raises(UnknownKey):
            known.at(1).signing_key(KAIHUA, zone.keys[KAIHUA].signing.id)


async def test_a_dropped_key_verifies_nothing_new(node_pool: Pool, directory: Directory, zone: Zone) -> None:
    await accept(node_pool, directory, zone.signed(1))
    changed = key_changes(zone)
    changed["courts"][0] = zone.court(KAIHUA, keys=changed["courts"][0].keys[1:])
    await accept(node_pool, directory, zone.signed(2, **changed))

    with pytest.raises(UnknownKey):
        directory.verify(ask(zone))


async def test_a_court_that_was_listed_stays_listed(node_pool: Pool, directory: Directory, zone: Zone) -> None:
    await accept(node_pool, directory, zone.signed(1, agreements=[]))

    with pytest.raises(MalformedDirectory, match="names"):
        await accept(node_pool, directory, zone.signed(2, courts=[zone.court(SHEXIAN)], agreements=[]))

    assert directory.current().version == 1


async def test_statements_are_verified_by_the_version_they_name(
    node_pool: Pool, directory: Directory, zone: Zone
) -> None:
    await accept(node_pool, directory, zone.signed(1))
    signer = zone.keys[KAIHUA].signing

    def claim(author: str, version: int) -> statement.Statement:
        return statement.parse(statement.write("event", b"{}", author=author, directory=version, signer=signer))

    directory.verify_statement(claim(KAIHUA, 1))

    with pytest.raises(UnknownKey):
        directory.verify_statement(claim(SHEXIAN, 1))
    with pytest.raises(UnknownVersion):
        directory.verify_statement(claim(KAIHUA, 2))
