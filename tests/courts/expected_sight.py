"""What each role is to see, by the source's own words (role_matrix.csv, by hand) and the table of acts (doors.csv).

Nothing here reads the product's own tables: of the product it takes only the area that the SDL prints on a field.
"""

import csv
from enum import Enum
from functools import cache
from pathlib import Path

from tests.enforcement.rules.role_matrix import cells

DOORS = Path(__file__).parent / "doors.csv"
COLUMN = {
    "CASE_BRIEF": "CASE",
    "TASK_STATUS": "TASKS",
    "TASK_ROUTING": "TASKS",
    "AUDIT_METADATA": "AUDIT",
    "SEARCHES": "ASSETS",
}
"""The column of which an area is a part."""
ALONE = {
    "brief": "CASE_BRIEF",
    "status only": "TASK_STATUS",
    "routing metadata": "TASK_ROUTING",
    "metadata": "AUDIT_METADATA",
}
"""The words that open a part of their column and no more."""
ZONE_READERS = {"COMMAND_CENTRE", "LIAISON_OFFICER", "SUPERVISOR", "GATEWAY_ADMIN"}
BESIDE = {
    "LIAISON_OFFICER": {"TASKS": "routing metadata", "MEMBERS": "R"},
    "DEVELOPER": {"MEMBERS": "R"},
}
"""Offices of the zone of which the source has no row; docs/safeguards.md has."""
OWN_IS_THE_COURTS = {"CLERK"}
"""No record says which cases are a clerk's."""
BOUND_BY = {
    "enforcementCase": "CASE",
    "enforcementCases": "CASE",
    "assetSearch": "CASE",
    "delegatedTask": "TASKS",
    "delegatedTasks": "TASKS",
    "debtorPresence": "CASE",
    "debtorProfile": "CASE",
}
"""The doors of one's own objects, and the column that says whose."""


BY_ID = {"node", "nodes"}


class Sight(Enum):
    """What becomes of a field."""

    SHOWN = "shown"
    MASKED = "masked"
    REFUSED = "refused"


def word(role: str, column: str) -> str:
    return BESIDE[role].get(column, "–") if role in BESIDE else cells()[role, column]


def sight(role: str, area: str) -> Sight:
    """What becomes of a field of an area."""
    if area in {"FORM", "PUBLIC"} or (area == "ZONE" and role in ZONE_READERS):
        return Sight.SHOWN
    if area == "ZONE":
        return Sight.REFUSED
    said = word(role, COLUMN.get(area, area))
    if said in ALONE:
        return Sight.SHOWN if ALONE[said] == area else Sight.REFUSED
    if said == "–" or (area == "SEARCHES" and said == "own"):
        return Sight.REFUSED
    return Sight.MASKED if said == "m" else Sight.SHOWN


@cache
def doors() -> dict[str, frozenset[str]]:
    """Who may open the doors that an act guards, and read the fields that their use-case keeps to fewer."""
    with DOORS.open(encoding="utf-8", newline="") as file:
        return {row["door"]: frozenset(row["roles"].split()) for row in csv.DictReader(file)}


def is_listed(door: str, program: str = "") -> bool:
    """Whether doors.csv says who opens a door; one that it does not list may be narrower than the areas behind it."""
    return door in doors() or f"{program}:{door}" in doors()


def opens(role: str, door: str, program: str = "") -> bool:
    """Whether a role's acts open a door, which may be guarded at one program alone; one that no act guards is open."""
    return role in doors().get(f"{program}:{door}", doors().get(door, frozenset({role})))


def sees_foreign(role: str, door: str, kind: str) -> bool:
    """Whether a door shows a role what is not in their hands; `kind` is the object's behind a door of any kind."""
    column = ("TASKS" if kind == "DelegatedTask" else "CASE") if door in BY_ID else BOUND_BY.get(door)
    if column is None or role in OWN_IS_THE_COURTS:
        return True
    return "own" not in word(role, column) and word(role, column) != "status only"
