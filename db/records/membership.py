"""Membership as the gateway keeps it: codes, instants, numbers and signed public documents.

Invariant: no field takes free text, and none can identify a person but an officer's id.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class ApplicationState(StrEnum):
    """Where an application stands; after ADMITTED the directory's members say more."""

    APPLIED = "APPLIED"  # 已申请
    PENDING_CONFORMANCE = "PENDING_CONFORMANCE"  # 待一致性检测
    APPROVED = "APPROVED"  # 已批准
    REJECTED = "REJECTED"  # 已驳回
    ADMITTED = "ADMITTED"  # 已接纳


class ProposalState(StrEnum):
    """Where a proposal stands."""

    OPEN = "OPEN"  # 待签署
    PUBLISHED = "PUBLISHED"  # 已发布
    SUPERSEDED = "SUPERSEDED"  # 已被取代


@dataclass(frozen=True, slots=True)
class ApplicationRecord:
    """入会申请. `identity` is the public identity key, `document_digest` the SHA-256 of the court document's body."""

    id: UUID
    court: str
    state: ApplicationState
    applied_at: datetime
    changed_at: datetime
    identity: str
    application: bytes = field(repr=False)  # the signed bytes
    court_document: bytes = field(repr=False)  # the signed bytes of court/<code>
    document_digest: str
    reason: str | None  # a code, when rejected
    version: int


@dataclass(frozen=True, slots=True)
class ApprovalRecord:
    """One admin's approval of an application as it stands."""

    application_id: UUID
    officer_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ConformanceRunRecord:
    """一致性检测: one run of the kit against the node that a court's document of that digest describes."""

    id: UUID
    court: str
    document_digest: str
    started_at: datetime
    started_by: str  # an admin's id
    finished_at: datetime | None
    is_green: bool | None  # None until finished


@dataclass(frozen=True, slots=True)
class ConformanceFindingRecord:
    """One difference: codes and a path in the contract, never a node's own words."""

    run_id: UUID
    position: int
    check_code: str
    expected: str
    found: str
    path: str


@dataclass(frozen=True, slots=True)
class MembershipActRecord:
    """One line of the history of membership. `position` grows in the order of commits."""

    position: int
    at: datetime
    court: str
    act: str
    by_court: str  # "gateway" for its admins and for itself
    officer_id: str | None  # None when the gateway or the courts together acted
    from_state: str | None
    to_state: str | None
    code: str | None  # a ground or a reason


@dataclass(frozen=True, slots=True)
class ProposalRecord:
    """表决提案: documents that the courts are asked to sign. `other_court` is the second of a pair's agreement."""

    id: UUID
    kind: str
    court: str | None
    other_court: str | None
    ground: str | None
    made_at: datetime
    effective_at: datetime
    made_by_court: str
    made_by: str | None  # an officer's id; None when the court's key alone said who it is
    application_id: UUID | None
    state: ProposalState
    closed_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class ProposalDocumentRecord:
    """One document of a proposal: its unsigned bytes."""

    proposal_id: UUID
    name: str
    version: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ProposalSignatureRecord:
    """A court's signature over one document of a proposal."""

    proposal_id: UUID
    name: str
    court: str
    key_id: str
    signature: str
    at: datetime
