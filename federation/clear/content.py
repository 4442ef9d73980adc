"""What the gateway asks in clear and a court answers: two signed statements, "clear-query" and "clear-answer".

A query's body is strict JSON. An answer's body is a frame of two parts: a strict JSON head, and the field's value as
compact JSON, which nobody decodes before its shape is checked. The head names the query by its id and its digest, so an
answer fits one query only, whose id is used once. Invariant: pure; nothing in it names a person who is not on a public
list, and nothing here can decrypt.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from federation.ask.content import Answer
from federation.ask.status import Status
from federation.graph.page import PageAnswer, PageAsk
from federation.wire import framing, statement, strict_json
from federation.wire.errors import MalformedEnvelope
from federation.wire.header import GATEWAY, Court, Digest, Instant
from federation.wire.signing import SigningKey
from federation.wire.statement import OVERHEAD_BYTES, Statement

QUERY: Final = "clear-query"
ANSWER: Final = "clear-answer"
PATH: Final = "/federation/clear"
MAX_QUERY: Final = 64 * 1024 + OVERHEAD_BYTES
"""No query, as a whole, is longer."""
_MAX_ANSWER_BODY: Final = 256 * 1024
MAX_ANSWER: Final = _MAX_ANSWER_BODY + OVERHEAD_BYTES
"""No answer, as a whole, is longer."""

Code = Annotated[str, Meta(pattern=r"\A[A-Z][A-Z0-9_]{0,39}\Z")]


class Malformed(Exception):
    """Not a query, or not an answer, of this form."""


class ClearQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """One clear field asked of one court."""

    id: UUID
    to: Court
    contract: int
    field: Annotated[str, Meta(pattern=r"\A[_A-Za-z][_A-Za-z0-9]{0,63}\Z")]
    arguments: dict[str, Any]
    selection: str  # a selection set and its fragments: no operation, no variable, no second root
    page: PageAsk | None = None  # of a field of rule PAGE: from where, how many, up to when
    language: Literal["zh", "en"]
    issued: Instant
    expires: Instant


class _Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """What a court says of its part."""

    re: UUID
    re_digest: Digest
    status: Status
    code: Code | None
    rows: Annotated[int, Meta(ge=0, le=2**31 - 1)]
    as_of: Instant | None
    page: PageAnswer | None
    narrowed: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What a court answers: its part, and where the rows of a page stand."""

    answer: Answer
    page: PageAnswer | None = None


_QUERY: Final = msgspec.json.Decoder(ClearQuery)
_HEAD: Final = msgspec.json.Decoder(_Head)


def write_query(query: ClearQuery, *, directory: int, signer: SigningKey) -> bytes:
    """`query` as a statement of the gateway.

    Raises:
        TooLong: it exceeds what a court reads.
    """
    return statement.write(QUERY, msgspec.json.encode(query), author=GATEWAY, directory=directory, signer=signer)


def parse_query(raw: bytes) -> tuple[Statement, ClearQuery]:
    """The statement and what it asks; who signed it is not looked at.

    Raises:
        Malformed: it is no statement of the gateway's that asks something.
    """
    try:
        said = statement.parse(raw, QUERY)
        query, _ = strict_json.decode(said.body, _QUERY)
    except (MalformedEnvelope, strict_json.NotStrict) as error:
        raise Malformed from error
    if said.author != GATEWAY:
        raise Malformed
    return said, query


def write_answer(told: Told, *, re: UUID, re_digest: str, author: str, directory: int, signer: SigningKey) -> bytes:
    """`told` as a statement of its court.

    Raises:
        TooLong: it exceeds what the gateway reads.
    """
    answer = told.answer
    head = _Head(
        re=re,
        re_digest=re_digest,
        status=answer.status,
        code=answer.code,
        rows=answer.rows,
        as_of=answer.as_of,
        page=told.page,
        narrowed=answer.narrowed,
    )
    body = framing.join(msgspec.json.encode(head), bytes(answer.data))
    return statement.write(
        ANSWER, body, author=author, directory=directory, signer=signer, limit_bytes=_MAX_ANSWER_BODY
    )


def parse_answer(raw: bytes, *, re: UUID, re_digest: str, author: str) -> tuple[Statement, Told]:
    """The statement and what it says, if it is `author`'s word on that very query; its signature is not looked at.

    Raises:
        Malformed: it is no such statement.
    """
    try:
        said = statement.parse(raw, ANSWER, limit_bytes=_MAX_ANSWER_BODY)
        head_bytes, data = framing.split(said.body, 2)
        head, _ = strict_json.decode(head_bytes, _HEAD)
    except (MalformedEnvelope, strict_json.NotStrict) as error:
        raise Malformed from error
    if (said.author, head.re, head.re_digest) != (author, re, re_digest):
        raise Malformed
    answer = Answer(
        status=head.status,
        code=head.code,
        rows=head.rows,
        as_of=head.as_of,
        data=msgspec.Raw(data),
        narrowed=head.narrowed,
    )
    return said, Told(answer, head.page)
