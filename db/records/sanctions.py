"""Lists and orders about debtors, urgings before enforcement, and managed lists."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from db.records.parties import IdentifierKind, PartyKind


class DishonestGround(StrEnum):
    """列入情形. Source: 最高人民法院关于公布失信被执行人名单信息的若干规定, art. 1."""

    ABLE_BUT_REFUSES = "ABLE_BUT_REFUSES"  # 有履行能力而拒不履行
    FORGED_EVIDENCE_OR_VIOLENCE = "FORGED_EVIDENCE_OR_VIOLENCE"  # 以伪造证据、暴力、威胁等方法妨碍、抗拒执行
    EVADES_BY_HIDING_ASSETS = "EVADES_BY_HIDING_ASSETS"  # 以虚假诉讼、隐匿、转移财产等方法规避执行
    VIOLATES_REPORT_SYSTEM = "VIOLATES_REPORT_SYSTEM"  # 违反财产报告制度
    VIOLATES_RESTRICTION = "VIOLATES_RESTRICTION"  # 违反限制消费令
    REFUSES_SETTLEMENT = "REFUSES_SETTLEMENT"  # 无正当理由拒不履行执行和解协议


@dataclass(frozen=True, slots=True)
class DishonestEntryRecord:
    """失信被执行人名单: never shown after `until_on` or `removed_on`."""

    id: UUID
    party_id: UUID
    case_id: UUID
    ground: str
    decision_no: str
    published_on: date
    until_on: date
    removed_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """An entry on the list as it stands after its corrections, each of which raised its `revision`."""

    id: UUID
    party_id: UUID
    case_id: UUID
    ground: str
    decision_no: str
    published_on: date
    until_on: date
    removed_on: date | None
    revision: int


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which entries of the public list: None means any. `division` is that of the debtor's domicile."""

    ground: DishonestGround | None = None
    division: str | None = None
    published_from: date | None = None
    published_to: date | None = None


@dataclass(frozen=True, slots=True)
class PublicEntryRecord:
    """An entry with what the list says of its debtor; name and number are masked before they leave the court."""

    id: UUID
    published_on: date
    until_on: date
    ground: DishonestGround
    kind: PartyKind
    name: str = field(repr=False)
    identifier_kind: IdentifierKind
    identifier: bytes = field(repr=False)  # encrypted at rest
    domicile_division: str
    revision: int


@dataclass(frozen=True, slots=True)
class RestrictionRecord:
    """限制消费令, in force until lifted."""

    id: UUID
    party_id: UUID
    case_id: UUID
    order_no: str
    issued_on: date
    lifted_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class UrgingRecord:
    """执前督促: the obligor is urged before any enforcement case is filed."""

    id: UUID
    judgment_no: str
    obligor_id: UUID
    right_holder_id: UUID
    amount: Decimal
    started_by: str
    started_on: date
    period_days: int
    outcome: str | None
    closed_on: date | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ManagedListRecord:
    """台账."""

    id: UUID
    name: str
    kind: str
    opened_on: date
    synthetic: bool


@dataclass(frozen=True, slots=True)
class ManagedListItemRecord:
    """One line of a 台账; struck off (销号) with evidence, by another officer than its owner."""

    list_id: UUID
    no: int
    case_id: UUID
    change: str
    owner_id: str
    added_on: date
    due_on: date
    struck_off_on: date | None
    struck_off_by: str | None
    evidence: str | None
