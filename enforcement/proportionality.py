"""How much of a debtor is under control, and how much more may be: the figures behind each measure (比例原则).

Invariant: a figure counts what stands on the day, net of mortgages and of other cases' measures that rank before; what
a measure was ruled on is written beside it and never changes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from db import assets, cases, measures, parties, proportionality_checks
from db.clock import civil_date
from db.pool import Conn
from db.records.assets import AssetRecord, MeasureRecord, MeasureStatus
from db.records.cases import CaseRecord
from db.records.control import ProportionRecord
from db.records.parties import PartyRole
from enforcement import things
from enforcement.case_money import owing
from enforcement.cases import open_file
from enforcement.court import CourtNode
from enforcement.rules import scopes
from enforcement.rules.measure import status_on
from enforcement.rules.paging import portions
from enforcement.rules.proportionality import INDIVISIBLE, Estate, ProportionalityCheck, net, weigh
from enforcement.rules.refusals import Forbidden, Malformed, NotDebtorsAsset, NotFound
from enforcement.rules.rights import Caller
from enforcement.things import Thing

CLAIMING: Final = frozenset(
    {MeasureStatus.RULED, MeasureStatus.NOTICE_SENT, MeasureStatus.EFFECTIVE, MeasureStatus.RENEWED}
)
"""What counts as controlled: in force, or on its way. A waiting measure counts nothing until its turn comes."""
_PRIOR: Final = frozenset({MeasureStatus.EFFECTIVE, MeasureStatus.RENEWED})
_NOTHING: Final = Decimal("0.00")
_MOST: Final = 50


@dataclass(frozen=True, slots=True)
class _Known:
    """What the court knows of the owners of what is asked for, and of the measures on it."""

    assets: Mapping[UUID, AssetRecord]
    same: Mapping[bytes, Sequence[AssetRecord]]  # by what identifies them
    measures: Sequence[MeasureRecord]
    case_id: UUID
    today: date

    def thing(self, asset: AssetRecord) -> Thing:
        return things.among(asset, self.same[asset.identity_key])

    def prior(self, asset: AssetRecord) -> Decimal:
        """What other cases' measures take of the thing first, by whichever row it is known."""
        rows = {one.id for one in self.thing(asset).rows}
        return sum(
            (
                one.value
                for one in self.measures
                if one.asset_id in rows and one.case_id != self.case_id and self.status(one) in _PRIOR
            ),
            _NOTHING,
        )

    def controlled(self) -> Mapping[bytes, Decimal]:
        """What the case controls, by thing; two measures on one count once, by the higher value.

        What is taken whole counts no less than what it is estimated at by now.
        """
        found: dict[bytes, Decimal] = {}
        for one in self.measures:
            if one.case_id == self.case_id and self.status(one) in CLAIMING:
                asset = self.assets[one.asset_id]
                key = asset.identity_key
                found[key] = max(found.get(key, _NOTHING), one.value, self._whole(asset))
        return found

    def _whole(self, asset: AssetRecord) -> Decimal:
        """The estimate of what is taken whole, less mortgages; nothing of what is taken in part."""
        estimate = self.thing(asset).estimate if asset.kind in INDIVISIBLE else None
        return net(estimate or _NOTHING, asset.mortgage_amount or _NOTHING)

    def status(self, one: MeasureRecord) -> MeasureStatus:
        return status_on(one.status, one.expires_on, self.today)

    def free(self, taken: set[bytes]) -> list[Decimal | None]:
        """What else could be controlled and sold, each thing once; None: nobody valued it."""
        found: dict[bytes, Decimal | None] = {}
        for one in self.assets.values():
            thing = self.thing(one)
            if one.identity_key in {*taken, *found} or not thing.is_for_sale or thing.is_disposed:
                continue
            found[one.identity_key] = None if thing.estimate is None else self.net_value(one, thing.estimate)
        return list(found.values())

    def net_value(self, asset: AssetRecord, value: Decimal) -> Decimal:
        return net(value, asset.mortgage_amount or _NOTHING, self.prior(asset))


