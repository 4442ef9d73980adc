"""What a use-case of membership needs: data, clock, how things stand, a way to publish, the gateway's own key.

Invariant: one act of membership at a time, in all processes of the gateway; what an act reads stays true until it is
committed. The gateway's key signs the gateway's own document and nothing of the courts'.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from db import membership_acts
from db.clock import Clock
from db.pool import Conn, Pool, snapshot, transaction
from enforcement.desk.membership.standing import Standing
from enforcement.rules.membership import GREEN_FOR
from enforcement.rules.refusals import StaleVersion
from federation.wire.signing import SigningKey


class Submit(Protocol):
    """Hands signed documents over for publication, in the caller's transaction."""

    async def __call__(self, conn: Conn, documents: Sequence[bytes], now: datetime) -> None:
        """Raises what the directory refuses; then the whole act is undone."""
        ...


@dataclass(frozen=True, slots=True)
class MembershipOffice:
    """成员管理处: made once per process, handed to every use-case of membership.

    `standing` reads the newest documents that were handed over for publication, published or not yet.
    """

    pool: Pool
    clock: Clock
    standing: Callable[[Conn], Awaitable[Standing]]
    submit: Submit
    key: SigningKey = field(repr=False)
    green_for: timedelta = GREEN_FOR

    @asynccontextmanager
    async def look(self) -> AsyncIterator["Sitting"]:
        """One instant of the database for reading, and how things stand in it."""
        async with snapshot(self.pool) as conn:
            yield Sitting(conn, self.clock.now(), await self.standing(conn))

    @asynccontextmanager
    async def act(self) -> AsyncIterator["Sitting"]:
        """A transaction in which nobody else acts upon membership, and how things stand in it."""
        async with transaction(self.pool) as conn:
            await membership_acts.lock(conn)
            yield Sitting(conn, self.clock.now(), await self.standing(conn))


@dataclass(frozen=True, slots=True)
class Sitting:
    """One act or look: its transaction, its instant, and how things stand."""

    conn: Conn
    now: datetime
    standing: Standing

    def check_version(self, version: int) -> None:
        """Return if nothing about who takes part changed since the caller read `version`.

        Raises:
            StaleVersion: otherwise.
        """
        if version != self.standing.version:
            raise StaleVersion(self.standing.version)
