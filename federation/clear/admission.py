"""What an asked court checks of a clear query before it answers, in the order of the list `CHECKS`.

A query arrives -> size, form, the gateway's key in the directory, freshness, addressed here, member state (a refusal
here is a plain code, and one row in `refused_envelopes`) -> the field is executed -> its value, or why there is none,
goes back signed.

Invariant: the gateway alone asks in clear, and what it may ask is the schema of the clear fields, in which nothing of a
person stands who is not on a public list. Nothing is written but refusals: the same query again is answered again.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from db.clock import Clock
from db.pool import Pool
from federation.ask.content import CONTRACT, Answer
from federation.ask.refusing import Rejected
from federation.ask.status import Reason, Status
from federation.clear import content
from federation.clear.content import ClearQuery, Told
from federation.delivery.checks import CannotVerifyNow, fresh_view, note_refused
from federation.directory.directory import Directory
from federation.directory.fetch import Fetch, nothing_newer
from federation.directory.view import DirectoryView
from federation.graph.skew import is_spoken
from federation.rules.freshness import is_fresh
from federation.wire import errors, statement
from federation.wire.signing import SigningKey
from federation.wire.statement import Statement

_LOG: Final = logging.getLogger(__name__)

Execute: TypeAlias = Callable[[ClearQuery], Awaitable[Told]]
"""Makes the part."""


@dataclass(frozen=True, slots=True)
class ClearCourt:
    """What answering in clear needs of its court."""

    code: str
    pool: Pool
    clock: Clock
    directory: Directory
    signer: SigningKey
    fetch: Fetch = nothing_newer
    contract: int = CONTRACT  # of its release


@dataclass(slots=True)
class Arrival:
    """A query on its way through the list: each step may fill in what the next ones need."""

    court: ClearCourt
    raw: bytes
    now: datetime
    parsed: tuple[Statement, ClearQuery] | None = None
    view: DirectoryView | None = None

    @property
    def said(self) -> Statement:
        assert self.parsed is not None  # the form has passed
        return self.parsed[0]

    @property
    def query(self) -> ClearQuery:
        assert self.parsed is not None  # the form has passed
        return self.parsed[1]


async def check_size(arrival: Arrival) -> None:
    """No longer than a query can be."""
    if len(arrival.raw) > content.MAX_QUERY:
        raise Rejected(Reason.TOO_LARGE)


async def check_form(arrival: Arrival) -> None:
    """A query of this version, in the gateway's name."""
    try:
        arrival.parsed = content.parse_query(arrival.raw)
    except content.Malformed:
        raise Rejected(Reason.MALFORMED) from None


async def check_signature(arrival: Arrival) -> None:
    """Signed by the gateway's key of the directory version that it names, fetched first when it is a newer one."""
    court = arrival.court
    try:
        arrival.view = await fresh_view(court.directory, court.fetch, arrival.now, at_least=arrival.said.directory)
        court.directory.verify_said(arrival.said, arrival.query.issued)
    except (errors.UnknownVersion, CannotVerifyNow):
        raise Rejected(Reason.UNKNOWN_DIRECTORY) from None
    except errors.WireError:
        raise Rejected(Reason.BAD_SIGNATURE) from None


async def check_freshness(arrival: Arrival) -> None:
    """Issued within five minutes of now, and not expired."""
    if not is_fresh(arrival.query.issued, arrival.query.expires, arrival.now):
        raise Rejected(Reason.STALE)


async def check_address(arrival: Arrival) -> None:
    """For this court."""
    if arrival.query.to != arrival.court.code:
        raise Rejected(Reason.NOT_FOR_THIS_COURT)


async def check_member_state(arrival: Arrival) -> None:
    """This court is an active member by the newest directory."""
    assert arrival.view is not None  # the signature has passed
    if not arrival.view.is_active(arrival.court.code):
        raise Rejected(Reason.MEMBERSHIP_SUSPENDED)


CHECKS: Final = (check_size, check_form, check_signature, check_freshness, check_address, check_member_state)


async def admit(court: ClearCourt, raw: bytes, execute: Execute) -> bytes:
    """The signed answer to the query in `raw`.

    Raises:
        Rejected: it may not be answered; the refusal is noted.
    """
    arrival = Arrival(court, raw, court.clock.now())
    try:
        for check in CHECKS:
            await check(arrival)
    except Rejected as rejected:
        await note_refused(court.pool, court.directory, raw, rejected.reason, arrival.now)
        raise
    return _write(arrival, await _answer(arrival, execute))


async def _answer(arrival: Arrival, execute: Execute) -> Told:
    if not is_spoken(arrival.court.contract, arrival.query.contract):
        return Told(Answer(status=Status.UNSUPPORTED, code=Reason.UNSUPPORTED_CONTRACT))
    try:
        return await execute(arrival.query)
    except Exception as error:  # noqa: BLE001 - our own fault is an answer too, and is logged at both ends
        # without the traceback: it may hold values
        _LOG.error("clear query failed", extra={"error": type(error).__name__})
        return Told(Answer(status=Status.FAULTY, code=Reason.INTERNAL))


def _write(arrival: Arrival, told: Told) -> bytes:
    """The answer, signed; one that is too long becomes a fault."""
    view, court = arrival.view, arrival.court
    assert view is not None  # the signature has passed

    def written(told: Told) -> bytes:
        return content.write_answer(
            told,
            re=arrival.query.id,
            re_digest=statement.digest(arrival.raw),
            author=court.code,
            directory=view.version,
            signer=court.signer,
        )

    try:
        return written(told)
    except errors.TooLong:
        return written(Told(Answer(status=Status.FAULTY, code=Reason.TOO_LARGE, as_of=told.answer.as_of)))
