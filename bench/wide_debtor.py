"""One more debtor beside set L, whose twenty assets are all under control of their court: a wide answer."""

from dataclasses import replace
from typing import Final

from bench import set_l, set_l_rows
from bench.set_l import Debtor, Subject
from bench.zone_l import LZone
from db.at_rest import AtRest
from db.pool import open_pool, transaction
from db.records.assets import AssetStatus, MeasureStatus
from db.records.cases import CaseStatus
from db.records.parties import CasePartyRecord, PartyRole
from enforcement import loading
from enforcement.court_rows import CourtRows
from enforcement.rules.case_number import CaseNumber

ASSETS: Final = 20
_TEMPLATES: Final = 0.004  # of set L: rows to copy from
_NUMBER: Final = set_l.DEBTORS + 400  # no debtor of set L has it, at any scale
_CASE: Final = CaseNumber(2025, "浙0824", "执", 90_001)


async def add(zone: LZone, court: str) -> Subject:
    """Write the debtor, the case and the assets into the court's database; whom to ask about, and on which basis."""
    wide = rows(court)
    keys = zone.zone.keys[court]
    pool = await open_pool(zone.zone.server.dsn(f"node_{set_l.DIVISIONS[court]}"), size=1)
    try:
        async with transaction(pool) as conn:
            await loading.load(conn, AtRest(keys.storage, keys.index), wide, synthetic_only=True)
    finally:
        await pool.close()
    (case,), (party,) = wide.cases, wide.parties
    return Subject(court, case.handler_id, case.number, party.identifier)


def rows(court: str) -> CourtRows:
    """The rows beside set L, none of whose ids or numbers they take, at any scale."""
    templates = set_l_rows.rows(court, _TEMPLATES)
    debtor = Debtor(court, _NUMBER)
    party = replace(
        templates.parties[0],
        id=set_l.row_id("wide party", court, _NUMBER),
        identifier=debtor.identifier,
        name=debtor.name,
    )
    case = replace(
        next(case for case in templates.cases if case.status is CaseStatus.IN_PROGRESS),
        id=set_l.row_id("wide case", court, _NUMBER),
        number=str(replace(_CASE, court=court)),
    )
    found = CourtRows(officers=[], units=[])
    found.parties.append(party)
    found.cases.append(case)
    found.case_parties.append(CasePartyRecord(case.id, party.id, PartyRole.DEBTOR))
    in_force = [each for each in templates.measures if each.status is MeasureStatus.EFFECTIVE][:ASSETS]
    assets = {asset.id: asset for asset in templates.assets}
    for place, measure in enumerate(in_force):
        asset_id = set_l.row_id("wide asset", court, place)
        status = AssetStatus.CONTROLLED
        found.assets.append(
            replace(assets[measure.asset_id], id=asset_id, case_id=case.id, owner_id=party.id, status=status)
        )
        measure_id = set_l.row_id("wide measure", court, place)
        found.measures.append(replace(measure, id=measure_id, asset_id=asset_id, case_id=case.id))
    return found
