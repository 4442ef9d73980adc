"""Files of assets and of the control measures on them."""

from collections.abc import Mapping
from typing import Final

from db import assets as asset_table
from db.clock import civil_date
from db.mapping import columns
from db.records.assets import AssetKind, AssetRecord, AssetStatus, MeasureKind, MeasureRecord, MeasureStatus
from db.staging import Link, Shape
from enforcement.court_files import cells
from enforcement.court_files.cells import Intake
from enforcement.court_files.faults import Unfit
from enforcement.court_files.sheet import (
    CASE,
    CASE_LINK,
    SYNTHETIC,
    Cells,
    Check,
    Column,
    Sheet,
    order,
    party_columns,
    party_key,
    party_link,
    ref,
    require,
)
from enforcement.rules import case_number
from enforcement.rules.asset_identity import named_by
from enforcement.rules.exemption import ExemptionGround
from enforcement.rules.measure import FITTING
from enforcement.rules.search import SearchControlChannel
from enforcement.rules.term import LONGEST, MAX_YEARS

IDENTITY_PARTS: Final = (
    "plate",
    "vin",
    "engine_no",
    "unit_no",
    "certificate",
    "account",
    "bank",
    "platform",
    "issuer",
    "broker",
    "centre",
    "uscc",
    "share_percent",
    "item",
    "serial",
    "employer",
    "third_debtor",
    "contract",
)
"""What may name an asset in its registry; each is a column."""
EXEMPTIONS: Final = frozenset(ExemptionGround)
"""Grounds of exemption (豁免). Source: 查封规定 art. 3."""
LIFT_GROUNDS: Final = frozenset(
    {
        "THIRD_PARTY_PROPERTY",
        "APPLICATION_WITHDRAWN_OR_WAIVED",
        "UNSOLD_AND_NO_DEBT_SWAP",
        "DEBT_CLEARED",
        "SECURITY_GIVEN_CREDITOR_AGREES",
        "OVER_SEALED",
        "OTHER",
    }
)
"""Grounds of lifting (解除). Source: 查封规定 arts. 19, 28."""
_NAMED: Final = frozenset(
    {
        AssetKind.VEHICLE,
        AssetKind.REAL_ESTATE,
        AssetKind.BANK_DEPOSIT,
        AssetKind.INTERNET_BALANCE,
        AssetKind.SECURITIES,
        AssetKind.HOUSING_PROVIDENT_FUND,
    }
)
"""Kinds whose registry knows them by a number: it must be given."""
_LONGEST_QUEUE: Final = 1_000


def _asset(found: Cells, intake: Intake) -> Cells:
    identity = {part: found[part] for part in IDENTITY_PARTS if found[part] is not None}
    if not identity or (found["kind"] in _NAMED and named_by(found["kind"], identity)[0] == found["kind"]):
        raise Unfit("IDENTITY_REQUIRED", column="kind")
    return {
        "owner_id": party_key(found, "owner", intake),
        "identity": asset_table.encrypted_identity(intake.at_rest, identity),
        "identity_key": intake.at_rest.blind(*named_by(found["kind"], identity)),
        "version": 1,
        "facts": None,
    }


ASSETS: Final = Sheet(
    Shape("assets", tuple(columns(AssetRecord)), key=("id",), links=(CASE_LINK, party_link("owner"))),
    (
        ref("assets"),
        CASE,
        *party_columns("owner"),
        Column("kind", cells.member(AssetKind)),
        *(Column(part, cells.registry_part(part), required=False) for part in IDENTITY_PARTS),
        Column("division", cells.division),
        Column("description", cells.text()),
        Column("estimated_value", cells.amount, required=False),
        Column("source", cells.member(SearchControlChannel)),
        Column("found_on", cells.past_day),
        Column("as_of", cells.past_instant),
        Column("status", cells.member(AssetStatus)),
        Column("only_home", cells.flag, required=False, default=False),
        Column("exemption", cells.one_of(EXEMPTIONS), required=False),
        Column("co_owned", cells.flag, required=False, default=False),
        Column("mortgage_amount", cells.amount, required=False),
        SYNTHETIC,
    ),
    complete=_asset,
)

