"""Statements between two courts outside any delegated task: signed, encrypted to the other court, kept on both sides.

The life of a statement: signed, kept and queued by `send`, in the transaction of the act that says it -> the gateway
carries a message without a track: it knows the two courts, a size and an instant -> the other node checks it, does what
its kind has it do, and keeps it, in one transaction -> its signed receipt sets `delivered_at`, or the code of its
refusal. One whose message expired goes out again, the same bytes in a new message.

Invariant: the same statement again changes nothing; other bytes under its id are refused, and so is one addressed to
another court.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from db import court_statements
from db.ids import new_id
from db.pool import Conn
from db.records.court_statements import CourtStatementRecord
from enforcement.court import CourtNode
from enforcement.court_statement_kinds import KINDS, Kind
from enforcement.payloads import Payload
from enforcement.rules.handling import CLOCKS
from enforcement.rules.task_refusals import ContentNotAccepted, ContentTooLarge
from enforcement.tasks import checking, contents, messages
from enforcement.tasks.contents import NotAPayload
from enforcement.tasks.messages import NotAMessage, TaskMessage
from enforcement.tasks.overlay_checks import is_day
from federation.delivery import outbox
from federation.delivery.node import Refused
from federation.wire import statement, strict_json
from federation.wire.header import Court, Digest, Header, Token
from federation.wire.statement import Statement

TYPE: Final = "court-statement"


class CourtStatementBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is signed; the payload stands in it as a salted commitment."""

    id: UUID
    kind: Token
    author: Court
    to: Court
    at: datetime
    commitment: Digest
    refers: UUID | None = None  # an earlier statement between the two


_BODY: Final = msgspec.json.Decoder(CourtStatementBody)


async def send(
    court: CourtNode,
    conn: Conn,
    to: str,
    kind: str,
    payload: Payload,
    *,
    statement_id: UUID | None = None,
    refers: UUID | None = None,
    officer: str | None = None,
) -> CourtStatementRecord:
    """Say `kind` to the court `to`: sign it, keep it, queue it, in the caller's transaction.

    Raises:
        ContentNotAccepted, ContentTooLarge: the other court could not keep what the payload says.
    """
    now = court.clock.now()
    plain, salt = _checked(payload, now, KINDS[kind].most_bytes), statement.new_salt()
    body = CourtStatementBody(
        id=statement_id or new_id(now),
        kind=kind,
        author=court.code,
        to=to,
        at=now,
        commitment=statement.commitment(salt, plain),
        refers=refers,
    )
    raw = statement.write(
        TYPE,
        msgspec.json.encode(body),
        author=court.code,
        directory=court.directory.current().version,
        signer=court.signer,
    )
    said = _record(court, body, TaskMessage(statement=raw, salt=salt, payload=plain), peer=to)
    said = replace(said, officer=officer, sent_at=now)
    await court_statements.add(conn, said)
    await _queue(court, conn, said, now)
    return said


async def accept(court: CourtNode, conn: Conn, header: Header, claim: Statement, message: TaskMessage) -> None:
    """Take in what another court says; the statement is genuine.

    Raises:
        Refused: TRACK_MISMATCH, COMMITMENT_MISMATCH, UNKNOWN_STATEMENT, NOT_A_PARTY, STATEMENT_FORKED,
            CONTENT_TOO_LARGE, or what its kind refuses.
        NotYet: what its kind needs has not come.
        NotAMessage, NotAPayload: malformed.
    """
    body, kind = _genuine(court, header, claim, message, to=court.code)
    if body.at > court.clock.now() + CLOCKS:
        raise NotAMessage
    if await _is_known(conn, body, message):
        return
    if len(message.payload) > kind.most_bytes:
        raise Refused("CONTENT_TOO_LARGE")
    payload = contents.read(message.payload, kind.payload)
    checking.check_payload(message.payload, payload, court.clock.now())
    said = replace(_record(court, body, message, peer=body.author), received_at=court.clock.now())
    await court_statements.add(conn, said)
    await kind.hear(court, conn, said, payload)