async def weighed(
    court: CourtNode, conn: Conn, case: CaseRecord, wanted: Sequence[tuple[AssetRecord, Decimal]]
) -> ProportionalityCheck:
    """The check for taking these assets, each with its value before burdens, in the case today."""
    today = civil_date(court.clock.now())
    known = await _known(conn, case, [asset for asset, _ in wanted], today)
    keys = {asset.identity_key for asset, _ in wanted}
    controlled = {key: value for key, value in known.controlled().items() if key not in keys}
    owed = await owing.outstanding_of(court, conn, case, today)
    asked: dict[bytes, Decimal] = {}
    for asset, value in wanted:  # a thing that is named by two of its rows is one
        asked[asset.identity_key] = max(asked.get(asset.identity_key, _NOTHING), known.net_value(asset, value))
    requested = sum(asked.values(), _NOTHING)
    estate = Estate([asset.kind for asset, _ in wanted], known.free(keys | set(controlled)))
    return weigh(owed.left, controlled.values(), requested, estate)


async def standing(court: CourtNode, conn: Conn, case: CaseRecord, asset: AssetRecord) -> ProportionalityCheck:
    """The check for keeping the asset, which the case controls, beside what else it controls today."""
    today = civil_date(court.clock.now())
    known = await _known(conn, case, [asset], today)
    others = dict(known.controlled())
    kept = others.pop(asset.identity_key, _NOTHING)
    owed = await owing.outstanding_of(court, conn, case, today)
    return weigh(owed.left, others.values(), kept, Estate([asset.kind], known.free({asset.identity_key, *others})))


async def _known(conn: Conn, case: CaseRecord, wanted: Sequence[AssetRecord], today: date) -> _Known:
    """All that the case's debtors own, whoever else may own it, and the case's measures with what they lie on."""
    of_case = await measures.of_case(conn, case.id)
    debtors = {entry.party.id for entry in await parties.of_case(conn, case.id) if entry.role is PartyRole.DEBTOR}
    rows = [row for owner in debtors | {one.owner_id for one in wanted} for row in await assets.of_owner(conn, owner)]
    rows += [row for key in {one.identity_key for one in wanted} for row in await assets.by_identity_key(conn, key)]
    known = {row.id: row for row in rows}
    missing = sorted({one.asset_id for one in of_case} - known.keys())
    for some in portions(missing):
        known |= {row.id: row for row in await assets.of_ids(conn, list(some))}
    found = {one.id: one for one in await measures.on_assets(conn, list(known))}
    found |= {one.id: one for one in of_case}
    same = defaultdict[bytes, list[AssetRecord]](list)
    for row in known.values():
        same[row.identity_key].append(row)
    return _Known(known, same, list(found.values()), case.id, today)


async def check_of(
    court: CourtNode, caller: Caller | None, case_number: str, asset_ids: Sequence[UUID]
) -> ProportionalityCheck:
    """What taking these assets, by their estimates, would come to in a case that the caller may read.

    Raises:
        Forbidden, NotFound.
        Malformed: CASE_NUMBER; MONEY, part assetIds: one is not valued; QUANTITY, part assetIds: none, or too many.
        NotDebtorsAsset: no debtor of the case owns one of them.
    """
    if not 1 <= len(set(asset_ids)) <= _MOST:
        raise Malformed("QUANTITY", "assetIds")
    file = await open_file(court, caller, case_number)
    if scopes.owned_assets(file.reader) is not None:  # a party is not told what else is known
        raise Forbidden
    case = file.case
    async with court.pool.acquire() as conn:
        found = await assets.of_ids(conn, sorted(set(asset_ids)))
        if len(found) != len(set(asset_ids)):
            raise NotFound
        wanted = []
        for asset in found:
            if not await cases.has_role(conn, case.id, asset.owner_id, PartyRole.DEBTOR):
                raise NotDebtorsAsset
            if asset.estimated_value is None:
                raise Malformed("MONEY", "assetIds")
            wanted.append((asset, asset.estimated_value))
        return await weighed(court, conn, case, wanted)


async def keep(conn: Conn, measure_id: UUID, check: ProportionalityCheck, now: datetime) -> None:
    """Write the figures down beside the measure that they allowed."""
    await proportionality_checks.insert(
        conn,
        ProportionRecord(
            measure_id=measure_id,
            at=now,
            outstanding=check.outstanding,
            already_controlled_net=check.already_controlled_net,
            requested_net=check.requested_net,
            ratio=check.ratio,
            verdict=check.verdict,
            reason=check.reason,
        ),
    )
