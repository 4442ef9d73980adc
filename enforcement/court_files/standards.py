"""Files of unified standards (统一标准)."""

from typing import Final

from db.mapping import columns
from db.records.zone import StandardMatter, StandardPractice, UnifiedStandardRecord
from db.staging import Shape
from enforcement.court_files import cells
from enforcement.court_files.cells import Intake
from enforcement.court_files.faults import Unfit
from enforcement.court_files.sheet import SYNTHETIC, Cells, Column, Sheet, order, ref, require
from enforcement.rules.courts import PROVINCES
from enforcement.rules.standards import KINDS, PRACTICES, ValueKind

_LONGEST_DAYS: Final = 3650


def _standard(found: Cells, _: Intake) -> Cells:
    """The value that the matter has, and no other."""
    wanted = KINDS[found["matter"]]
    require(found, (wanted,))
    for kind in ValueKind:
        if kind is not wanted and found[kind] is not None:
            raise Unfit("UNKNOWN_VALUE", column=kind)
    if wanted is ValueKind.PRACTICE and found["practice"] not in PRACTICES[found["matter"]]:
        raise Unfit("UNKNOWN_VALUE", column="practice")
    order(found, "effective_from", "effective_to")
    return {}


STANDARDS: Final = Sheet(
    Shape(
        "unified_standards",
        tuple(columns(UnifiedStandardRecord)),
        key=("matter", "province", "effective_from"),
    ),
    (
        ref("unified_standards"),
        Column("matter", cells.member(StandardMatter)),
        Column("province", cells.one_of(frozenset(PROVINCES))),
        Column("amount", cells.amount, required=False),
        Column("days", cells.whole(0, _LONGEST_DAYS), required=False),
        Column("practice", cells.member(StandardPractice), required=False),
        Column("effective_from", cells.day),
        Column("effective_to", cells.day, required=False),
        SYNTHETIC,
    ),
    complete=_standard,
)
