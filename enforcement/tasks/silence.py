"""Evidence of silence (逾期未办证明): what the court that waits puts on record when a term passed and nothing came.

A statement beside the log, so both courts hold it and a superior court can be shown it: which term of which task passed
when, at which head of the log, and which receipts of the other court prove that it had the messages.

Invariant: said once for a term of a task at a head of its log; it moves nothing, and nobody gets the right to append.
"""

import hashlib
from contextlib import suppress
from datetime import datetime

from db import task_clocks, task_events, task_statements
from db.pool import Conn
from db.records.tasks import TaskRecord
from db.task_clocks import SentRecord
from enforcement.court import CourtNode
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_clocks import Running
from enforcement.rules.task_log import EventType
from enforcement.rules.task_refusals import TooManyStatements
from enforcement.tasks import contents, statements
from enforcement.tasks.statement_contents import MOST_PROOFS, Proof, SilencePayload


async def keep(court: CourtNode, conn: Conn, task: TaskRecord, clock: Running, now: datetime) -> None:
    """Put on record that `clock` of `task`, which is locked, passed in silence; the same again says nothing new.

    Of a task that was loaded and has not moved since there is nothing to prove: no message of it was ever sent.
    """
    head = await task_events.at(conn, task.id, task.head_seq)
    if head is None or head.type == EventType.LOADED or await _is_said(court, conn, task, clock):
        return
    sent = await task_clocks.sent(conn, task.id, limit=MOST_PROOFS)
    payload = SilencePayload(
        term=clock.term.value,
        due_on=clock.due_on,
        missed_at=clock.missed_at,
        messages=[_proof(message) for message in sent],
    )
    with suppress(TooManyStatements):  # the mark and the warning stand, and whoever comes next is looked at
        await statements.send(court, conn, task, StatementKind.SILENCE, payload, now=now)


async def _is_said(court: CourtNode, conn: Conn, task: TaskRecord, clock: Running) -> bool:
    for said in await task_statements.of_kinds(conn, task.id, [StatementKind.SILENCE], since=clock.missed_at):
        plain = court.at_rest.decrypt(said.payload, context=task_statements.CONTEXT)
        earlier = contents.read(plain, SilencePayload)
        if (said.author, said.head_digest, earlier.term) == (court.code, task.head_digest, clock.term):
            return True
    return False


def _proof(message: SentRecord) -> Proof:
    return Proof(
        message=message.id,
        event=message.track["event"],
        seq=message.track["seq"],
        state=message.state,
        at=message.closed_at,
        digest=message.digest,
        receipt=None if message.receipt is None else hashlib.sha256(message.receipt).hexdigest(),
    )
