"""What a court's node checks before it says of a new version of the directory that it has seen it.

The gateway offers a version -> it is checked as if it were to be accepted, but for the witnesses that it still lacks ->
it was issued now, and not for longer than a day -> it is not below the highest version witnessed, and the same version
has the same listing -> it is written down -> signed.

Invariant: no version below the highest one seen is signed, nor two listings of one version, whatever process of the
court is asked. One exception, as everywhere: what a key signed that the courts have replaced is no floor any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from db import directory_witnessed
from db.clock import Clock
from db.directory_witnessed import WitnessedRecord
from db.pool import Conn, Pool
from federation.directory import signed
from federation.directory.directory import Directory, advanced, parsed
from federation.directory.documents import FreshDocument
from federation.directory.held import Held
from federation.directory.signed import Signature
from federation.rules import freshness
from federation.wire.errors import DirectoryForked, DirectoryRolledBack, MalformedDirectory
from federation.wire.header import GATEWAY
from federation.wire.signing import SigningKey, public_from_text

PATH: Final = "/federation/directory/witness"
MAX_OFFER_BYTES: Final = 8 * 1024 * 1024
LIFETIME: Final = timedelta(hours=24)
"""How long a version without a newer issue is good: so long the zone works without its gateway."""


@dataclass(frozen=True, slots=True)
class Witness:
    """What witnessing needs of its court."""

    code: str
    pool: Pool
    clock: Clock
    directory: Directory
    signer: SigningKey


async def witness(court: Witness, raw: bytes) -> Signature:
    """This court's signature under the version that `raw` brings beside what is held here.

    Raises:
        BadSignature, ThresholdNotReached, MalformedDirectory, DirectoryRolledBack, DirectoryForked: it is none, or does
            not follow what is held or was witnessed here.
    """
    offered, now = await parsed(raw), court.clock.now()
    async with court.pool.acquire() as conn:
        await court.directory.load(conn)
        seen = await advanced(court.directory.held, offered, court.directory.root, is_witnessed=False)
        _require_issued_now(seen.fresh.document, now)
        async with conn.transaction():
            await directory_witnessed.lock(conn)
            await _write_down(conn, seen, now)
    fresh = seen.fresh
    return signed.signature(fresh.document, fresh.body, court.code, court.signer)


def _require_issued_now(fresh: FreshDocument, now: datetime) -> None:
    if not freshness.is_fresh(fresh.issued_at, fresh.expires_at, now):
        raise MalformedDirectory("issued_at")
    if fresh.expires_at > fresh.issued_at + LIFETIME:
        raise MalformedDirectory("expires_at")


async def _write_down(conn: Conn, seen: Held, now: datetime) -> None:
    """Return when it is written down.

    Raises:
        DirectoryRolledBack, DirectoryForked: this court has witnessed a later version, or another listing of this one.
    """
    fresh, active = seen.fresh.document, [key for key in seen.root.gateway_keys if key.state == "ACTIVE"]
    highest = await directory_witnessed.highest(conn, [key.id for key in active])
    if highest is not None and (fresh.version, fresh.issued_at) < (highest.version, highest.issued_at):
        raise DirectoryRolledBack(fresh.version, highest.version)
    if highest is not None and fresh.version == highest.version and fresh.listing != highest.listing:
        raise DirectoryForked(fresh.version)
    by = next(key.id for key in active if seen.fresh.signers({(GATEWAY, key.id): public_from_text(key.public)}))
    record = WitnessedRecord(fresh.version, fresh.issued_at, fresh.listing, by)
    await directory_witnessed.save(conn, record, signed_at=now)
