"""Whose envelope is it? The checks that a node and the gateway share; none of them can read a box.

form -> kind -> directory (fetched first when the envelope names a newer version) -> signature -> clock

Invariant: three answers that are never mixed up: genuine; `NotGenuine`, verified bad, of which nothing is stored but
the fact; `CannotVerifyNow`, after which the sender tries again.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from db import refused_envelopes
from db.pool import Pool
from db.records.delivery import RefusedEnvelope
from federation.directory.directory import Directory
from federation.directory.view import DirectoryView
from federation.wire import envelope, header
from federation.wire.envelope import Envelope
from federation.wire.errors import (
    BadSignature,
    DirectoryExpired,
    MalformedEnvelope,
    UnknownCourt,
    UnknownKey,
    UnknownVersion,
    WireError,
)
from federation.wire.framing import split

log: Final = logging.getLogger("federation.delivery")

FUTURE_TOLERANCE: Final = timedelta(minutes=5)
"""How far a sender's clock may run ahead of ours."""
_MAY_SEND: Final = frozenset({"ACTIVE", "SUSPENDED", "WITHDRAWING"})
"""Messages of open tasks still flow while a court is suspended or withdrawing."""

Fetch = Callable[[], Awaitable[None]]
"""Gets the newest directory document and accepts it; quiet when it cannot."""


@dataclass(eq=False)
class NotGenuine(Exception):
    """Verified bad: final. `code` is stable."""

    code: str


@dataclass(eq=False)
class CannotVerifyNow(Exception):
    """Neither good nor bad as far as can be told here and now."""

    code: str


async def genuine(
    raw: bytes,
    kind: header.Kind,
    *,
    directory: Directory,
    fetch: Fetch,
    now: datetime,
    finishes: bool = False,
    at: str | None = None,
) -> Envelope:
    """The envelope, if its form is right and its sender, a member, signed it; `at` is the court that takes it in.

    A court that is no member yet hears of the examiner alone, and nobody else does.

    What `finishes` something that was accepted is believed under a directory past its time too.

    Raises:
        NotGenuine: malformed, of another kind, by an unknown court or key, or with a bad signature.
        CannotVerifyNow: the directory is too old here or there, or the envelope comes from the future.
    """
    try:
        arrived = envelope.parse(raw)
    except MalformedEnvelope as error:
        raise NotGenuine(error.code) from None
    if arrived.header.kind != kind:
        raise NotGenuine("WRONG_KIND")
    look = newest_view if finishes else fresh_view
    view = await look(directory, fetch, now, at_least=arrived.header.directory)
    try:
        directory.verify(arrived)
    except UnknownVersion as error:
        raise CannotVerifyNow(error.code) from None
    except (UnknownCourt, UnknownKey, BadSignature) as error:
        raise NotGenuine(error.code) from None
    _require_heard(view, arrived.header.sender, at)
    if arrived.header.issued > now + FUTURE_TOLERANCE:
        raise CannotVerifyNow("ISSUED_IN_FUTURE")
    return arrived


def _require_heard(view: DirectoryView, sender: str, at: str | None) -> None:
    """Return if `sender`, who signed, may speak to the court `at`, or to the gateway. Raises NotGenuine."""
    is_applicant = at is not None and not view.is_listed(at)
    if sender == header.EXAMINER:
        if not is_applicant:
            raise NotGenuine("UNKNOWN_COURT")
    elif sender != header.GATEWAY and (is_applicant or view.court(sender).state not in _MAY_SEND):
        raise NotGenuine("NOT_A_MEMBER")


async def fresh_view(directory: Directory, fetch: Fetch, now: datetime, *, at_least: int = 0) -> DirectoryView:
    """The newest directory version; fetched first when ours is expired or below `at_least`.

    Raises:
        CannotVerifyNow: no version is good now.
    """
    view = _usable(directory, now)
    if isinstance(view, WireError) or view.version < at_least:
        await fetch()
        view = _usable(directory, now)
    if isinstance(view, WireError):
        raise CannotVerifyNow(view.code)
    return view


async def newest_view(directory: Directory, fetch: Fetch, now: datetime, *, at_least: int = 0) -> DirectoryView:
    """As `fresh_view`, but an expired version serves: to finish what was accepted while one was in force.

    Raises:
        CannotVerifyNow: there is no version at all.
    """
    try:
        return await fresh_view(directory, fetch, now, at_least=at_least)
    except CannotVerifyNow:
        try:
            return directory.current()
        except UnknownVersion as error:
            raise CannotVerifyNow(error.code) from None


def _usable(directory: Directory, now: datetime) -> DirectoryView | WireError:
    try:
        return directory.fresh(now)
    except (UnknownVersion, DirectoryExpired) as error:
        return error


def require_answer_to(receipt: Envelope, *, sender: str, destination: str, digest: str) -> None:
    """Return if `receipt` is the destination's answer to the message of that digest.

    Raises:
        NotGenuine: it answers another message, or another court speaks.
    """
    head = receipt.header
    if (head.sender, head.to, head.re_digest) != (destination, sender, digest):
        raise NotGenuine("RECEIPT_MISMATCH")


async def note_refused(pool: Pool, directory: Directory, raw: bytes, code: str, now: datetime) -> None:
    """Write down that `raw` was refused: when, why, how large, and by a known court's name or none."""
    refused = RefusedEnvelope(now, _claimed_sender(raw, directory), code, envelope.digest(raw), len(raw))
    log.warning("envelope refused", extra={"code": code, "digest": refused.digest, "sender": refused.sender_claimed})
    async with pool.acquire() as conn:
        await refused_envelopes.note(conn, refused)


def _claimed_sender(raw: bytes, directory: Directory) -> str | None:
    """The court that the header names, if the directory lists it; nothing else of a stranger's bytes is kept."""
    try:
        claimed = header.decode(split(raw, 3)[0]).sender
        return directory.current().court(claimed).code
    except (MalformedEnvelope, UnknownCourt, UnknownVersion):
        return None
