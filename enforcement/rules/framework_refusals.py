"""What the rules of the framework agreement's records say when they are broken: codes and parts, no identifier."""

from dataclasses import dataclass

from enforcement.rules.refusals import RuleBroken


class RecordClosed(RuleBroken):
    """The record has ended, or its last day is past: nothing in it changes any more."""

    code = "RECORD_CLOSED"


@dataclass(eq=False)
class NotAParty(RuleBroken):
    """The court that `part` names takes no part in the record."""

    part: str
    code = "NOT_A_PARTY"


class PeriodsOverlap(RuleBroken):
    """Another record of the same thing holds on some of these days."""

    code = "PERIODS_OVERLAP"


class AlreadySupervised(RuleBroken):
    """The court supervises this task already, and has not closed it."""

    code = "ALREADY_SUPERVISED"


class AlreadyAnswered(RuleBroken):
    """The supervision was answered."""

    code = "ALREADY_ANSWERED"


class DecisionsOpen(RuleBroken):
    """Not every decision of the meeting is struck off."""

    code = "DECISIONS_OPEN"


class NotEnoughLeft(RuleBroken):
    """On some of these days less is left of what was offered."""

    code = "NOT_ENOUGH_LEFT"


class RequestsOpen(RuleBroken):
    """Requests wait for an answer, or what was granted is not returned."""

    code = "REQUESTS_OPEN"


class StandardChanged(RuleBroken):
    """What was read is not what would be signed."""

    code = "STANDARD_CHANGED"


class GatewayUnreachable(RuleBroken):
    """The zone's gateway gave no answer: nothing was signed."""

    code = "GATEWAY_UNREACHABLE"


class GatewayFaulty(RuleBroken):
    """What the gateway gave is not of the right form."""

    code = "GATEWAY_FAULTY"
