"""The form of an answer file: a row for each asset found, or one that says "nothing" or "refused" of a kind."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Final, get_args, get_type_hints
from uuid import UUID

from db.records.assets import AssetKind
from db.staging import Shape
from enforcement.channels import Holding
from enforcement.court_files import cells
from enforcement.court_files.cells import Intake, Reader
from enforcement.court_files.estate import IDENTITY_PARTS
from enforcement.court_files.faults import Unfit
from enforcement.court_files.sheet import Cells, Column, Sheet
from enforcement.holdings import checked
from enforcement.payloads import PriorMeasure
from enforcement.rules.asset_facts import FACT_NAMES, FACTS, facts_of
from enforcement.rules.search_entries import EnteredOutcome
from enforcement.rules.spreadsheet import plain

TABLE: Final = "answers"
PARTS: Final = (
    *(part for part in IDENTITY_PARTS if part not in FACT_NAMES),
    "company",
    "security_code",
    "insurer",
    "policy_no",
    "registration_no",
)
"""What may name an asset in its registry; each is a column."""
_CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}", re.ASCII)
_FIGURE: Final = re.compile(r"\d{1,14}(\.\d{1,4})?", re.ASCII)
_OF_HOLDING: Final = (
    *PARTS,
    *FACT_NAMES,
    "division",
    "description",
    "estimated_value",
    "owner_identifier",
    "co_owned",
    "standing_measures",
)


def _request(value: str, _: Intake) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise Unfit("UNKNOWN_REQUEST") from None


def _code(value: str, _: Intake) -> str:
    if not _CODE.fullmatch(value):
        raise Unfit("UNKNOWN_VALUE")
    return value


def _figure(value: str, _: Intake) -> Decimal:
    if not _FIGURE.fullmatch(value):
        raise Unfit("INVALID_NUMBER")
    return Decimal(value)


def _standing(value: str, intake: Intake) -> list[PriorMeasure]:
    """`浙0127 1 2025-01-02T00:00:00+08:00; 赣1130 2`: court, rank and, if it is known, since when."""
    found = []
    for entry in value.split(cells.LIST_SEPARATOR):
        court, *rest = entry.split() or [""]
        if not 1 <= len(rest) <= 2:  # noqa: PLR2004 (rank, instant)
            raise Unfit("UNKNOWN_VALUE")
        rank = cells.whole(1, 1_000)(rest[0], intake)
        since = cells.past_instant(rest[1], intake) if rest[1:] else None
        found.append(PriorMeasure(court=cells.court(court, intake), rank=rank, registered_at=since))
    return found


_BY_TYPE: Final[Mapping[type, Reader]] = {Decimal: _figure, date: cells.day, bool: cells.flag, str: cells.text(200)}


def _fact(name: str) -> Reader:
    """How a fact of that name is read: by its type in the kind that has it."""
    hint = next(get_type_hints(kind)[name] for kind in FACTS.values() if name in kind.__struct_fields__)
    assert isinstance(hint, UnionType)  # every fact may be unknown
    return next(_BY_TYPE[option] for option in get_args(hint) if option in _BY_TYPE)


def _cell(read: Reader) -> Reader:
    """A cell that may come back with the guard of a spreadsheet."""
    return lambda value, intake: read(plain(value), intake)


def _answer(found: Cells, _: Intake) -> Cells:
    """The holding of a row that says FOUND. Any other row says nothing of an asset. Raises Unfit."""
    said = [name for name in _OF_HOLDING if found[name] is not None]
    if found["outcome"] is not EnteredOutcome.FOUND:
        if said:
            raise Unfit("NOTHING_WAS_FOUND", column=said[0])
        return {"holding": None}
    if found["division"] is None:
        raise Unfit("REQUIRED", column="division")
    try:
        return {"holding": _holding(found)}
    except Unfit as error:
        error.column = error.part if error.part in _OF_HOLDING else "kind"
        raise


def _holding(found: Cells) -> Holding:
    kind: AssetKind = found["kind"]
    facts = cells.ruled(facts_of, kind, {name: found[name] for name in FACT_NAMES})
    holding = Holding(
        kind=kind.value,
        identity={part: found[part] for part in PARTS if found[part] is not None},
        division=found["division"],
        description=found["description"] or "",
        estimated_value=found["estimated_value"],
        prior=found["standing_measures"] or [],
        facts=facts,
        owner=found["owner_identifier"],
        co_owned=bool(found["co_owned"]),
    )
    whole: Holding = cells.ruled(checked, holding)
    return whole


ANSWERS: Final = Sheet(
    Shape(TABLE, ("request_id", "kind", "outcome", "as_of", "reason", "holding"), key=()),
    (
        Column("request_id", _cell(_request)),
        Column("kind", _cell(cells.member(AssetKind))),
        Column("outcome", _cell(cells.member(EnteredOutcome))),
        Column("as_of", _cell(cells.past_instant)),
        Column("reason", _cell(_code), required=False),
        *(Column(part, _cell(cells.registry_part(part)), required=False) for part in PARTS),
        *(Column(name, _cell(_fact(name)), required=False) for name in FACT_NAMES),
        Column("division", _cell(cells.division), required=False),
        Column("description", _cell(cells.text()), required=False),
        Column("estimated_value", _cell(cells.amount), required=False),
        Column("owner_identifier", _cell(cells.text(64)), required=False),
        Column("co_owned", _cell(cells.flag), required=False),
        Column("standing_measures", _cell(_standing), required=False),
    ),
    complete=_answer,
)
