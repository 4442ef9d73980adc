"""What the rules of membership (成员资格) say when they are broken: typed fields, no prose, no identifier."""

from dataclasses import dataclass

from enforcement.rules.refusals import RuleBroken


class KeyProofFailed(RuleBroken):
    """A document is not signed by each key that it presents."""

    code = "KEY_PROOF_FAILED"


class WrongZone(RuleBroken):
    """The application names another zone's root."""

    code = "WRONG_ZONE"


class AlreadyMember(RuleBroken):
    """The court is a member, or its code was a member's."""

    code = "ALREADY_MEMBER"


class ApplicationPending(RuleBroken):
    """Another application for this court, with another identity key, is not decided yet."""

    code = "APPLICATION_PENDING"


class TooManyApplications(RuleBroken):
    """As many applications as the gateway takes wait, or this one changed too often today."""

    code = "TOO_MANY_APPLICATIONS"


class ConformanceRequired(RuleBroken):
    """No green conformance run of this very court document is recent enough."""

    code = "CONFORMANCE_REQUIRED"


class ConformanceRunning(RuleBroken):
    """A conformance run of the court is not finished."""

    code = "CONFORMANCE_RUNNING"


class NotAVoter(RuleBroken):
    """The court has no part in this decision."""

    code = "NOT_A_VOTER"


class SignatureRejected(RuleBroken):
    """Not each document of the proposal is signed by the court's governance key."""

    code = "SIGNATURE_REJECTED"


class AlreadySigned(RuleBroken):
    """The court signed this proposal before."""

    code = "ALREADY_SIGNED"


class ProposalClosed(RuleBroken):
    """The proposal is published, or another decision came before it."""

    code = "PROPOSAL_CLOSED"


class ProposalOpen(RuleBroken):
    """The same is proposed already, and not decided."""

    code = "PROPOSAL_OPEN"


class TooManySuspended(RuleBroken):
    """The gateway alone may keep at most a third of the active courts suspended."""

    code = "TOO_MANY_SUSPENDED"


class OpenTasksRemain(RuleBroken):
    """The withdrawing court still has open tasks, and was not declared lost."""

    code = "OPEN_TASKS_REMAIN"


@dataclass(eq=False)
class BeyondFramework(RuleBroken):
    """The agreement allows what the zone's framework agreement does not; `part` names the list or limit."""

    part: str
    code = "AGREEMENT_BEYOND_FRAMEWORK"
