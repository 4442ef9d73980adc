"""The public list of dishonest debtors (失信被执行人名单) of this court: what the law makes public, masked here.

Invariant: a person's name and number leave the court masked, in no other form; case numbers, addresses and what a
person owes do not leave it at all. An entry past its term or removed is never shown, on whatever page.

The order of a walk is that of keys: the days from an entry's publication to the last day of the calendar, as seven
digits, so that the newest come first.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from db import parties, public_list
from db.clock import civil_date
from db.pool import snapshot
from db.public_list import Place
from db.records.parties import PartyKind
from db.records.sanctions import DishonestGround, ListFilter, PublicEntryRecord
from enforcement.court import CourtNode
from enforcement.rules import public_list as rules
from enforcement.rules.masking import masked_number
from enforcement.rules.refusals import Malformed
from federation.graph.page import PageAnswer, PageAsk, Position

_LAST_DAY: Final = date.max.toordinal()
_KEY: Final = re.compile(r"\d{7}", re.ASCII)


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
    revision: int


@dataclass(frozen=True, slots=True)
class PublicPage:
    """The entries of a page in their order, and where each of them stands in the walk."""

    entries: list[PublicEntry]
    answer: PageAnswer
    as_of: datetime


async def page(court: CourtNode, wanted: ListFilter, ask: PageAsk) -> PublicPage:
    """The entries that `ask` asks for, of those published by the day of `ask.until`.

    Raises:
        Malformed: see the rules' `check`; CURSOR, the position is none of this list.
    """
    rules.check(wanted, ask.first)
    now, after = court.clock.now(), None if ask.after is None else _place(ask.after)
    async with snapshot(court.pool) as conn:
        found = await public_list.page(
            conn, wanted, on=civil_date(now), until=civil_date(ask.until), after=after, limit=ask.first + 1
        )
    entries = [_entry(court, record) for record in found[: ask.first]]
    answer = PageAnswer(positions=tuple(_position(entry) for entry in entries), has_more=len(found) > ask.first)
    return PublicPage(entries, answer, now)


def _position(entry: PublicEntry) -> Position:
    return Position(f"{_LAST_DAY - entry.published_on.toordinal():07d}", str(entry.id))


def _place(position: Position) -> Place:
    """The place in the table. Raises Malformed."""
    if not _KEY.fullmatch(position.key) or int(position.key) >= _LAST_DAY:
        raise Malformed("CURSOR", "after")
    return Place(date.fromordinal(_LAST_DAY - int(position.key)), UUID(position.id))


def _entry(court: CourtNode, record: PublicEntryRecord) -> PublicEntry:
    number = court.at_rest.text(record.identifier, context=parties.IDENTIFIER)
    return PublicEntry(
        id=record.id,
        kind=record.kind,
        name=rules.public_name(record.name, record.kind),
        number=masked_number(number),
        division=record.domicile_division,
        ground=record.ground,
        published_on=record.published_on,
        until_on=record.until_on,
        revision=record.revision,
    )
