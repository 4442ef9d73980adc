"""What an asked court checks of an ask, in the order of the two lists at the end.

Invariant: a step of `PROVING` believes nothing and raises `Rejected`; a step of `ADMITTING` speaks to a proved sender
and raises `Refused`. Steps read; only `admission` writes.
"""

from datetime import timedelta
from typing import Final

from db import access_log, answers
from db.clock import civil_date
from db.pool import Conn
from federation.ask import content, examining, mandate
from federation.ask.arrival import Arrival
from federation.ask.refusing import Refused, Rejected
from federation.ask.status import Reason, Status
from federation.delivery.checks import CannotVerifyNow, fresh_view
from federation.directory.document import AgreementEntry
from federation.graph.skew import is_spoken
from federation.rules.freshness import is_fresh
from federation.wire import decryption, envelope, errors
from federation.wire.header import EXAMINER

_HOUR: Final = timedelta(hours=1)


# Before the sender is proved ------------------------------------------------------------------------------------------


async def check_size(arrival: Arrival) -> None:
    """No longer than an ask can be."""
    if len(arrival.raw) > envelope.MAX_ASK:
        raise Rejected(Reason.TOO_LARGE)


async def check_header(arrival: Arrival) -> None:
    """An envelope of this wire version, an ask, and for this court."""
    try:
        arrival.envelope = envelope.parse(arrival.raw)
    except errors.MalformedEnvelope:
        raise Rejected(Reason.MALFORMED) from None
    if arrival.header.kind != "ask":
        raise Rejected(Reason.MALFORMED)
    if arrival.header.to != arrival.court.code:
        raise Rejected(Reason.NOT_FOR_THIS_COURT)


async def check_member_state(arrival: Arrival) -> None:
    """Both courts are active members by the newest directory: fetched first when the ask names a newer one.

    The examiner may ask a court that is no member yet, and no other.
    """
    court, at_least = arrival.court, arrival.header.directory
    try:
        view = await fresh_view(court.directory, court.fetch, arrival.now, at_least=at_least)
        if arrival.header.sender == EXAMINER and not view.is_listed(court.code):
            return
        view.court(arrival.header.sender)
    except errors.UnknownCourt:
        raise Rejected(Reason.UNKNOWN_COURT) from None
    except CannotVerifyNow:
        raise Rejected(Reason.UNKNOWN_DIRECTORY) from None
    if not (view.is_active(arrival.header.sender) and view.is_active(arrival.court.code)):
        raise Rejected(Reason.MEMBERSHIP_SUSPENDED)


async def check_signature(arrival: Arrival) -> None:
    """Signed by the sender's key of the directory version that the header names."""
    assert arrival.envelope is not None  # the header step has passed
    try:
        arrival.court.directory.verify(arrival.envelope)
    except errors.UnknownVersion:
        raise Rejected(Reason.UNKNOWN_DIRECTORY) from None
    except errors.WireError:
        raise Rejected(Reason.BAD_SIGNATURE) from None


# After it -------------------------------------------------------------------------------------------------------------


async def check_freshness(arrival: Arrival, _: Conn) -> None:
    """Issued within five minutes of now, and not expired."""
    if not is_fresh(arrival.header.issued, arrival.header.expires, arrival.now):
        raise Refused(Reason.STALE)


async def check_replay(arrival: Arrival, conn: Conn) -> None:
    """The same bytes again get the stored answer; other bytes under the same id are an equivocation."""
    stored = await answers.find(conn, arrival.header.sender, arrival.header.id)
    if stored is not None and stored.digest != arrival.digest:
        raise Refused(Reason.EQUIVOCATION)
    arrival.stored = stored


async def check_agreement(arrival: Arrival, _: Conn) -> None:
    """An agreement of the pair is in force today."""
    today = civil_date(arrival.now)
    sender, asked = arrival.header.sender, arrival.court.code
    is_examined = sender == EXAMINER
    arrival.agreement = (
        examining.agreement(asked, today) if is_examined else arrival.directory.agreement(sender, asked, today)
    )
    if arrival.agreement is None:
        raise Refused(Reason.NO_AGREEMENT)


