"""What a task's messages say: four kinds of signed statement, and the message around one of them.

Invariant: a statement names the personal payload by a salted commitment only; a body is strict JSON, and a receiver
that finds an unknown or doubled key refuses it.
"""

from datetime import date, datetime, timedelta
from typing import Annotated, Final, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import Meta

from federation.wire import statement, strict_json
from federation.wire.header import Count, Court, Digest, Token
from federation.wire.statement import Statement

EVENT: Final = "task-event"
REQUEST: Final = "task-request"
ANSWER: Final = "task-answer"
STATEMENT: Final = "task-statement"

_Commitment = Digest
_Prev = Annotated[str, Meta(pattern=r"\A(?:[0-9a-f]{64})?\Z")]


class TaskMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The plaintext of a message: a statement, and the payload that its commitment stands for."""

    statement: bytes
    salt: bytes
    payload: bytes


class EventBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One event of the shared log."""

    task: UUID
    seq: Count
    prev: _Prev
    type: Token
    status: Token
    holder: Court  # who appends the next event; the author, when this one ends the log
    author: Court
    at: datetime
    due_on: date | None
    urgent: bool
    matter: Token
    commitment: _Commitment
    history: Digest | None = None  # DISPATCHED: the delegating court's internal history
    request: UUID | None = None  # the request that this event grants
    resume: Token | None = None  # LOADED: the state to which a supplement leads back
    answer_due_on: date | None = None  # RECEIVED, FEEDBACK_REJECTED: by when the entrusted court answers


class RequestBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the court that may not append asks of the one that may."""

    id: UUID
    task: UUID
    kind: Literal["WITHDRAW", "SUPPLEMENT"]
    author: Court
    at: datetime
    head_seq: Count
    head: Digest
    commitment: _Commitment


class AnswerBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A refusal of a request, with the head of the log that stands against it. What is granted is an event."""

    request: UUID
    task: UUID
    author: Court
    at: datetime
    head_seq: Count
    head: Digest


class StatementBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What either court says beside the log; `head_seq` and `head` are the author's newest event of it."""

    id: UUID
    task: UUID
    kind: Token
    author: Court
    at: datetime
    head_seq: Count
    head: Digest
    commitment: _Commitment
    refers: UUID | None = None  # an earlier statement about the same task


class NotAMessage(Exception):
    """The plaintext or the statement's body is not of the form."""


Body = TypeVar("Body", EventBody, RequestBody, AnswerBody, StatementBody)

_BEGINS_ANSWER: Final = frozenset({"RECEIVED", "FEEDBACK_REJECTED"})
_YESTERDAY: Final = timedelta(days=-1)  # a day of China may be one of UTC that is over
_LONGEST_ANSWER: Final = timedelta(days=366)  # what any release may set; beyond, nobody meant it
_MESSAGE: Final = msgspec.msgpack.Decoder(TaskMessage)
_EVENT: Final = msgspec.json.Decoder(EventBody)
_REQUEST: Final = msgspec.json.Decoder(RequestBody)
_ANSWER: Final = msgspec.json.Decoder(AnswerBody)
_STATEMENT: Final = msgspec.json.Decoder(StatementBody)


def encode(message: TaskMessage) -> bytes:
    """The plaintext."""
    return msgspec.msgpack.encode(message)


def decode(raw: bytes) -> TaskMessage:
    """The message in a plaintext.

    Raises:
        NotAMessage: it is none.
    """
    try:
        message = _MESSAGE.decode(raw)
    except msgspec.MsgspecError:
        raise NotAMessage from None
    if len(message.salt) not in {0, statement.SALT_BYTES}:
        raise NotAMessage
    return message


def encode_body(body: EventBody | RequestBody | AnswerBody | StatementBody) -> bytes:
    """The bytes that are signed."""
    return msgspec.json.encode(body)


def event_body(claim: Statement) -> EventBody:
    """Raises NotAMessage."""
    body = _body(claim, _EVENT)
    if body.answer_due_on is not None:
        ahead = body.answer_due_on - body.at.date()
        if body.type not in _BEGINS_ANSWER or not _YESTERDAY <= ahead <= _LONGEST_ANSWER:
            raise NotAMessage
    return body


def request_body(claim: Statement) -> RequestBody:
    """Raises NotAMessage."""
    return _body(claim, _REQUEST)


def answer_body(claim: Statement) -> AnswerBody:
    """Raises NotAMessage."""
    return _body(claim, _ANSWER)


def statement_body(claim: Statement) -> StatementBody:
    """Raises NotAMessage."""
    return _body(claim, _STATEMENT)


def _body(claim: Statement, decoder: "msgspec.json.Decoder[Body]") -> Body:
    """The body, whose author is the statement's and whose instants are aware."""
    try:
        body, _ = strict_json.decode(claim.body, decoder)
    except strict_json.NotStrict:
        raise NotAMessage from None
    if body.author != claim.author or body.at.tzinfo is None:
        raise NotAMessage
    return body
