"""Taking messages in: the life of a message at the court that receives it.

bytes -> of right form, addressed here, signed by a member (federation/delivery/checks.py); else refused, logged
  -> known (sender, id), same bytes: the stored answer, byte for byte; other bytes: refused, both kept, alarm
  -> its time is over: closed EXPIRED, signed; its bytes are not kept
  -> its sender has begun a newer life since (a restored backup): closed LIFE_OVER, signed
  -> its encryption key was revoked: closed CANNOT_OPEN, signed
  -> stored, then handed to enforcement in the same transaction:
       applied -> ACCEPTED, signed;  wrong -> REFUSED with a code, signed;  not yet -> WAITING, no answer
  -> applied: what of the same sender was waiting is tried again, in the same transaction
  -> the mark outside the database is raised, then the answer leaves

Invariant: messages commit in any order and each takes effect at most once; every answer is signed, stored and final.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db import inbox, lives, outbox, pairs, refused_envelopes
from db.pool import Conn, transaction
from db.records.delivery import Arrival, InboxRecord, InboxState, RefusedEnvelope
from federation.delivery import checks, receipts, resync
from federation.delivery.checks import CannotVerifyNow, NotGenuine
from federation.delivery.node import DeliveryNode, Handler, NotYet, Refused
from federation.delivery.outbox import CONTROL, PAYLOAD
from federation.directory.view import DirectoryView
from federation.rules import gaps
from federation.rules import lives as rules
from federation.rules.lives import Position
from federation.wire import envelope
from federation.wire.decryption import decrypt
from federation.wire.envelope import Envelope
from federation.wire.errors import CannotOpen, UnknownCourt, UnknownKey
from federation.wire.header import EXAMINER, Header, Outcome

log: Final = logging.getLogger("federation.delivery")


@dataclass(frozen=True, slots=True)
class Retry:
    """No answer yet: the sender offers the message again. `stored` says whether it waits here."""

    code: str
    stored: bool


@dataclass(slots=True)
class _Intake:
    """One transaction of taking in; `signed` counts the answers that it writes."""

    node: DeliveryNode
    conn: Conn
    view: DirectoryView
    handler: Handler
    now: datetime
    signed: int = 0

    def sign(self, message: Header, digest: str, outcome: Outcome, code: str | None = None) -> bytes:
        self.signed += 1
        return receipts.write(self.node, self.view, message, digest, outcome, code, self.now)


async def receive(node: DeliveryNode, raw: bytes, handler: Handler) -> bytes | Retry:
    """Take a message in; this court's signed answer to it, or `Retry`.

    Without a directory in force nothing is taken in, but what was answered before is answered again.

    Raises:
        NotGenuine: not a member's message to this court; nothing of it is kept but the fact (the caller notes it).
    """
    now = node.clock.now()
    try:
        message = await checks.genuine(
            raw, "message", directory=node.directory, fetch=node.fetch, now=now, at=node.code
        )
        view = await checks.fresh_view(node.directory, node.fetch, now)
        view.box_key(message.header.sender)  # else nobody could read our answer
    except (CannotVerifyNow, UnknownKey, UnknownCourt) as error:
        return await _answered_before(node, raw) or Retry(error.code, stored=False)
    if message.header.to != node.code:
        raise NotGenuine("NOT_ADDRESSED_HERE")
    async with transaction(node.pool) as conn:
        await inbox.lock_sender(conn, message.header.sender)
        intake = _Intake(node, conn, view, handler, now)
        answer = await _take_in(intake, message)
        await outbox.probe(conn, message.header.sender, now)
        size = await (lives.grow if intake.signed else lives.size)(conn, node.epoch)
    node.mark.want(Position(node.epoch, size))
    await node.mark.flush()
    return answer


async def _answered_before(node: DeliveryNode, raw: bytes) -> bytes | None:
    """The stored answer to these very bytes, which were verified when they came first."""
    head = envelope.parse(raw).header
    async with node.pool.acquire() as conn:
        row = await inbox.find(conn, head.sender, head.id)
    return row.receipt if row is not None and row.digest == envelope.digest(raw) else None


async def _take_in(intake: _Intake, message: Envelope) -> bytes | Retry:
    head, digest = message.header, envelope.digest(message.raw)
    row = await inbox.find(intake.conn, head.sender, head.id)
    if row is not None and row.digest != digest:
        return await _refuse_other_bytes(intake, message, digest)
    if row is not None and row.receipt is not None:
        return row.receipt
    if row is None:
        await _note_number(intake, message, digest)
        if intake.now >= head.expires:
            return await _close_expired_unseen(intake, message, digest)
        row = await inbox.add(intake.conn, _arrival(message, digest, intake.now), message.raw)
    answer = await _close(intake, row, message)
    if not isinstance(answer, Retry):
        await _try_waiting(intake, row)
    return answer


def _arrival(message: Envelope, digest: str, now: datetime) -> Arrival:
    head = message.header
    return Arrival(
        sender=head.sender,
        id=head.id,
        epoch=head.epoch,
        seq=head.seq,
        prev=head.prev,
        digest=digest,
        task=None if head.track is None else head.track.task,
        received_at=now,
        expires_at=head.expires,
    )


async def _close(intake: _Intake, row: InboxRecord, message: Envelope) -> bytes | Retry:
    """Apply a stored message and answer it, unless it has to wait."""
    outcome, code = await _outcome(intake, message)
    if outcome is None:
        await inbox.set_reason(intake.conn, row.number, code or "NOT_YET")
        return Retry(code or "NOT_YET", stored=True)
    receipt = intake.sign(message.header, row.digest, outcome, code)
    await inbox.close(intake.conn, row.number, InboxState(outcome), receipt=receipt, code=code, now=intake.now)
    log.info(
        "message taken in", extra={"message_id": str(row.id), "sender": row.sender, "outcome": outcome, "code": code}
    )
    return receipt


async def _outcome(intake: _Intake, message: Envelope) -> tuple[Outcome | None, str | None]:
    """How the message ends: outcome and code; no outcome while it has to wait."""
    if intake.now >= message.header.expires:
        return "EXPIRED", None
    newest = await pairs.newest_epoch(intake.conn, message.header.sender)
    if message.header.sender != EXAMINER and rules.is_over(message.header.epoch, newest):  # it has a life per message
        return "REFUSED", rules.OVER
    try:
        content = _open(intake.node, intake.view, message)
        async with intake.conn.transaction():
            await _apply(intake, message, content)
    except CannotOpen:
        return "REFUSED", receipts.CANNOT_OPEN
    except Refused as error:
        if error.keep is not None:
            await error.keep(intake.conn)
        return "REFUSED", error.code
    except NotYet as error:
        if error.keep is not None:
            await error.keep(intake.conn)
        return None, error.code
    return "ACCEPTED", None


def _open(node: DeliveryNode, view: DirectoryView, message: Envelope) -> bytes:
    key = node.boxes.get(message.header.box_key)
    entry = view.key_entry(node.code, message.header.box_key)
    is_listed = view.is_listed(node.code)  # if not, its keys are listed nowhere yet
    if key is None or (is_listed and (entry is None or entry.state == "REVOKED")):
        raise CannotOpen
    return decrypt(message, key)


async def _apply(intake: _Intake, message: Envelope, content: bytes) -> None:
    head = message.header
    if head.sender == EXAMINER:  # it sees messages refused, and no more
        raise Refused("NOT_A_MEMBER")
    if content[:1] == CONTROL:
        if head.track is not None:  # the zone would be told of a task what no box says
            raise Refused("TRACK_MISMATCH")
        await resync.apply(intake.node, intake.conn, head, content[1:], intake.handler)
    elif content[:1] != PAYLOAD:
        raise Refused("UNKNOWN_CONTENT")
    elif not rules.lets_in(
        is_pending=await lives.is_pending(intake.conn, head.sender),
        is_told=await lives.is_told(intake.conn, head.sender),
    ):
        raise NotYet("RESYNCING")
    else:
        await intake.handler(intake.conn, head, content[1:])


async def _try_waiting(intake: _Intake, applied: InboxRecord) -> None:
    """Try again what of the same sender waits, as long as anything moves."""
    moved = True
    while moved:
        moved = False
        for row in await inbox.waiting(intake.conn, applied.sender, but=applied.number):
            if row.envelope is not None:
                answer = await _close(intake, row, envelope.parse(row.envelope))
                moved = moved or not isinstance(answer, Retry)


async def _refuse_other_bytes(intake: _Intake, message: Envelope, digest: str) -> bytes:
    """Other bytes under a known id: refused with a signed answer, both kept, alarm."""
    head = message.header
    known = await inbox.conflict_receipt(intake.conn, head.sender, head.id, digest)
    if known is not None:
        return known
    log.error("two messages under one id", extra={"sender": head.sender, "message_id": str(head.id), "digest": digest})
    receipt = intake.sign(head, digest, "REFUSED", receipts.EQUIVOCATION)
    await inbox.add_conflict(
        intake.conn, head.sender, head.id, digest, envelope=message.raw, receipt=receipt, now=intake.now
    )
    return receipt


async def _close_expired_unseen(intake: _Intake, message: Envelope, digest: str) -> bytes:
    """Close a message that came too late: its number is answered for, its bytes are not kept."""
    head = message.header
    log.warning("message came after its expiry", extra={"sender": head.sender, "message_id": str(head.id)})
    refused = RefusedEnvelope(intake.now, head.sender, "EXPIRED", digest, len(message.raw))
    await refused_envelopes.note(intake.conn, refused)
    receipt = intake.sign(head, digest, "EXPIRED")
    arrival = _arrival(message, digest, intake.now)
    await inbox.add_closed(intake.conn, arrival, InboxState.EXPIRED, receipt=receipt, code=None)
    return receipt


async def _note_number(intake: _Intake, message: Envelope, digest: str) -> None:
    """Notice missing numbers of the pair, and numbers or chains that contradict each other; hold nothing back."""
    head = message.header
    if head.seq is None:
        return
    twin = await inbox.digest_of_number(intake.conn, head.sender, head.epoch, head.seq)
    before = await inbox.digest_of_number(intake.conn, head.sender, head.epoch, head.seq - 1)
    if (twin is not None and twin != digest) or (before is not None and before != head.prev):
        log.error("a pair's numbers contradict", extra={"sender": head.sender, "epoch": head.epoch, "seq": head.seq})
    highest = await pairs.highest_arrived(intake.conn, head.sender, head.epoch)
    await pairs.note_arrival(
        intake.conn, head.sender, head.epoch, head.seq, missing=gaps.missing(highest, head.seq), now=intake.now
    )
