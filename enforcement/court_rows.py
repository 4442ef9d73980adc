"""What one court brings along when its records are loaded: rows with identifiers in clear, before they are encrypted.

Invariant: these values never leave the process that loads them; `repr` shows no identifier.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from db.records.assets import AssetKind, AssetStatus, MeasureRecord, WatchRecord
from db.records.cases import CaseRecord, DeferralRecord
from db.records.money import InstalmentRecord, PaymentRecord, SettlementRecord
from db.records.officers import OfficerRecord
from db.records.parties import CasePartyRecord, IdentifierKind, PartyKind
from db.records.sanctions import (
    DishonestEntryRecord,
    ManagedListItemRecord,
    ManagedListRecord,
    RestrictionRecord,
    UrgingRecord,
)
from db.records.units import UnitRecord
from db.records.zone import UnifiedStandardRecord


@dataclass(frozen=True, slots=True)
class PartyRow:
    """当事人, as in `db.records.parties.PartyRecord`, in clear."""

    id: UUID
    kind: PartyKind
    name: str = field(repr=False)
    identifier_kind: IdentifierKind
    identifier: str = field(repr=False)
    gender: str | None
    birth_on: date | None
    domicile_division: str
    address: str | None = field(repr=False)
    workplace: str | None = field(repr=False)
    is_minor: bool
    synthetic: bool


@dataclass(frozen=True, slots=True)
class AssetRow:
    """财产, as in `db.records.assets.AssetRecord`, with its registry identity in clear."""

    id: UUID
    case_id: UUID
    owner_id: UUID
    kind: AssetKind
    identity: dict[str, str] = field(repr=False)
    division: str
    description: str
    estimated_value: Decimal | None
    source: str
    found_on: date
    as_of: datetime
    status: AssetStatus
    only_home: bool
    exemption: str | None
    co_owned: bool
    mortgage_amount: Decimal | None
    synthetic: bool


@dataclass(frozen=True, slots=True)
class CourtRows:
    """All rows of one court, in the order in which they can be written."""

    officers: list[OfficerRecord] = field(default_factory=list)
    units: list[UnitRecord] = field(default_factory=list)
    parties: list[PartyRow] = field(default_factory=list)
    cases: list[CaseRecord] = field(default_factory=list)
    case_parties: list[CasePartyRecord] = field(default_factory=list)
    assets: list[AssetRow] = field(default_factory=list)
    measures: list[MeasureRecord] = field(default_factory=list)
    watches: list[WatchRecord] = field(default_factory=list)
    deferrals: list[DeferralRecord] = field(default_factory=list)
    settlements: list[SettlementRecord] = field(default_factory=list)
    instalments: list[InstalmentRecord] = field(default_factory=list)
    payments: list[PaymentRecord] = field(default_factory=list)
    dishonest_entries: list[DishonestEntryRecord] = field(default_factory=list)
    restrictions: list[RestrictionRecord] = field(default_factory=list)
    urgings: list[UrgingRecord] = field(default_factory=list)
    lists: list[ManagedListRecord] = field(default_factory=list)
    list_items: list[ManagedListItemRecord] = field(default_factory=list)
    standards: list[UnifiedStandardRecord] = field(default_factory=list)
