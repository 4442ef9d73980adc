"""How a node begins: as it ended, or, when its database was restored from a backup, by asking its peers.

mark and database agree     -> NORMAL: needs no network
neither                     -> FIRST: epoch 1
database behind, mark gone  -> RESYNC: a new epoch; messages never attempted get new ids; every peer is asked what this
                               court sent and took in since (federation/delivery/resync.py)

Invariant: while a peer has not confirmed, no event is written to a log shared with it (`require_confirmed`).
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from db import lives, outbox
from db.at_rest import AtRest
from db.clock import Clock
from db.ids import new_id
from db.pool import Conn, Pool, transaction
from db.records.delivery import LifeRecord
from federation.delivery.control import Ask, tell
from federation.delivery.mark import MarkFile
from federation.delivery.node import LIFETIME
from federation.directory.directory import Directory
from federation.directory.view import DirectoryView
from federation.rules.lives import Position, Start, judge, next_epoch

log: Final = logging.getLogger("federation.delivery")

MARGIN: Final = timedelta(days=1)
"""Peers are asked from this long before the last thing that the restored database remembers."""
_PARTNERS: Final = frozenset({"ACTIVE", "SUSPENDED", "WITHDRAWING"})


class Resyncing(Exception):
    """This court's database was restored and that peer has not confirmed everything: no pen may be used with it."""

    code: Final = "RESYNCING"


async def begin(
    *, code: str, pool: Pool, clock: Clock, at_rest: AtRest, directory: Directory, mark: MarkFile
) -> LifeRecord:
    """Decide how the court `code` begins, and do it; its `epoch` goes into every header from now on.

    For a RESYNC the newest directory must be loaded or fetched before.

    Raises:
        UnknownVersion: a RESYNC without any directory.
    """
    now = clock.now()
    async with transaction(pool) as conn:
        await lives.lock(conn)
        known = await lives.current(conn)
        database, marked = _position(known), mark.read()
        start = judge(database, marked)
        if known is not None and start is Start.NORMAL:
            life = known
        elif start is Start.FIRST:
            life = await lives.begin(conn, 1, now=now, since=None, resynced_at=now)
        else:
            log.error("database is behind its mark", extra={"database": str(database), "mark": str(marked)})
            partners = _partners(directory.current(), code)
            life = await _begin_again(conn, next_epoch(database, marked), partners, at_rest, now)
    mark.want(Position(life.epoch, life.log_size))
    await mark.flush()
    return life


def _partners(view: DirectoryView, code: str) -> list[str]:
    """Whom a court may have exchanged messages with; nobody, if it is no member yet."""
    others = [court.code for court in view.courts() if court.code != code and court.state in _PARTNERS]
    return others if view.is_listed(code) else []


def _position(life: LifeRecord | None) -> Position | None:
    return None if life is None else Position(life.epoch, life.log_size)


async def _begin_again(conn: Conn, epoch: int, partners: Sequence[str], at_rest: AtRest, now: datetime) -> LifeRecord:
    last = await lives.last_activity(conn)
    since = None if last is None else last - MARGIN
    life = await lives.begin(conn, epoch, now=now, since=since, resynced_at=None if partners else now)
    await lives.expect(conn, epoch, partners)
    await outbox.renew_ids(conn, [(old, new_id(now)) for old in await outbox.unsent(conn)])
    for peer in partners:
        await tell(conn, peer, Ask(epoch=epoch, since=since), at_rest=at_rest, now=now, lifetime=LIFETIME)
    return life


async def require_confirmed(conn: Conn, peer: str) -> None:
    """Return if a pen may be used in the logs shared with `peer`.

    Raises:
        Resyncing: `peer` still has to confirm what it holds of this court.
    """
    if await lives.is_pending(conn, peer):
        raise Resyncing
