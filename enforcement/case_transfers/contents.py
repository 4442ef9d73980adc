"""What crosses between the two courts about an entrusted case, inside encrypted boxes."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import msgspec

from enforcement.payloads import DocumentRef, Payload


class TransferredParty(msgspec.Struct, frozen=True, kw_only=True):
    """A party of the case, with what it is in it."""

    role: str
    kind: str
    name: str
    identifier_kind: str
    identifier: str
    domicile_division: str


class CaseTransferPayload(Payload, frozen=True, kw_only=True):
    """委托执行函 and what belongs to it: the case as the entrusted court files it."""

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