async def check_court_rate(arrival: Arrival, conn: Conn) -> None:
    """Within the pair's look-ups per hour; asks under way at the same instant may pass together."""
    assert arrival.agreement is not None  # the agreement step has passed
    counted = await access_log.count_court(conn, arrival.header.sender, arrival.now - _HOUR)
    if counted >= arrival.agreement.looks_per_hour:
        raise Refused(Reason.COURT_RATE_LIMITED)


async def check_box(arrival: Arrival, _: Conn) -> None:
    """The box opens with our key and holds an ask of our contract, or of one beside it."""
    assert arrival.envelope is not None  # the header step has passed
    try:
        arrival.ask = content.decode_ask(decryption.decrypt(arrival.envelope, arrival.court.box))
    except errors.CannotOpen:
        raise Refused(Reason.CANNOT_OPEN) from None
    except content.MalformedContent:
        raise Refused(Reason.MALFORMED) from None
    if not is_spoken(arrival.court.contract, arrival.ask.contract):
        raise Refused(Reason.UNSUPPORTED_CONTRACT, Status.UNSUPPORTED)


async def check_mandate(arrival: Arrival, _: Conn) -> None:
    """Signed by the asking court for one of its officers, and given for exactly this ask, here, now."""
    assert arrival.ask is not None  # the box step has passed
    ask = arrival.ask
    digest = content.selection_digest(ask.field, ask.contract, ask.arguments, ask.selection)
    sender = arrival.header.sender
    try:
        opened = mandate.open_signed(ask.mandate, arrival.court.directory.verify_statement)
        mandate.check_binding(opened, sender=sender, asked=arrival.court.code, digest=digest, now=arrival.now)
    except mandate.BadMandate:
        raise Refused(Reason.BAD_MANDATE) from None
    is_examined = sender == EXAMINER
    if not (examining.is_sample(opened) if is_examined else arrival.directory.officer(sender, opened.officer)):
        raise Refused(Reason.BAD_MANDATE)
    arrival.mandate = opened


async def check_what_is_agreed(arrival: Arrival, _: Conn) -> None:
    """The agreement allows the purpose, and a section; of several, those that it does not allow are left out."""
    assert arrival.agreement is not None and arrival.mandate is not None  # noqa: PT018 - the steps have passed
    said, agreement = arrival.mandate, arrival.agreement
    reason = not_agreed(agreement, said.purpose, said.sections)
    if reason is not None:
        raise Refused(reason)
    arrival.sections = tuple(section for section in said.sections if section in agreement.sections)


async def check_officer_rate(arrival: Arrival, conn: Conn) -> None:
    """Within an officer's look-ups per hour, counted exactly."""
    assert arrival.mandate is not None  # the mandate step has passed
    sender, officer = arrival.header.sender, arrival.mandate.officer
    await access_log.lock_officer(conn, sender, officer)
    counted = await access_log.count_officer(conn, sender, officer, arrival.now - _HOUR)
    if counted >= arrival.court.looks_per_hour_officer:
        raise Refused(Reason.RATE_LIMITED)


def not_agreed(agreement: AgreementEntry, purpose: str, sections: tuple[str, ...]) -> Reason | None:
    """Why the agreement does not allow such a look-up; None when it does, if only in a part of its sections."""
    if purpose not in agreement.purposes:
        return Reason.PURPOSE_NOT_AGREED
    if sections and not set(sections) & set(agreement.sections):
        return Reason.SECTION_NOT_AGREED
    return None


PROVING: Final = (check_size, check_header, check_member_state, check_signature)
ADMITTING: Final = (
    check_freshness,
    check_replay,
    check_agreement,
    check_court_rate,
    check_box,
    check_mandate,
    check_what_is_agreed,
    check_officer_rate,
)
