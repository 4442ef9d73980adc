"""What this court alone says of one debtor: its part of a look-up, its own officer's or a partner's.

Invariant: who is asked about comes from the mandate alone, and a profile shows only the sections that the mandate
names. A measure is reported by the court that ordered it. Nothing of other parties is shown, and a minor's
whereabouts never.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from db import assets, cases, measures, parties, payments, sanctions, settlements
from db.clock import civil_date
from db.pool import Conn
from db.records.assets import ControlRecord, MeasureStatus
from db.records.cases import CaseRecord, PresenceRecord
from db.records.money import PaymentRecord, SettlementRecord
from db.records.parties import IdentifierKind, PartyRecord
from enforcement import masked
from enforcement.court import CourtNode
from enforcement.rules.lookup import ProfileSection
from enforcement.rules.measure import status_on
from federation.ask.mandate import Mandate

_IN_CONTROL: Final = frozenset({MeasureStatus.EFFECTIVE, MeasureStatus.RENEWED, MeasureStatus.WAITING})


@dataclass(slots=True)
class Partner:
    """In whose name a part is made. The resolver reports how much was found; nothing found makes the part empty."""

    mandate: Mandate
    conn: Conn
    rows: int = 0
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Counts and flags; None when the court has no record of the person."""

    found: PresenceRecord | None
    as_of: datetime


@dataclass(frozen=True, slots=True)
class ControlledAsset:
    """An asset and the answering court's own measure on it; the identity is masked."""

    measure: ControlRecord
    identity: str


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment and the case it was made in."""

    payment: PaymentRecord
    case_number: str


@dataclass(frozen=True, slots=True)
class Settled:
    """A settlement and the case it belongs to."""

    settlement: SettlementRecord
    case_number: str


class SanctionKind(StrEnum):
    """惩戒种类."""

    DISHONEST_DEBTOR = "DISHONEST_DEBTOR"  # 失信被执行人
    CONSUMPTION_RESTRICTION = "CONSUMPTION_RESTRICTION"  # 限制消费
    OTHER = "OTHER"  # of a later release; no court of this one says it


@dataclass(frozen=True, slots=True)
class Sanction:
    """An entry on the list of dishonest debtors in force, or a consumption restriction."""

    kind: SanctionKind
    case_number: str | None
    ground: str | None
    since_on: date
    until_on: date | None
    revision: int | None = None  # of an entry on the list


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the debtor lives and works, as recorded in this court's cases."""

    domicile_division: str
    address: str | None
    workplace: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """The sections asked for; those not asked for are None."""

    as_of: datetime
    cases: list[CaseRecord] | None = None
    assets: list[ControlledAsset] | None = None
    payments: list[Paid] | None = None
    settlements: list[Settled] | None = None
    sanctions: list[Sanction] | None = None
    whereabouts: list[Whereabouts] | None = None

    @property
    def rows(self) -> int:
        sections = (self.cases, self.assets, self.payments, self.settlements, self.sanctions, self.whereabouts)
        return sum(len(section) for section in sections if section is not None)


async def presence(court: CourtNode, partner: Partner) -> Presence:
    """Counts and flags of this court; `partner` is told what was found."""
    now = court.clock.now()
    partner.as_of = now
    party = await parties.by_identifier_key(partner.conn, _key(court, partner))
    if party is None:
        return Presence(None, now)
    found = await cases.presence(partner.conn, party.id, court=court.code, on=civil_date(now))
    if found == PresenceRecord(0, 0, 0, dishonest=False, restricted=False):
        return Presence(None, now)
    partner.rows = 1
    return Presence(found, now)


async def profile(court: CourtNode, partner: Partner) -> Profile:
    """The mandate's sections as this court has them; `partner` is told what was found."""
    now = court.clock.now()
    wanted = frozenset(ProfileSection(section) for section in partner.mandate.sections)
    debtor = await _debtor(court, partner, whole=ProfileSection.WHEREABOUTS in wanted)
    made = _nothing(wanted, now) if debtor is None else await _sections(debtor, wanted, now)
    partner.as_of, partner.rows = now, made.rows
    return made


def _key(court: CourtNode, partner: Partner) -> bytes:
    return parties.identifier_key(court.at_rest, IdentifierKind(partner.mandate.subject_kind), partner.mandate.subject)


@dataclass(frozen=True, slots=True)
class _Debtor:
    """A debtor of this court, with the cases in which they are one, oldest first."""

    court: CourtNode
    conn: Conn
    id: UUID
    cases: Mapping[UUID, CaseRecord]
    party: PartyRecord | None = None  # for the whereabouts alone


