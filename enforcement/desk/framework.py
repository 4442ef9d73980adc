"""What every record of the framework agreement (框架协议) needs at the desk: who reads, keys, versions, history.

The life of a record: an officer's key is claimed -> what is asked is checked -> version 1 is written, with the act that
made it. Each change locks the record, compares its version, and writes the next one with its act. All in one
transaction: nothing is half-written, and no version is without its act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

from db import framework
from db.clock import civil_date
from db.ids import new_id
from db.pool import Conn
from db.records.framework import FrameworkAct, FrameworkKind, FrameworkStep
from enforcement.desk import access, keys, superiors
from enforcement.desk.gateway import GatewayDesk
from enforcement.desk.members import court_of
from enforcement.desk.refusals import UnknownCourt
from enforcement.rules.refusals import Forbidden, NotFound, StaleVersion
from enforcement.rules.rights import RIGHTS, Act, Caller, Role
from enforcement.rules.task_refusals import IdempotencyKeyReused

Place = tuple[datetime, UUID]
"""Where a page ends: `recorded_at` and id of its last record."""
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Hand:
    """Who acts, on which kind of record, and when."""

    who: Caller
    kind: FrameworkKind
    now: datetime

    @property
    def today(self) -> date:
        return civil_date(self.now)

    async def note(
        self, conn: Conn, record_id: UUID, version: int, step: FrameworkStep, item: int | None = None
    ) -> None:
        """Write the act that made this version."""
        act = FrameworkAct(record_id, version, self.kind, step, item, self.now, self.who.court, self.who.officer_id)
        await framework.add_act(conn, act)


@dataclass(frozen=True, slots=True)
class Reader:
    """Of which courts somebody reads what those take part in, None for every one; and when."""

    courts: frozenset[str] | None
    now: datetime

    @property
    def today(self) -> date:
        return civil_date(self.now)

    @property
    def listed(self) -> list[str] | None:
        """The courts as a query takes them."""
        return None if self.courts is None else sorted(self.courts)

    def sees(self, *parties: str) -> bool:
        """Whether one of the parties is a court of which they read."""
        return self.courts is None or not self.courts.isdisjoint(parties)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some records, newest first, with their histories, and whether there are more behind them."""

    rows: Sequence[Row]
    has_next: bool


def hand(desk: GatewayDesk, caller: Caller | None, act: Act, kind: FrameworkKind) -> Hand:
    """The officer of a member court who may do this.

    Raises:
        NotSignedIn, Forbidden.
        UnknownCourt: the officer's court has no node in the zone.
    """
    who = access.check_may(caller, act)
    court_of(desk.directory.current(), who.court, "court")
    return Hand(who, kind, desk.clock.now())


async def claim(conn: Conn, by: Hand, key: str, content: object) -> tuple[UUID, bool]:
    """The record that the key makes, and whether it made it before; `content` is all that the caller asked for.

    Raises:
        Malformed: KEY; empty or longer than 128 characters.
        IdempotencyKeyReused: the key was used for something else.
    """
    digest = keys.digest(key)
    asked = sha256(by.kind.encode() + msgspec.json.encode(content, order="sorted")).hexdigest()
    record_id = new_id(by.now)
    made = await framework.claim(conn, by.who.court, digest, content=asked, record_id=record_id)
    if made is None:
        return record_id, False
    if made[0] != asked:
        raise IdempotencyKeyReused
    return made[1], True


def check_version(current: int, given: int) -> None:
    """Return if the record is as the caller read it. Raises StaleVersion."""
    if current != given:
        raise StaleVersion(current)


def found(record: Row | None) -> Row:
    """The record. Raises NotFound: there is none."""
    if record is None:
        raise NotFound
    return record


def reads(desk: GatewayDesk, caller: Caller | None) -> Reader:
    """The caller, if their office reads records: of the own court, a supervisor of the courts below, an admin of all.

    Raises:
        NotSignedIn, Forbidden.
    """
    who = access.signed_in(caller)
    if not who.roles & RIGHTS[Act.READ_FRAMEWORK]:
        raise Forbidden
    return reader(desk, who)


def reader(desk: GatewayDesk, who: Caller) -> Reader:
    """What a caller reads whose office reads records."""
    if who.court == access.GATEWAY:
        return Reader(None, desk.clock.now())
    under = superiors.below(desk.directory.current(), who.court) if Role.SUPERVISOR in who.roles else frozenset()
    return Reader(frozenset({who.court, *under}), desk.clock.now())


def check_members(desk: GatewayDesk, courts: Sequence[str], part: str) -> None:
    """Return if each is a member that has not withdrawn. Raises UnknownCourt."""
    view = desk.directory.current()
    for code in courts:
        if court_of(view, code, part).state == "WITHDRAWN":
            raise UnknownCourt(part)
