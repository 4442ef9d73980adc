"""What crosses between courts inside encrypted boxes: the personal part of tasks, steps and feedback.

Invariant: a receiver decodes strictly (unknown fields refused); a new field is added with a default.
"""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from enforcement.rules.asset_facts import AssetFacts


class Payload(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all payloads: JSON, strict."""


class DebtorRef(Payload, frozen=True, kw_only=True):
    """被执行人, as the delegating court names them to the entrusted court."""

    kind: str  # NATURAL | ORGANIZATION
    name: str
    identifier_kind: str  # ID_NUMBER | USCC
    identifier: str
    domicile_division: str


class AssetRef(Payload, frozen=True, kw_only=True):
    """财产, named by its registry identity, for example {"plate": "...", "vin": "..."}."""

    kind: str
    identity: dict[str, str]
    division: str
    description: str = ""


class DocumentRef(Payload, frozen=True, kw_only=True):
    """文书, by digest; the file itself comes in a later release."""

    kind: str  # DELEGATION_LETTER, RULING, ASSISTANCE_NOTICE, OFFICER_CERTIFICATE, ...
    number: str
    sha256: str


class CluePayload(Payload, frozen=True, kw_only=True):
    """线索, as it is told on: never who gave it."""

    kind: str  # ClueKind
    reliability: str  # ClueReliability
    urgency: str  # ClueUrgency
    text: str


class TaskContent(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """What the delegating court asks for. Travels with DISPATCHED, encrypted; what is left out has its default."""

    case_number: str
    debtor: DebtorRef
    matter: str
    kinds: list[str] = []  # asset kinds to search, for INVESTIGATE_ASSETS
    asset: AssetRef | None = None
    ruling_no: str | None = None
    measure_kind: str | None = None
    measure_id: UUID | None = None  # the measure at the ordering court
    registered_ruling: str | None = None  # of a measure that is renewed or lifted: the ruling that it was registered by
    term_years: int | None = None
    amount: Decimal | None = None  # CNY: how much of what is taken in part is controlled; None: the whole
    documents: list[DocumentRef] = []
    contact: str = ""
    official_platform_no: str | None = None
    follow_up_of: UUID | None = None  # the task of the same two courts' case that this one continues
    remark: str = ""
    clues: list[CluePayload] = []


class PriorMeasure(Payload, frozen=True, kw_only=True):
    """A measure of a court that stood on an asset already, by the registry's word; rank 1 is the first seizure."""

    court: str
    rank: int
    registered_at: datetime | None = None


class FindingPayload(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """One find of an asset search, with its source and the instant it was true.

    What is not said is left out, so that a court of an earlier release reads a find that needs none of it.
    """

    id: UUID
    kind: str
    identity: dict[str, str]
    division: str
    description: str
    unit_id: str
    unit_name: str
    source: str  # SearchControlChannel
    as_of: datetime
    estimated_value: Decimal | None = None
    prior_measures: int = 0  # how many courts control it already, by the registry's word
    prior: list[PriorMeasure] = []  # those that the registry named
    facts: AssetFacts | None = None
    owner: str = "UNSTATED"  # OwnerMatch: whose the registry says it is


class AssistanceReceiptPayload(Payload, frozen=True, kw_only=True):
    """回执 of an assisting unit: the only thing that makes a measure EFFECTIVE or WAITING."""

    id: UUID
    notice_id: UUID
    measure_id: UUID | None
    unit_id: str
    unit_name: str
    result: str  # REGISTERED | REFUSED
    receipt_no: str
    rank: int | None  # 1 = first seizure, 2.. = waiting
    registered_at: datetime | None
    ruling_no: str
    reason: str | None = None  # refusal code


class QueueEntryPayload(Payload, frozen=True, kw_only=True):
    """One place in the queue on an asset (轮候顺位): which court's measure, never of which case."""

    rank: int | None  # None: it stands no more
    court: str
    kind: str  # MeasureKind
    status: str  # MeasureStatus
    registered_at: datetime
    effective_at: datetime | None = None
    expires_on: date | None = None
    term_years: int | None = None
    is_meant: bool = False  # the measure that the report is about


class MeasureStepPayload(Payload, frozen=True, kw_only=True):
    """One state in the life of a measure, and the instant at which it began."""

    status: str  # MeasureStatus
    at: datetime
    effective_at: datetime | None = None
    expires_on: date | None = None


class MeasureReportPayload(Payload, frozen=True, kw_only=True):
    """措施状态通报: how a measure stands at the court where its asset lies, its life there, and the whole queue."""

    measure_id: UUID  # of the ordering court
    version: int  # a report of a lower one is older
    as_of: datetime
    rank: int | None
    steps: list[MeasureStepPayload]
    entries: list[QueueEntryPayload]


class InventoryItem(Payload, frozen=True, kw_only=True):
    """One line of a 查封扣押清单."""

    name: str
    quantity: int
    identity: dict[str, str] = {}
    condition: str = ""


class SeizureInventory(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """查封扣押清单 with its 笔录: start and finish, place, custodian, signatures (查封规定 art. 18; 民诉法 art. 256).

    What a release before did not know is left out while it says nothing.
    """

    started_at: datetime
    finished_at: datetime
    place: str
    items: list[InventoryItem]
    custodian: str
    debtor_present: bool
    signatures: list[str]
    notified: str | None = None  # NotifiedPerson
    grassroots_representative: str = ""
    copy_given: bool = False  # to the debtor
    keys: int | None = None
    mileage_km: int | None = None
    photos: list[str] = msgspec.field(default_factory=list)  # digests


class HandlingStep(Payload, frozen=True, kw_only=True):
    """办理步骤: what was done, when, by whom."""

    kind: str  # SEARCHED | VISITED | SEIZED | NOTICE_SERVED | RECEIPT_RECEIVED | INTERVIEWED | OTHER
    at: datetime
    officers: list[str]  # officer ids; two for an on-site step
    place: str = ""
    note: str = ""
    inventory: SeizureInventory | None = None
    receipt: AssistanceReceiptPayload | None = None


class ChannelWord(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """What one channel of the entrusted court said of one kind of asset; a unit is named where one was asked."""

    kind: str
    channel: str  # SearchControlChannel
    outcome: str  # ResultOutcome
    as_of: datetime | None = None
    unit_id: str | None = None
    unit_name: str = ""
    reason: str | None = None


class FeedbackPayload(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """反馈: the result with its finds, receipts and inventory. What is not said is left out, as in a find."""

    result: str  # FeedbackResult
    note: str = ""
    findings: list[FindingPayload] = []
    receipts: list[AssistanceReceiptPayload] = []
    inventory: SeizureInventory | None = None
    searched: list[str] = []  # unit ids that answered, so that "nothing found" names who looked
    words: list[ChannelWord] = []  # kind by kind, what each channel said, also that it did not


class Instalment(Payload, frozen=True, kw_only=True):
    """One date of a 分期履行."""

    due_on: date
    amount: Decimal
