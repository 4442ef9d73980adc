"""Parties (当事人): people and organisations of a court's cases. Identifiers stand here as ciphertext."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class PartyKind(StrEnum):
    """Natural person 自然人 or organisation 单位."""

    NATURAL = "NATURAL"
    ORGANIZATION = "ORGANIZATION"


class IdentifierKind(StrEnum):
    """Which number names the party: 居民身份证号 or 统一社会信用代码."""

    ID_NUMBER = "ID_NUMBER"
    USCC = "USCC"


class PartyRole(StrEnum):
    """What a party is in a case."""

    APPLICANT = "APPLICANT"  # 申请执行人
    DEBTOR = "DEBTOR"  # 被执行人
    GUARANTOR = "GUARANTOR"  # 担保人
    THIRD_PARTY = "THIRD_PARTY"  # 案外人
    INTERESTED_PARTY = "INTERESTED_PARTY"  # 利害关系人
    CO_OWNER = "CO_OWNER"  # 共有人
    SECURED_CREDITOR = "SECURED_CREDITOR"  # 担保物权人
    AGENT = "AGENT"  # 代理人
    LEGAL_REP = "LEGAL_REP"  # 法定代表人
    PERSON_IN_CHARGE = "PERSON_IN_CHARGE"  # 主要负责人
    ACTUAL_CONTROLLER = "ACTUAL_CONTROLLER"  # 实际控制人
    DIRECTLY_RESPONSIBLE = "DIRECTLY_RESPONSIBLE"  # 直接责任人员


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """One party of this court. `identifier_key` finds it; `db.parties.identifier` opens the number."""

    id: UUID
    kind: PartyKind
    name: str
    identifier_kind: IdentifierKind
    identifier: bytes
    identifier_key: bytes
    gender: str | None
    birth_on: date | None
    domicile_division: str
    address: bytes | None
    workplace: bytes | None
    is_minor: bool
    synthetic: bool


@dataclass(frozen=True, slots=True)
class PartyAccountRecord:
    """Who signs in as a party: `subject` is what the court's provider calls them."""

    subject: str
    party_id: UUID
    active: bool


@dataclass(frozen=True, slots=True)
class SignedInParty:
    """A party's account, with the cases of this court in which they stand, whatever their part."""

    subject: str
    party_id: UUID
    active: bool
    case_ids: list[UUID]


@dataclass(frozen=True, slots=True)
class CasePartyRecord:
    """A party's role in a case."""

    case_id: UUID
    party_id: UUID
    role: PartyRole
