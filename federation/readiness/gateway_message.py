"""The gateway's statement to itself, by which it sees whether it can work; it has nothing that decrypts.

signed with its key -> committed, read back in another transaction -> parsed, its signature verified by the directory
"""

from datetime import datetime
from typing import Final

from db.clock import Clock
from db.ids import new_id
from db.pool import Pool
from federation.directory.directory import Directory
from federation.readiness.faults import NotListed
from federation.readiness.kept import keep
from federation.wire import statement
from federation.wire.errors import BadSignature, UnknownCourt, UnknownKey
from federation.wire.header import GATEWAY
from federation.wire.signing import SigningKey

_TYPE: Final = "self-message"


async def exchange(pool: Pool, clock: Clock, directory: Directory, signer: SigningKey) -> datetime:
    """Sign it, keep it, verify it; what the database's clock showed.

    Raises:
        NotListed: the directory lists another key for the gateway.
        NotKept, or what the database raises: the database is at fault.
        UnknownVersion: no directory is held.
    """
    now = clock.now()
    body = new_id(now).bytes  # no two are the same
    said = statement.write(_TYPE, body, author=GATEWAY, directory=directory.current().version, signer=signer)
    kept = await keep(pool, said)
    try:
        directory.verify_said(statement.parse(kept.content, _TYPE), now)
    except (UnknownCourt, UnknownKey, BadSignature):
        raise NotListed from None
    return kept.read_at
