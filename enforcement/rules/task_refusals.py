"""What the rules of delegated tasks (事项委托) say when they are broken: typed fields, no prose, no identifier."""

from dataclasses import dataclass

from enforcement.rules.refusals import RuleBroken


class NotTheHolder(RuleBroken):
    """Another court must act next: this one may only send it a request."""

    code = "NOT_THE_HOLDER"


class CourtLost(RuleBroken):
    """The courts of the zone declared the entrusted court lost: nothing passes to it, and it appends nothing."""

    code = "COURT_LOST"


class TaskDisputed(RuleBroken):
    """The log forked: both courts must settle it before anything is added."""

    code = "TASK_DISPUTED"


class RequestPending(RuleBroken):
    """The same request was sent and is not answered yet."""

    code = "REQUEST_PENDING"


class ApprovalRequired(RuleBroken):
    """The matter needs the approval of a higher office: the president for coercion of a person, say."""

    code = "APPROVAL_REQUIRED"


class SelfApprovalForbidden(RuleBroken):
    """Who submitted may not approve (四眼原则)."""

    code = "SELF_APPROVAL_FORBIDDEN"


@dataclass(eq=False)
class LegalDocumentMissing(RuleBroken):
    """The matter needs documents that are not attached; `missing` are RequiredPaper names."""

    missing: tuple[str, ...]
    code = "LEGAL_DOCUMENT_MISSING"


class EntrustedCourtUnknown(RuleBroken):
    """No member of the zone has this code, or it is the own court."""

    code = "UNKNOWN_COURT"


@dataclass(eq=False)
class CourtsRefused(RuleBroken):
    """Courts that may not be asked: each with the code of the rule that it breaks; nobody was asked."""

    courts: tuple[tuple[str, str], ...]
    code = "COURTS_REFUSED"


class MembershipSuspended(RuleBroken):
    """One of the two courts is not active in the zone: no new tasks either way."""

    code = "MEMBERSHIP_SUSPENDED"


class NotAMember(RuleBroken):
    """The own court has not become a member of the zone yet: nobody is asked, nothing is delegated."""

    code = "NOT_A_MEMBER"


class MatterNotAgreed(RuleBroken):
    """The two courts' agreement in force does not cover the matter."""

    code = "MATTER_NOT_AGREED"


class EvidenceRequired(RuleBroken):
    """A result that claims an act needs its proof: a receipt of the unit, or the inventory."""

    code = "EVIDENCE_REQUIRED"
    part = "inventory"


class TwoOfficersRequired(RuleBroken):
    """An on-site step is done by at least two officers of the court."""

    code = "TWO_OFFICERS_REQUIRED"
    part = "officers"


class UnknownOfficer(RuleBroken):
    """No handler of this court has this id."""

    code = "UNKNOWN_OFFICER"
    part = "officerId"


class ReturnReasonRequired(RuleBroken):
    """A request for papers names at least one, a refusal its reason."""

    code = "RETURN_REASON_REQUIRED"
    part = "reason"


class CommunicationRequiredBeforeReturn(RuleBroken):
    """A task is returned only after the courts spoke; for its papers, only after asking for a supplement in vain."""

    code = "COMMUNICATION_REQUIRED_BEFORE_RETURN"
    part = "communication"


class IdempotencyKeyReused(RuleBroken):
    """The same officer used the key for something else."""

    code = "IDEMPOTENCY_KEY_REUSED"
    part = "idempotencyKey"


class NotAssigned(RuleBroken):
    """The task is in the hands of another officer of this court, or of none yet."""

    code = "NOT_ASSIGNED"


class ContentTooLarge(RuleBroken):
    """What is to be sent does not fit into one message."""

    code = "CONTENT_TOO_LARGE"


class ContentNotAccepted(RuleBroken):
    """The other court could not keep what is to be sent: a figure, word or instant is out of range."""

    code = "CONTENT_NOT_ACCEPTED"


class Resyncing(RuleBroken):
    """This court's database was restored, and the other court has not confirmed yet what it holds of the task."""

    code = "RESYNCING"


class ComplaintTooEarly(RuleBroken):
    """The day that the complaint says was missed is not past."""

    code = "COMPLAINT_TOO_EARLY"


class ComplaintOpen(RuleBroken):
    """An earlier complaint about the task is neither answered nor closed."""

    code = "COMPLAINT_OPEN"


class ComplaintAnswered(RuleBroken):
    """The complaint was answered, or closed."""

    code = "COMPLAINT_ANSWERED"


class AlreadyEvaluated(RuleBroken):
    """The task was evaluated: once is all."""

    code = "ALREADY_EVALUATED"


class EvaluationTooLate(RuleBroken):
    """The time to evaluate the completed task is over."""

    code = "EVALUATION_TOO_LATE"


class ObjectionPending(RuleBroken):
    """Somebody objected about the thing, and the objection is not settled: it is not disposed of."""

    code = "OBJECTION_PENDING"


class EnforcementSuspended(RuleBroken):
    """An objection about the thing was founded: enforcement against it stands still."""

    code = "ENFORCEMENT_SUSPENDED"


class ObjectionDecided(RuleBroken):
    """The objection was decided."""

    code = "OBJECTION_DECIDED"


class HandlerMayNotDecide(RuleBroken):
    """Who handles the matter does not sit in the review of an objection against it."""

    code = "HANDLER_MAY_NOT_DECIDE"


class ThingNotOfTask(RuleBroken):
    """An objection that this court would decide alone, about a thing or a measure that is not the task's."""

    code = "THING_NOT_OF_TASK"
    part = "asset"


class TooManyStatements(RuleBroken):
    """This court has said as much beside the task's log as the other one keeps of such things."""

    code = "TOO_MANY_STATEMENTS"