async def _debtor(court: CourtNode, partner: Partner, *, whole: bool) -> _Debtor | None:
    """The mandate's person, `whole` with what is recorded of them; None: somebody in another role is no debtor here."""
    conn, key = partner.conn, _key(court, partner)
    party = await parties.by_identifier_key(conn, key) if whole else None
    if party is None:
        party_id, found = (None, []) if whole else await cases.of_identified(conn, key)
    else:
        party_id, found = party.id, await cases.of_party(conn, party.id)
    if party_id is None or not found:
        return None
    return _Debtor(court, conn, party_id, {case.id: case for case in found}, party)


def _nothing(wanted: frozenset[ProfileSection], now: datetime) -> Profile:
    return Profile(
        as_of=now,
        cases=[] if ProfileSection.CASES in wanted else None,
        assets=[] if ProfileSection.ASSETS_UNDER_CONTROL in wanted else None,
        payments=[] if ProfileSection.PAYMENTS in wanted else None,
        settlements=[] if ProfileSection.SETTLEMENTS in wanted else None,
        sanctions=[] if ProfileSection.SANCTIONS in wanted else None,
        whereabouts=[] if ProfileSection.WHEREABOUTS in wanted else None,
    )


async def _sections(debtor: _Debtor, wanted: frozenset[ProfileSection], now: datetime) -> Profile:
    return Profile(
        as_of=now,
        cases=[*debtor.cases.values()] if ProfileSection.CASES in wanted else None,
        assets=await _controlled(debtor, civil_date(now)) if ProfileSection.ASSETS_UNDER_CONTROL in wanted else None,
        payments=await _payments(debtor) if ProfileSection.PAYMENTS in wanted else None,
        settlements=await _settlements(debtor) if ProfileSection.SETTLEMENTS in wanted else None,
        sanctions=await _sanctions(debtor, civil_date(now)) if ProfileSection.SANCTIONS in wanted else None,
        whereabouts=_whereabouts(debtor) if ProfileSection.WHEREABOUTS in wanted else None,
    )


async def _controlled(debtor: _Debtor, today: date) -> list[ControlledAsset]:
    ordered = await measures.control(debtor.conn, debtor.id, ordering_court=debtor.court.code)
    return [
        ControlledAsset(each, _masked(debtor.court, each))
        for each in ordered
        if status_on(each.status, each.expires_on, today) in _IN_CONTROL
    ]


def _masked(court: CourtNode, controlled: ControlRecord) -> str:
    """The asset's registry identity, enough of it to be recognised by who knows it."""
    return masked.one_entry(assets.identity(court.at_rest, controlled))


async def _payments(debtor: _Debtor) -> list[Paid]:
    paid = await payments.of_party(debtor.conn, debtor.id)
    return [Paid(each, debtor.cases[each.case_id].number) for each in paid if each.case_id in debtor.cases]


async def _settlements(debtor: _Debtor) -> list[Settled]:
    settled = await settlements.of_party(debtor.conn, debtor.id)
    return [Settled(each, debtor.cases[each.case_id].number) for each in settled if each.case_id in debtor.cases]


async def _sanctions(debtor: _Debtor, today: date) -> list[Sanction]:
    """What is in force today; an entry past its term or removed is never shown."""
    entries = await sanctions.valid_entries(debtor.conn, debtor.id, on=today)
    restrictions = await sanctions.restrictions_in_force(debtor.conn, debtor.id, on=today)
    listed = [
        Sanction(
            SanctionKind.DISHONEST_DEBTOR, _number(debtor, e.case_id), e.ground, e.published_on, e.until_on, e.revision
        )
        for e in entries
    ]
    restricted = [
        Sanction(SanctionKind.CONSUMPTION_RESTRICTION, _number(debtor, r.case_id), None, r.issued_on, None)
        for r in restrictions
    ]
    return listed + restricted


def _number(debtor: _Debtor, case_id: UUID) -> str | None:
    case = debtor.cases.get(case_id)
    return None if case is None else case.number


def _whereabouts(debtor: _Debtor) -> list[Whereabouts]:
    """One row, or none of a minor, who is never sought out across courts."""
    party, at_rest = debtor.party, debtor.court.at_rest
    if party is None or party.is_minor:
        return []
    address = None if party.address is None else at_rest.text(party.address, context=parties.ADDRESS)
    workplace = None if party.workplace is None else at_rest.text(party.workplace, context=parties.WORKPLACE)
    return [Whereabouts(party.domicile_division, address, workplace)]
