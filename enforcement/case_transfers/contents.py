"""What crosses between the two courts about an entrusted case, inside encrypted boxes."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from enforcement.payloads import AssetRef, DocumentRef, Payload


class TransferredParty(msgspec.Struct, frozen=True, kw_only=True):
    """A party of the case, with what it is in it."""

    role: str
    kind: str
    name: str
    identifier_kind: str
    identifier: str
    domicile_division: str


class CarriedDue(Payload, frozen=True, kw_only=True):
    """A part of a claim's principal with the day on which it falls due."""

    due_on: date
    amount: Decimal


class CarriedClaim(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """One claim (债权), as the court before wrote it down."""

    no: int
    kind: str  # ClaimKind
    principal: Decimal
    general_interest: Decimal
    costs: Decimal
    priority: str  # ClaimPriority
    interest_percent: Decimal | None = None
    interest_from_on: date | None = None
    interest_until_on: date | None = None
    due_on: date | None = None
    effective_on: date | None = None
    livelihood: str | None = None
    doubled_first: bool = False
    currency: str = "CNY"
    foreign_amount: Decimal | None = None
    mid_rate: Decimal | None = None
    mid_rate_on: date | None = None
    dues: list[CarriedDue] = []  # noqa: RUF012  # msgspec copies it


class CarriedPayment(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A payment, under its id at the court that recorded it; `ends_on`: it ended its part of the debt."""

    id: UUID
    paid_on: date
    ends_on: date
    amount: Decimal
    claim_no: int | None = None


class CarriedSuspension(Payload, frozen=True, kw_only=True):
    """The days [from_on, until_on) on which the case was suspended or deferred."""

    kind: str  # SuspensionKind
    ground: str  # SuspensionGround
    from_on: date
    until_on: date


class Counting(Payload, frozen=True, kw_only=True):
    """By which conventions a court counts what the law leaves open; they go with the case."""

    interest_start: str  # InterestStart
    year_days: int
    fee_without_amount: Decimal


class CaseAccount(Payload, frozen=True, kw_only=True):
    """All that makes what is owed in a case beside its own sums. No claims: the case's sums are its one claim."""

    claims: list[CarriedClaim]
    payments: list[CarriedPayment]
    suspensions: list[CarriedSuspension]
    counting: Counting


class CarriedPaymentsPayload(Payload, frozen=True, kw_only=True):
    """Payments that a court recorded after the case crossed."""

    payments: list[CarriedPayment]


class HeldMeasure(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """A measure that a court holds for the case, under its id there; who orders it stays that court (art. 6)."""

    measure_id: UUID
    version: int  # one of a lower version is older
    kind: str  # MeasureKind
    status: str  # MeasureStatus
    ruling_no: str
    asset: AssetRef
    value: Decimal
    rank: int | None = None
    effective_at: datetime | None = None
    expires_on: date | None = None


class HeldMeasuresPayload(Payload, frozen=True, kw_only=True):
    """How measures stand that are held for the other court's case (措施情况)."""

    measures: list[HeldMeasure]


class MeasureAskedPayload(Payload, frozen=True, kw_only=True):
    """The court that has the case asks who holds a measure to renew or lift it."""

    measure_id: UUID
    act: str  # MeasureElsewhereAct


class CaseTransferPayload(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """委托执行函 and what belongs to it: the case as the entrusted court files it.

    A court of a release before reads one without an account, and refuses one with it: it could not count it.
    """

    case_number: str
    cause: str
    basis_kind: str
    basis_number: str
    principal: Decimal
    general_interest: Decimal
    costs: Decimal
    performance_due_on: date | None
    livelihood: str | None
    parties: list[TransferredParty]
    documents: list[DocumentRef]
    account: CaseAccount | None = None
    measures: list[HeldMeasure] = []  # noqa: RUF012  # msgspec copies it


class CaseTransferStepPayload(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """What one of the two did: the status that follows, on which day, with its papers or number.

    What a release before did not know is left out while it says nothing.
    """

    status: str
    on: date
    case_number: str | None = None  # under which it was filed
    papers: list[str] = []  # noqa: RUF012  # msgspec copies it
    documents: list[DocumentRef] = []  # noqa: RUF012
    was_withdrawn: bool = False
    handler: str | None = None  # in whose hands the filed case is (承办人)
    approval_no: str | None = None  # of the High Court that lets it be returned
    account: CaseAccount | None = None  # with RETURNED: what became of the money meanwhile
    after: UUID | None = None  # the statement about the transfer that came before this one


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a transfer goes back to if the other court refuses the step that is under way."""

    status: str
    case_id: UUID | None
    peer_case_number: str | None
    due_on: date | None
    filed_on: date | None
    strike_off_by: date | None
    high_court_approval_no: str | None
    ended_on: date | None
    was_withdrawn: bool
    head: UUID | None
    case_status: str | None
