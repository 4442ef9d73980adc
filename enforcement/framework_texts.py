"""Texts about the zone's records that stay at the court (会议纪要、督办答复): the gateway has their digest alone.

Invariant: a text is kept once and never changed; its digest is a salted commitment, which tells nothing of it.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from db import framework_texts
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.standards import FrameworkTextKind, FrameworkTextRecord
from enforcement import once
from enforcement.court import CourtNode
from enforcement.rules import rights
from enforcement.rules.refusals import Malformed, NotFound
from enforcement.rules.rights import Act, Caller
from federation.wire import statement

LONGEST: Final = 20_000
"""Characters of one text."""
MOST_OF_RECORD: Final = 100


@dataclass(frozen=True, slots=True)
class FrameworkText:
    """A text with what is known of it."""

    record: FrameworkTextRecord
    text: str


@dataclass(frozen=True, slots=True)
class NewText:
    """What is kept, about which record."""

    record_id: UUID
    kind: FrameworkTextKind
    text: str


async def keep(court: CourtNode, caller: Caller | None, new: NewText, *, idempotency_key: str) -> FrameworkText:
    """Keep a text; its digest is what the gateway is given. The same key again gives it again.

    Raises:
        Forbidden: for the command centre and liaison officers.
        Malformed: TEXT; empty, longer than 20,000 characters, or the hundred-and-first of a record; KEY.
        IdempotencyKeyReused.
    """
    officer = rights.check(caller, Act.KEEP_FRAMEWORK_TEXT)
    now, text_id = court.clock.now(), new_id(court.clock.now())
    async with transaction(court.pool) as conn:
        made = await once.claim(
            court, conn, officer, idempotency_key, Act.KEEP_FRAMEWORK_TEXT, new, result_id=text_id, now=now
        )
        if made is not None:
            return await _read(court, conn, made)
        if not new.text.strip() or len(new.text) > LONGEST or "\0" in new.text:
            raise Malformed("TEXT", "text")
        if len(await framework_texts.of_record(conn, new.record_id)) >= MOST_OF_RECORD:
            raise Malformed("TEXT", "recordId")
        plain, salt = new.text.encode(), statement.new_salt()
        record = FrameworkTextRecord(
            id=text_id,
            record_id=new.record_id,
            kind=new.kind,
            text=court.at_rest.encrypt(plain, context=framework_texts.CONTEXT),
            salt=salt,
            digest=statement.commitment(salt, plain),
            officer_id=officer.officer_id,
            kept_at=now,
        )
        await framework_texts.add(conn, record)
    return FrameworkText(record, new.text)


async def of_record(court: CourtNode, caller: Caller | None, record_id: UUID) -> list[FrameworkText]:
    """This court's texts about a record, oldest first.

    Raises:
        Forbidden: for who reads the framework's records.
    """
    rights.check(caller, Act.READ_FRAMEWORK)
    async with court.pool.acquire() as conn:
        return [_opened(court, record) for record in await framework_texts.of_record(conn, record_id)]


async def _read(court: CourtNode, conn: Conn, text_id: UUID) -> FrameworkText:
    record = await framework_texts.find(conn, text_id)
    if record is None:
        raise NotFound
    return _opened(court, record)


def _opened(court: CourtNode, record: FrameworkTextRecord) -> FrameworkText:
    return FrameworkText(record, court.at_rest.decrypt(record.text, context=framework_texts.CONTEXT).decode())
