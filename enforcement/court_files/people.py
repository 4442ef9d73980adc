"""Files of people: officers, assisting units, parties."""

from datetime import date
from typing import Final

import orjson

from db.ids import new_id
from db.mapping import columns
from db.records.assets import AssetKind
from db.records.officers import OfficerRecord
from db.records.parties import IdentifierKind, PartyKind, PartyRecord
from db.records.units import UnitKind, UnitRecord
from db.staging import Shape
from enforcement import loading
from enforcement.court_files import cells
from enforcement.court_files.cells import Intake
from enforcement.court_files.sheet import SYNTHETIC, Cells, Column, Sheet, in_column
from enforcement.court_rows import PartyRow
from enforcement.rules import identity
from enforcement.rules.matter import RequiredPaper
from enforcement.rules.rights import OFFICES, Role

_OFFICES: Final = OFFICES - {Role.GATEWAY_ADMIN}
_CHANNELS: Final = frozenset({"NATIONAL_NETWORK", "PROVINCIAL_NETWORK", "COUNTER"})
_SEARCH_PAPERS: Final = [RequiredPaper.INVESTIGATION_NOTICE, RequiredPaper.OFFICER_CERTIFICATE]
_CONTROL_PAPERS: Final = [RequiredPaper.RULING, RequiredPaper.ASSISTANCE_NOTICE, RequiredPaper.OFFICER_CERTIFICATE]
_OF_AGE: Final = 18
_LONGEST_PROMISE_DAYS: Final = 365

OFFICERS: Final = Sheet(
    Shape("officers", tuple(columns(OfficerRecord)), key=("id",)),
    (
        Column("id", cells.text(64)),
        Column("name", cells.text(100)),
        Column("roles", cells.some_of(_OFFICES)),
        Column("certificate_no", cells.text(100), required=False),
        Column("active", cells.flag, required=False, default=True),
        SYNTHETIC,
    ),
)


def _unit(found: Cells, _: Intake) -> Cells:
    kinds = found["asset_kinds"]
    items = [{"code": "INQUIRE", "asset_kinds": [], "documents": found["search_papers"]}]
    if kinds:
        items = [
            {"code": "SEARCH", "asset_kinds": kinds, "documents": found["search_papers"]},
            {"code": "CONTROL", "asset_kinds": kinds, "documents": found["control_papers"]},
        ]
    return {"items": orjson.dumps(items).decode()}


UNITS: Final = Sheet(
    Shape("assisting_units", tuple(columns(UnitRecord)), key=("id",), casts={"items": "jsonb"}),
    (
        Column("id", cells.text(64)),
        Column("name", cells.text(100)),
        Column("kind", cells.member(UnitKind)),
        Column("division", cells.division),
        Column("channel", cells.one_of(_CHANNELS)),
        Column("asset_kinds", cells.some_of(frozenset(AssetKind)), required=False, default=()),
        Column("search_papers", cells.some_of(frozenset(RequiredPaper)), required=False, default=_SEARCH_PAPERS),
        Column("control_papers", cells.some_of(frozenset(RequiredPaper)), required=False, default=_CONTROL_PAPERS),
        Column("promised_days", cells.whole(0, _LONGEST_PROMISE_DAYS)),
        SYNTHETIC,
    ),
    complete=_unit,
)


def _party(found: Cells, intake: Intake) -> Cells:
    """A person's sex and birth date are what the number says; an address and a workplace are encrypted as in use."""
    kind: PartyKind = found["kind"]
    named, number = in_column("identifier", cells.identifier)(kind, found["identifier"], intake)
    facts = identity.resident(number, today=intake.today) if named is IdentifierKind.ID_NUMBER else None
    record = loading.party_record(
        intake.at_rest,
        PartyRow(
            id=new_id(intake.now),
            kind=kind,
            name=found["name"],
            identifier_kind=named,
            identifier=number,
            gender=None if facts is None else facts.gender,
            birth_on=None if facts is None else facts.birth_on,
            domicile_division=found["domicile_division"],
            address=found["address"],
            workplace=found["workplace"],
            is_minor=facts is not None and _age(facts.birth_on, intake.today) < _OF_AGE,
            synthetic=found["synthetic"],
        ),
    )
    return {name: getattr(record, name) for name in columns(PartyRecord)}


def _age(birth_on: date, today: date) -> int:
    """In completed years: a year ends with the eve of the birthday (民法典 art. 200)."""
    return today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))


PARTIES: Final = Sheet(
    Shape("parties", tuple(columns(PartyRecord)), key=("identifier_key",)),
    (
        Column("kind", cells.member(PartyKind)),
        Column("name", cells.text(100)),
        Column("identifier", cells.text(64)),
        Column("domicile_division", cells.division),
        Column("address", cells.text(), required=False),
        Column("workplace", cells.text(), required=False),
        SYNTHETIC,
    ),
    complete=_party,
)
