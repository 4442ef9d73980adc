"""What crosses between the two courts about an entrusted case, inside encrypted boxes."""

from datetime import date
from decimal import Decimal

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


class CaseTransferStepPayload(Payload, frozen=True, kw_only=True):
    """What one of the two did: the status that follows, on which day, with its papers or number."""

    status: str
    on: date
    case_number: str | None = None  # under which it was filed
    papers: list[str] = []  # noqa: RUF012  # msgspec copies it
    documents: list[DocumentRef] = []  # noqa: RUF012
    was_withdrawn: bool = False
