"""What the gateway's desk says when a rule is broken: codes only, nothing of a task, a look-up or a person."""

from dataclasses import dataclass

from enforcement.rules.refusals import RuleBroken


class NotSignedIn(RuleBroken):
    """No valid token came with the request."""

    code = "NOT_SIGNED_IN"


@dataclass(eq=False)
class UnknownCourt(RuleBroken):
    """No court of the zone has this code; `part` names the argument."""

    part: str
    code = "UNKNOWN_COURT"


class UnknownDivision(RuleBroken):
    """No court of the zone serves the division."""

    code = "UNKNOWN_DIVISION"


class SameCourt(RuleBroken):
    """The division is the asking court's own: nothing is delegated."""

    code = "SAME_COURT"


class NoAgreement(RuleBroken):
    """No agreement of the two courts is in force today."""

    code = "NO_AGREEMENT"


class TaskEnded(RuleBroken):
    """The task has ended: there is nothing left to urge."""

    code = "TASK_ENDED"


class MaintenanceOverlaps(RuleBroken):
    """The court announced another window that has a moment in common with this one."""

    code = "MAINTENANCE_OVERLAPS"


class TooManyMaintenances(RuleBroken):
    """The court has as many windows ahead as it may have."""

    code = "TOO_MANY_MAINTENANCES"


class MaintenanceOver(RuleBroken):
    """The window is over: there is nothing left to withdraw."""

    code = "MAINTENANCE_OVER"


class AlreadyUrged(RuleBroken):
    """The task was urged today."""

    code = "ALREADY_URGED"
