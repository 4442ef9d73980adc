"""What an asked court checks before it answers, in one order which `checks` states as two lists.

An envelope arrives -> size, header, member state, signature (a refusal here is a plain code, and one row in
`refused_envelopes`) -> freshness, replay, agreement, court rate, decryption, mandate, what the agreement allows,
officer rate -> the part is made -> access log, (sender, id) and the encrypted answer are stored in one transaction. A
refusal after the signature is itself an encrypted, signed answer and a row in `access_log`.

Invariant: who is asked about, for which case and purpose, comes from the mandate alone. The same ask gets the same
bytes. Sections that the agreement leaves out are refused; what is agreed beside them is answered.
"""

import logging
from dataclasses import replace
from typing import Final

import msgspec

from db import access_log, answers
from db.ids import new_id
from db.pool import Conn, transaction
from db.records.lookups import AccessRecord, StoredAnswer
from federation.ask import content
from federation.ask.arrival import Admitted, Arrival, AskedCourt, Execute
from federation.ask.checks import ADMITTING, PROVING
from federation.ask.content import Answer
from federation.ask.refusing import Refused, Rejected
from federation.ask.status import LOOKED, Reason, Status
from federation.delivery.checks import note_refused
from federation.rules.freshness import FRESH
from federation.wire import encryption, envelope, errors
from federation.wire.header import Header

_LOG: Final = logging.getLogger(__name__)
_FORGOTTEN: Final = frozenset({Reason.STALE, Reason.EQUIVOCATION})
"""Refusals that take no place in the table of answers: the first could fill it, the second's place is taken."""


async def admit(court: AskedCourt, raw: bytes, execute: Execute) -> bytes:
    """The answer envelope to the ask in `raw`.

    Raises:
        Rejected: its sender could not be proved; the refusal is noted.
    """
    arrival = Arrival(court, raw, court.clock.now(), envelope.digest(raw))
    try:
        for prove in PROVING:
            await prove(arrival)
    except Rejected as rejected:
        await note_refused(court.pool, court.directory, raw, rejected.reason, arrival.now)
        raise
    async with transaction(court.pool) as conn:
        await answers.lock(conn, arrival.header.sender, arrival.header.id)
        outcome = await _answer(arrival, conn, execute)
        if arrival.stored is not None:
            return arrival.stored.answer
        written = _write(arrival, outcome)
        await access_log.add(conn, _entry(arrival, outcome))
        if outcome.code not in _FORGOTTEN:
            stored = StoredAnswer(arrival.digest, written)
            await answers.add(conn, arrival.header.sender, arrival.header.id, stored, arrival.now)
        return written


async def _answer(arrival: Arrival, conn: Conn, execute: Execute) -> Answer:
    try:
        for check in ADMITTING:
            await check(arrival, conn)
            if arrival.stored is not None:
                return Answer(status=Status.ANSWERED)
        assert arrival.ask is not None and arrival.mandate is not None  # noqa: PT018 - the steps have passed
        allowed = msgspec.structs.replace(arrival.mandate, sections=arrival.sections)
        async with conn.transaction():
            answer = await execute(Admitted(arrival.ask, allowed), conn)
        return answer if allowed == arrival.mandate else _in_part(answer)
    except Refused as refused:
        return Answer(status=refused.status, code=refused.reason)
    except Exception as error:  # noqa: BLE001 - our own fault is an answer too, and is logged at both ends
        # without the traceback: it may hold values
        _LOG.error("ask failed", extra={"error": type(error).__name__})
        return Answer(status=Status.FAULTY, code=Reason.INTERNAL)


def _in_part(answer: Answer) -> Answer:
    """The answer of a court that may not answer every section: it refuses those, and the others are there."""
    if answer.status not in LOOKED:
        return answer
    return msgspec.structs.replace(answer, status=Status.REFUSED, code=Reason.SECTION_NOT_AGREED)


def _write(arrival: Arrival, answer: Answer) -> bytes:
    """The answer envelope, encrypted to the asking court; one that is too long becomes a fault."""
    court, view = arrival.court, arrival.directory
    box_id, box_key = view.box_key(arrival.header.sender)
    header = Header(
        kind="answer",
        id=new_id(arrival.now),
        epoch=court.epoch,
        sender=court.code,
        to=arrival.header.sender,
        issued=arrival.now,
        expires=arrival.now + FRESH,
        directory=view.version,
        signing_key=court.signer.id,
        box_key=box_id,
        re=arrival.header.id,
        re_digest=arrival.digest,
    )
    try:
        return encryption.write(header, content.encode(answer), recipient=box_key, signer=court.signer)
    except errors.TooLong:
        return _write(arrival, _too_large(answer))


def _too_large(answer: Answer) -> Answer:
    """The fault that stands for an answer beyond the largest box."""
    return Answer(status=Status.FAULTY, code=Reason.TOO_LARGE, as_of=answer.as_of)


def _entry(arrival: Arrival, answer: Answer) -> AccessRecord:
    entry = AccessRecord(
        at=arrival.now,
        asking_court=arrival.header.sender,
        ask_id=arrival.header.id,
        digest=arrival.digest,
        outcome=answer.code or answer.status,
    )
    if arrival.ask is None or arrival.mandate is None:
        return entry
    said, at_rest = arrival.mandate, arrival.court.at_rest
    listed = arrival.directory.officer(arrival.header.sender, said.officer)
    return replace(
        entry,
        lookup_id=said.id,
        officer_id=said.officer,
        field=arrival.ask.field,
        case_number=said.case_number,
        purpose=said.purpose,
        sections=list(said.sections),
        subject_kind=said.subject_kind,
        subject_key=at_rest.blind(said.subject_kind, said.subject),
        mandate=at_rest.encrypt(arrival.ask.mandate, context="access_log.mandate"),
        rows=answer.rows,
        roles=None if listed is None else list(listed.roles),
    )
