"""Files of entries on the list of dishonest debtors, and of consumption restrictions."""

from typing import Final

from db.mapping import columns
from db.records.sanctions import DishonestEntryRecord, DishonestGround, RestrictionRecord
from db.staging import Shape
from enforcement.court_files import cells
from enforcement.court_files.cells import Intake
from enforcement.court_files.sheet import (
    CASE,
    CASE_LINK,
    SYNTHETIC,
    Cells,
    Column,
    Sheet,
    order,
    party_columns,
    party_key,
    party_link,
    ref,
)

GROUNDS: Final = frozenset(ground.value for ground in DishonestGround)


def _entry(found: Cells, intake: Intake) -> Cells:
    order(found, "published_on", "until_on")
    order(found, "published_on", "removed_on")
    return {"party_id": party_key(found, "party", intake)}


DISHONEST_ENTRIES: Final = Sheet(
    Shape(
        "dishonest_entries",
        tuple(columns(DishonestEntryRecord)),
        key=("id",),
        links=(CASE_LINK, party_link("party")),
    ),
    (
        ref("dishonest_entries"),
        CASE,
        *party_columns("party"),
        Column("ground", cells.one_of(GROUNDS)),
        Column("decision_no", cells.text(100)),
        Column("published_on", cells.past_day),
        Column("until_on", cells.day),
        Column("removed_on", cells.past_day, required=False),
        SYNTHETIC,
    ),
    complete=_entry,
)


def _restriction(found: Cells, intake: Intake) -> Cells:
    order(found, "issued_on", "lifted_on")
    return {"party_id": party_key(found, "party", intake)}


RESTRICTIONS: Final = Sheet(
    Shape(
        "consumption_restrictions",
        tuple(columns(RestrictionRecord)),
        key=("id",),
        links=(CASE_LINK, party_link("party")),
    ),
    (
        ref("consumption_restrictions"),
        CASE,
        *party_columns("party"),
        Column("order_no", cells.text(100)),
        Column("issued_on", cells.past_day),
        Column("lifted_on", cells.past_day, required=False),
        SYNTHETIC,
    ),
    complete=_restriction,
)
