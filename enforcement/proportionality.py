"""How much of a debtor is under control, and how much more may be: the figures behind each measure (比例原则).

Invariant: a figure counts what stands on the day, net of mortgages and of other cases' measures that rank before; what
a measure was ruled on is written beside it and never changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from db import assets, cases, measures, proportionality_checks
from db.clock import civil_date
from db.pool import Conn
from db.records.assets import AssetRecord, AssetStatus, MeasureRecord, MeasureStatus
from db.records.cases import CaseRecord
from db.records.control import ProportionRecord
from db.records.parties import PartyRole
from enforcement.case_money import owing
from enforcement.cases import open_file
from enforcement.court import CourtNode
from enforcement.rules import scopes
from enforcement.rules.exemption import may_dispose
from enforcement.rules.measure import status_on
from enforcement.rules.proportionality import Estate, ProportionalityCheck, net, weigh
from enforcement.rules.refusals import Forbidden, Malformed, NotDebtorsAsset, NotFound
from enforcement.rules.rights import Caller

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

    assets: Sequence[AssetRecord]
    measures: Sequence[MeasureRecord]
    case_id: UUID
    today: date

    def prior(self, asset: AssetRecord) -> Decimal:
        """What other cases' measures take of the thing first, by whichever row it is known."""
        rows = {one.id for one in self.assets if one.identity_key == asset.identity_key}
        return sum(
            (
                one.value
                for one in self.measures
                if one.asset_id in rows and one.case_id != self.case_id and self.status(one) in _PRIOR
            ),
            _NOTHING,
        )

    def controlled(self) -> Mapping[bytes, Decimal]:
        """What the case controls, by thing; two measures on one count once, by the higher value."""
        keys = {one.id: one.identity_key for one in self.assets}
        found: dict[bytes, Decimal] = {}
        for one in self.measures:
            key = keys.get(one.asset_id, one.asset_id.bytes)
            if one.case_id == self.case_id and self.status(one) in CLAIMING:
                found[key] = max(found.get(key, _NOTHING), one.value)
        return found

    def status(self, one: MeasureRecord) -> MeasureStatus:
        return status_on(one.status, one.expires_on, self.today)

    def free(self, taken: set[bytes]) -> list[Decimal | None]:
        """What else could be controlled and sold, each thing once; None: nobody valued it."""
        found: dict[bytes, Decimal | None] = {}
        for one in self.assets:
            is_open = may_dispose(exempt=one.exemption is not None, only_home=one.only_home)
            if one.identity_key in taken or not is_open or one.status is AssetStatus.DISPOSED:
                continue
            found[one.identity_key] = None if one.estimated_value is None else self.net_value(one, one.estimated_value)
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
    requested = sum((known.net_value(asset, value) for asset, value in wanted), _NOTHING)
    estate = Estate([asset.kind for asset, _ in wanted], known.free(keys | set(controlled)))
    return weigh(owed.left, controlled.values(), requested, estate)


async def _known(conn: Conn, case: CaseRecord, wanted: Sequence[AssetRecord], today: date) -> _Known:
    rows = [row for owner in {asset.owner_id for asset in wanted} for row in await assets.of_owner(conn, owner)]
    found = {one.id: one for one in await measures.on_assets(conn, [row.id for row in rows])}
    found |= {one.id: one for one in await measures.of_case(conn, case.id)}
    return _Known(rows, list(found.values()), case.id, today)


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
