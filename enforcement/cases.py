"""A court's own cases as an officer or a party may read them.

Invariant: whoever holds a `CaseFile` was allowed to open it; what hangs on the case is read through it only, as much of
it as its reader sees (rules/scopes.py), and what is not shown whole is masked (masked.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from db import assets, cases, findings, parties, settlements, tasks, units
from db.clock import civil_date
from db.pool import Pool
from db.records.assets import AssetKind, AssetRecord
from db.records.cases import CaseRecord, CaseStatus, DeferralRecord
from db.records.parties import IdentifierKind, PartyKind, PartyRole
from db.records.searches import FindingRecord
from db.records.units import UnitKind, UnitRecord
from enforcement import findings as finds
from enforcement import masked
from enforcement.court import CourtNode
from enforcement.payloads import FindingPayload
from enforcement.rules import asset_facts, case_number, rights, scopes
from enforcement.rules.areas import Area, reads
from enforcement.rules.asset_facts import AssetFacts
from enforcement.rules.paging import MOST, check_first
from enforcement.rules.refusals import NotFound
from enforcement.rules.rights import RIGHTS, Act, Caller
from enforcement.rules.task_status import ENDED


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case, opened by a reader who may read it."""

    court: CourtNode
    case: CaseRecord
    reader: Caller


Files: TypeAlias = Mapping[UUID, CaseFile]
"""Opened files of one court by their cases' ids; at least one. What hangs on them is read for all at once."""


