"""What became of an ask at one court, why, and who says so: closed lists.

Invariant: a reason is one of these codes. A peer's text never reaches a client, nor a log.
"""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """What became of an ask at one court. Together they add up to the courts in scope."""

    PENDING = "PENDING"  # still being asked: in an answer that is under way, never in the final one
    ANSWERED = "ANSWERED"
    EMPTY = "EMPTY"
    REFUSED = "REFUSED"
    TIMED_OUT = "TIMED_OUT"
    UNREACHABLE = "UNREACHABLE"
    CIRCUIT_OPEN = "CIRCUIT_OPEN"
    FAULTY = "FAULTY"
    UNSUPPORTED = "UNSUPPORTED"
    NOT_ASKED = "NOT_ASKED"


LOOKED: Final = frozenset({Status.ANSWERED, Status.EMPTY})
"""Only a court that looked can say that there is nothing."""
SAID: Final = LOOKED | {Status.REFUSED, Status.UNSUPPORTED, Status.FAULTY}
"""What an asked court can say of itself."""
TOLD: Final = frozenset(Status) - LOOKED - {Status.PENDING}
"""What the gateway can say of a court: never that it looked."""


class Reason(StrEnum):
    """Why there is no answer."""

    # refused by the asked court, in the order of its admission list
    TOO_LARGE = "TOO_LARGE"
    MALFORMED = "MALFORMED"
    NOT_FOR_THIS_COURT = "NOT_FOR_THIS_COURT"
    UNKNOWN_DIRECTORY = "UNKNOWN_DIRECTORY"
    UNKNOWN_COURT = "UNKNOWN_COURT"
    MEMBERSHIP_SUSPENDED = "MEMBERSHIP_SUSPENDED"
    BAD_SIGNATURE = "BAD_SIGNATURE"
    STALE = "STALE"
    EQUIVOCATION = "EQUIVOCATION"
    NO_AGREEMENT = "NO_AGREEMENT"
    COURT_RATE_LIMITED = "COURT_RATE_LIMITED"
    CANNOT_OPEN = "CANNOT_OPEN"
    BAD_MANDATE = "BAD_MANDATE"
    PURPOSE_NOT_AGREED = "PURPOSE_NOT_AGREED"
    SECTION_NOT_AGREED = "SECTION_NOT_AGREED"
    RATE_LIMITED = "RATE_LIMITED"
    PURPOSE_NOT_PERMITTED = "PURPOSE_NOT_PERMITTED"
    UNSUPPORTED_FIELD = "UNSUPPORTED_FIELD"
    UNSUPPORTED_CONTRACT = "UNSUPPORTED_CONTRACT"
    INTERNAL = "INTERNAL"
    # noticed on the way, or by the asking court
    DEADLINE = "DEADLINE"
    NO_CONNECTION = "NO_CONNECTION"
    STREAM_CUT = "STREAM_CUT"
    TOO_MANY_FAILURES = "TOO_MANY_FAILURES"
    BAD_RESPONSE = "BAD_RESPONSE"
    BAD_ANSWER = "BAD_ANSWER"
    WRONG_SHAPE = "WRONG_SHAPE"
    CONTRADICTION = "CONTRADICTION"
    OTHER = "OTHER"


class Reporter(StrEnum):
    """Who says what became of an ask."""

    COURT = "COURT"
    GATEWAY = "GATEWAY"
    ASKER = "ASKER"


def reason_of(code: str | None) -> Reason:
    """The reason named by a peer's `code`; `OTHER` when it is none of ours."""
    try:
        return Reason(code or "")
    except ValueError:
        return Reason.OTHER
