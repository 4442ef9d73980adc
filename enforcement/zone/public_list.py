"""The public list of dishonest debtors (失信被执行人名单) of this court: what the law makes public, masked here.

Invariant: a person's name and number leave the court masked, in no other form; case numbers, addresses and what a
person owes do not leave it at all. An entry past its term or removed is never shown, on whatever page.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db import parties, public_list
from db.clock import civil_date
from db.pool import Conn
from db.public_list import ListFilter, Position
from db.records.parties import PartyKind
from db.records.sanctions import DishonestGround, PublicEntryRecord
from enforcement.court import CourtNode
from enforcement.rules import divisions
from enforcement.rules.masking import masked_number, public_name
from enforcement.rules.refusals import Malformed

MOST: Final = 100
"""Entries on one page."""


@dataclass(frozen=True, slots=True)
class PublicEntry:
    """One entry as everybody may see it."""

    id: UUID
    kind: PartyKind
    name: str = field(repr=False)
    number: str = field(repr=False)
    division: str
    ground: DishonestGround
    published_on: date
    until_on: date

    @property
    def position(self) -> Position:
        return Position(self.published_on, self.id)


@dataclass(frozen=True, slots=True)
class ListPage:
    """At most so many entries, newest first, and whether there are more."""

    entries: list[PublicEntry]
    has_more: bool
    as_of: datetime


def check(wanted: ListFilter, first: int) -> None:
    """Return if a page of so many entries can be given of that filter.

    Raises:
        Malformed: DIVISION; PERIOD, `publishedTo` lies before `publishedFrom`; PAGE, not 1 to 100.
    """
    divisions.check(wanted.division)
    if wanted.published_from and wanted.published_to and wanted.published_to < wanted.published_from:
        raise Malformed("PERIOD", "publishedTo")
    if not 1 <= first <= MOST:
        raise Malformed("PAGE", "first")


async def page(
    court: CourtNode, conn: Conn, wanted: ListFilter, *, after: Position | None, until: datetime, first: int
) -> ListPage:
    """The next `first` entries after `after`, of those that were published by the instant `until`.

    Raises:
        Malformed: see `check`.
    """
    check(wanted, first)
    now = court.clock.now()
    found = await public_list.page(
        conn, wanted, on=civil_date(now), until=civil_date(until), after=after, limit=first + 1
    )
    return ListPage([_entry(court, record) for record in found[:first]], len(found) > first, now)


def _entry(court: CourtNode, record: PublicEntryRecord) -> PublicEntry:
    number = court.at_rest.text(record.identifier, context=parties.IDENTIFIER)
    return PublicEntry(
        id=record.id,
        kind=record.kind,
        name=public_name(record.name, record.kind),
        number=masked_number(number),
        division=record.domicile_division,
        ground=record.ground,
        published_on=record.published_on,
        until_on=record.until_on,
    )