def pool_of(files: Files) -> Pool:
    """The database of the court whose files these are."""
    return next(iter(files.values())).court.pool


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party as the reader may see it."""

    id: UUID
    kind: PartyKind
    role: PartyRole
    name: str
    identifier_kind: IdentifierKind
    identifier: str
    domicile_division: str
    is_minor: bool


@dataclass(frozen=True, slots=True)
class AssetView:
    """An asset with its registry identity and what else is known of it, as the reader may see it."""

    asset: AssetRecord
    identity: dict[str, str]
    facts: AssetFacts | None = None


@dataclass(frozen=True, slots=True)
class FindingView:
    """A find with its content as the reader may see it."""

    finding: FindingRecord
    content: FindingPayload
    identity: dict[str, str]
    facts: AssetFacts | None = None


async def open_file(court: CourtNode, caller: Caller | None, number: str) -> CaseFile:
    """The case with that number. A handler who holds no other office reads own cases alone, and so does a party.

    Raises:
        Forbidden, Malformed.
        NotFound: no such case here, or none of the reader's.
    """
    officer = rights.check(caller, Act.READ_CASE)
    canonical = case_number.canonical(number, today=civil_date(court.clock.now()))
    async with court.pool.acquire() as conn:
        case = await cases.by_number(conn, canonical)
    if case is None:
        raise NotFound
    return opened(court, officer, case)


def opened(court: CourtNode, officer: Caller, case: CaseRecord) -> CaseFile:
    """The file of a case that is read already, if the officer may open it. Raises NotFound."""
    if not scopes.opens_case(officer, case.id, case.handler_id):
        raise NotFound
    return CaseFile(court, case, officer)


async def page(
    court: CourtNode,
    caller: Caller | None,
    *,
    status: CaseStatus | None,
    after: tuple[date, UUID] | None,
    first: int,
) -> tuple[list[CaseFile], bool]:
    """At most `first` cases, newest first, and whether there are more. A handler and a party see own cases.

    Raises:
        Forbidden.
        Malformed: PAGE; `first` is not from 1 to 100.
    """
    officer = rights.check(caller, Act.READ_CASE)
    handler_id = None if scopes.reads_court(officer, Area.CASE) else officer.officer_id
    own = list(officer.own_cases) or None
    wanted = check_first(first)
    async with court.pool.acquire() as conn:
        found = await cases.page(conn, handler_id=handler_id, or_ids=own, status=status, after=after, limit=wanted + 1)
    return [CaseFile(court, case, officer) for case in found[:wanted]], len(found) > wanted


async def parties_of(files: Files) -> Mapping[UUID, list[PartyView]]:
    """The parties of each case with their roles; names and numbers are masked but for those who see identities."""
    async with pool_of(files).acquire() as conn:
        found = await parties.of_cases(conn, list(files))
    told: dict[UUID, list[PartyView]] = {case_id: [] for case_id in files}
    for case_id, entry in found:
        told[case_id].append(_party(files[case_id], entry))
    return told


def _party(file: CaseFile, entry: parties.PartyInCase) -> PartyView:
    party = entry.party
    name, number = party.name, parties.identifier(file.court.at_rest, party)
    if not scopes.reads_identity(file.reader, party.id):
        name, number = masked.named(name, number, party.kind)
    return PartyView(
        id=party.id,
        kind=party.kind,
        role=entry.role,
        name=name,
        identifier_kind=party.identifier_kind,
        identifier=number,
        domicile_division=party.domicile_division,
        is_minor=party.is_minor,
    )


def asset_view(file: CaseFile, asset: AssetRecord) -> AssetView:
    """The asset with its identity, masked if the reader may not see it."""
    clear = assets.identity(file.court.at_rest, asset)
    facts = asset_facts.whole(asset.kind, clear, finds.facts_of(file.court.at_rest, asset))
    if scopes.reads_identity(file.reader, asset.owner_id):
        return AssetView(asset, clear, facts)
    return AssetView(asset, masked.entry(clear), asset_facts.masked(facts))


async def deferrals_of(files: Files) -> Mapping[UUID, list[DeferralRecord]]:
    """The deferrals asked for in each case."""
    async with pool_of(files).acquire() as conn:
        found = await settlements.deferrals_of_cases(conn, list(files))
    return {case_id: [deferral for deferral in found if deferral.case_id == case_id] for case_id in files}


def finding_view(court: CourtNode, reader: Caller | None, finding: FindingRecord) -> FindingView:
    """The find with its content, its identity masked if the reader may not see it."""
    content = finds.payload(court.at_rest, finding)
    facts = asset_facts.whole(AssetKind(content.kind), content.identity, content.facts)
    if scopes.reads_identity(reader):
        return FindingView(finding, content, content.identity, facts)
    return FindingView(finding, content, masked.entry(content.identity), asset_facts.masked(facts))


async def findings_in(court: CourtNode, caller: Caller | None, search_id: UUID) -> list[FindingView]:
    """What a search brought, which the caller may read: see `searches.read`."""
    async with court.pool.acquire() as conn:
        found = await findings.of_searches(conn, [search_id])
    return [finding_view(court, caller, finding) for finding in found]


async def task_ids_of(files: Files) -> Mapping[UUID, list[UUID]]:
    """The tasks that each case delegated to other courts, youngest first, at most 100; to a party those that ended."""
    reader = next(iter(files.values())).reader
    statuses = None if reads(reader.roles, Area.TASKS) else [status.value for status in ENDED]
    async with pool_of(files).acquire() as conn:
        found = await tasks.ids_of_cases(conn, list(files), statuses, limit=MOST)
    return {case_id: [task_id for its_case, task_id in found if its_case == case_id] for case_id in files}


async def assisting_units_by_id(court: CourtNode, caller: Caller | None, unit_ids: list[str]) -> list[UnitRecord]:
    """Those of the units that this court can write to; none for a caller who may not read the whole list."""
    if caller is None or not caller.roles & RIGHTS[Act.READ_CASE]:
        return []
    async with court.pool.acquire() as conn:
        return await units.of_ids(conn, unit_ids)


async def assisting_units(
    court: CourtNode, caller: Caller | None, *, kind: UnitKind | None, division: str | None
) -> list[UnitRecord]:
    """The units that this court can write to. Raises Forbidden without a caller who may read cases."""
    rights.check(caller, Act.READ_CASE)
    async with court.pool.acquire() as conn:
        return await units.listed(conn, kind=kind, division=division)