_IN_FORCE: Final = ("registered_at", "effective_at", "expires_on", "rank")
_WANTED: Final[Mapping[MeasureStatus, tuple[str, ...]]] = {
    MeasureStatus.NOTICE_SENT: ("notice_sent_at",),
    MeasureStatus.EFFECTIVE: _IN_FORCE,
    MeasureStatus.RENEWED: _IN_FORCE,
    MeasureStatus.WAITING: ("registered_at", "rank"),
    MeasureStatus.LIFTED: ("lifted_on", "lift_ground"),
}
"""What a measure of that status must say."""
_FITS: Final = [(asset.value, kind.value) for asset, kinds in FITTING.items() for kind in sorted(kinds)]
_DOES_NOT_FIT: Final = """
    SELECT s.line FROM staged_measures s JOIN {assets} a ON a.id = s.asset_id
     WHERE NOT EXISTS (SELECT FROM unnest($2::text[], $3::text[]) f (asset, measure)
                        WHERE f.asset = a.kind AND f.measure = s.kind)
"""
_LASTS_TOO_LONG: Final = """
    SELECT s.line FROM staged_measures s JOIN {assets} a ON a.id = s.asset_id
      JOIN unnest($2::text[], $3::int[]) f (asset, years) ON f.asset = a.kind
     WHERE s.term_years > f.years
"""


def _measure(found: Cells, intake: Intake) -> Cells:
    court = found["ordering_court"] or intake.court
    if court == intake.court:
        require(found, ("case_id",))
    elif found["case_id"] is not None:
        raise Unfit("FOREIGN_CASE", column="case_number")
    require(found, _WANTED.get(found["status"], ()))
    if found["status"] is MeasureStatus.EFFECTIVE and found["effective_at"] is not None:
        effective_on = civil_date(found["effective_at"])
        order(found | {"effective_on": effective_on}, "effective_on", "expires_on")
    order(found, "ruled_on", "lifted_on")
    return {
        "ordering_court": court,
        "executing_court": found["executing_court"] or intake.court,
        "task_id": None,
        "version": 1,
    }


def _ruling(value: str, intake: Intake) -> str:
    """The number of a ruling, of any court, in its canonical form."""
    return str(cells.ruled(case_number.parse, value, today=intake.today))


MEASURES: Final = Sheet(
    Shape(
        "measures",
        tuple(columns(MeasureRecord)),
        key=("id",),
        links=(Link("asset_id", "assets", "id", "uuid", "UNKNOWN_ASSET", "asset"), CASE_LINK),
    ),
    (
        ref("measures"),
        Column("asset", cells.reference("assets"), field="asset_id"),
        Column("case_number", cells.own_case, required=False, field="case_id"),
        Column("kind", cells.member(MeasureKind)),
        Column("status", cells.member(MeasureStatus)),
        Column("ordering_court", cells.court, required=False),
        Column("executing_court", cells.court, required=False),
        Column("ruling_no", _ruling),
        Column("ruled_on", cells.past_day),
        Column("notice_sent_at", cells.past_instant, required=False),
        Column("registered_at", cells.past_instant, required=False),
        Column("effective_at", cells.past_instant, required=False),
        Column("expires_on", cells.day, required=False),
        Column("rank", cells.whole(1, _LONGEST_QUEUE), required=False),
        Column("term_years", cells.whole(1, LONGEST), required=False),
        Column("value", cells.amount),
        Column("lifted_on", cells.past_day, required=False),
        Column("lift_ground", cells.one_of(LIFT_GROUNDS), required=False),
        SYNTHETIC,
    ),
    complete=_measure,
    checks=(
        Check(
            "kind",
            "MEASURE_NOT_FOR_ASSET",
            _DOES_NOT_FIT,
            {"assets": ("id", "kind")},
            ([asset for asset, _ in _FITS], [kind for _, kind in _FITS]),
        ),
        Check(
            "term_years",
            "TERM_TOO_LONG",
            _LASTS_TOO_LONG,
            {"assets": ("id", "kind")},
            ([kind.value for kind in MAX_YEARS], list(MAX_YEARS.values())),
        ),
    ),
)