async def take_back(court: CourtNode, conn: Conn, header: Header, claim: Statement, message: TaskMessage) -> None:
    """Write down again what this court had said and its restored database has forgotten, with what followed from it.

    Raises:
        Refused, NotYet, NotAMessage, NotAPayload: see `accept`.
    """
    body, kind = _genuine(court, header, claim, message, to=header.to)
    payload = contents.read(message.payload, kind.payload)
    said = replace(_record(court, body, message, peer=body.to), sent_at=body.at)
    known = await court_statements.find(conn, body.id) if await _is_known(conn, body, message) else None
    if known is None:
        await court_statements.add(conn, said)
        await (kind.again or kind.hear)(court, conn, said, payload)
    if known is None or known.delivered_at is None:  # the other court gives back what it took in
        await court_statements.delivered(conn, body.id, header.issued)
        await kind.settle(court, conn, said, payload, None)


async def settle(court: CourtNode, conn: Conn, claim: Statement, outcome: str, code: str | None) -> None:
    """Hear how the message of an own statement ended: ACCEPTED, REFUSED with a code, or EXPIRED."""
    said, now = await court_statements.find(conn, _body(claim).id), court.clock.now()
    if said is None or said.delivered_at is not None or said.refused_code is not None:
        return
    if outcome == "EXPIRED":
        await _queue(court, conn, said, now)
        return
    if outcome == "ACCEPTED":
        await court_statements.delivered(conn, said.id, now)
    else:
        await court_statements.refused(conn, said.id, code or outcome)
    kind = KINDS[said.kind]
    payload = contents.read(plain_of(court, said), kind.payload)
    await kind.settle(court, conn, said, payload, None if outcome == "ACCEPTED" else code or outcome)


def plain_of(court: CourtNode, said: CourtStatementRecord) -> bytes:
    """The payload in clear."""
    return court.at_rest.decrypt(said.payload, context=court_statements.CONTEXT)


async def _queue(court: CourtNode, conn: Conn, said: CourtStatementRecord, now: datetime) -> None:
    message = TaskMessage(statement=said.statement, salt=said.salt, payload=plain_of(court, said))
    await outbox.enqueue(
        conn, to=said.peer, payload=messages.encode(message), at_rest=court.at_rest, track=None, now=now
    )


def _genuine(
    court: CourtNode, header: Header, claim: Statement, message: TaskMessage, *, to: str
) -> tuple[CourtStatementBody, Kind]:
    body = _body(claim)
    if header.track is not None:  # the zone would be told of a task what no box says
        raise Refused("TRACK_MISMATCH")
    if body.to != to or (body.author == court.code) == (to == court.code):
        raise Refused("NOT_A_PARTY")
    if not message.salt or statement.commitment(message.salt, message.payload) != body.commitment:
        raise Refused("COMMITMENT_MISMATCH")
    if body.kind not in KINDS:
        raise Refused("UNKNOWN_STATEMENT")
    return body, KINDS[body.kind]


async def _is_known(conn: Conn, body: CourtStatementBody, message: TaskMessage) -> bool:
    known = await court_statements.find(conn, body.id)
    if known is not None and known.digest != statement.digest(message.statement):
        raise Refused("STATEMENT_FORKED")
    return known is not None


def _body(claim: Statement) -> CourtStatementBody:
    try:
        body, _ = strict_json.decode(claim.body, _BODY)
    except strict_json.NotStrict:
        raise NotAMessage from None
    if body.author != claim.author or body.at.tzinfo is None or not is_day(body.at.date()):
        raise NotAMessage
    return body


def _record(court: CourtNode, body: CourtStatementBody, message: TaskMessage, *, peer: str) -> CourtStatementRecord:
    return CourtStatementRecord(
        id=body.id,
        kind=body.kind,
        author=body.author,
        peer=peer,
        at=body.at,
        refers=body.refers,
        digest=statement.digest(message.statement),
        statement=message.statement,
        salt=message.salt,
        payload=court.at_rest.encrypt(message.payload, context=court_statements.CONTEXT),
    )


def _checked(payload: Payload, now: datetime, most_bytes: int) -> bytes:
    """The payload as it will be sent."""
    plain = contents.write(payload)
    if len(plain) > most_bytes:
        raise ContentTooLarge
    try:
        checking.check_payload(plain, payload, now)
    except NotAPayload:
        raise ContentNotAccepted from None
    return plain
