"""The form of one table's file: its columns, what follows from them, and what only the database can compare.

Invariant: a row is built from its own cells alone; rows that it names are looked for later, all at once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from db import parties
from db.records.parties import PartyKind
from db.staging import Link, Shape
from enforcement.court_files import cells
from enforcement.court_files.cells import Intake, Reader
from enforcement.court_files.faults import Fault, Unfit

Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file. Its value is kept as `field`; a cell that may be empty then counts as `default`."""

    name: str
    read: Reader
    required: bool = True
    default: Any = None
    field: str = ""

    @property
    def key(self) -> str:
        return self.field or self.name


@dataclass(frozen=True, slots=True)
class Check:
    """A query that selects the lines which break a rule between rows; $1 is taken, `arguments` are $2 onwards.

    `{name}` in it stands for the stored and staged rows of that table, by the columns that `rows` says.
    """

    column: str
    code: str
    query: str
    rows: Mapping[str, tuple[str, ...]]
    arguments: tuple[Any, ...] = ()


def nothing(_cells: Cells, _intake: Intake) -> Cells:
    """No more than the cells say."""
    return {}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table's file. `complete` gives the fields that follow from the cells, or raises `Unfit` with a column."""

    shape: Shape
    columns: tuple[Column, ...]
    complete: Callable[[Cells, Intake], Cells] = nothing
    checks: tuple[Check, ...] = field(default=())

    @property
    def table(self) -> str:
        return self.shape.table

    @property
    def needs(self) -> frozenset[str]:
        """The other tables whose rows it names."""
        return frozenset(link.table for link in self.shape.links) - {self.table}


def row(sheet: Sheet, line: int, given: Mapping[str, str], intake: Intake) -> tuple[Any, ...] | list[Fault]:
    """The staged row of a line, or everything that is wrong with the line."""
    found: Cells = {}
    faults = []
    for column in sheet.columns:
        text = given.get(column.name, "")
        try:
            found[column.key] = _value(column, text, intake)
        except Unfit as error:
            faults.append(Fault(line, column.name, error.code, error.part))
    if faults:
        return faults
    try:
        found |= sheet.complete(found, intake)
    except Unfit as error:
        name = next((column.name for column in sheet.columns if column.key == error.column), error.column)
        return [Fault(line, name, error.code, error.part)]
    return (line, *(found[name] for name in sheet.shape.fields))


def _value(column: Column, text: str, intake: Intake) -> Any:
    if text:
        return column.read(text, intake)
    if column.required:
        raise Unfit("REQUIRED")
    return column.default


SYNTHETIC: Final = Column("synthetic", cells.flag, required=False, default=False)
CASE: Final = Column("case_number", cells.own_case, field="case_id")
CASE_LINK: Final = Link("case_id", "cases", "number", "text", "UNKNOWN_CASE", "case_number")
RECORDED_BY: Final = Column("recorded_by", cells.text(64))
RECORDED_BY_LINK: Final = Link("recorded_by", "officers", "id", "text", "UNKNOWN_OFFICER", "recorded_by")


def ref(table: str) -> Column:
    """The court's own name of the row; the row's id is made of it."""
    return Column("ref", cells.reference(table), field="id")


def party_columns(prefix: str) -> tuple[Column, Column]:
    """The two columns that name a party: its kind and its number."""
    return Column(f"{prefix}_kind", cells.member(PartyKind)), Column(f"{prefix}_identifier", cells.text(64))


def party_link(prefix: str) -> Link:
    return Link(f"{prefix}_id", "parties", "identifier_key", "bytea", "UNKNOWN_PARTY", f"{prefix}_identifier")


def party_key(found: Cells, prefix: str, intake: Intake) -> bytes:
    """What finds the party named by the two columns. Raises Unfit."""
    column = f"{prefix}_identifier"
    with_column = in_column(column, cells.identifier)
    kind, number = with_column(found[f"{prefix}_kind"], found[column], intake)
    return parties.identifier_key(intake.at_rest, kind, number)


def in_column(column: str, read: Callable[..., Any]) -> Callable[..., Any]:
    """`read`, whose `Unfit` says that it was about `column`."""

    def reading(*args: Any) -> Any:
        try:
            return read(*args)
        except Unfit as error:
            error.column = column
            raise

    return reading


def require(found: Cells, names: tuple[str, ...]) -> None:
    """Return if all of these cells are filled. Raises Unfit for the first that is not."""
    for name in names:
        if found[name] is None:
            raise Unfit("REQUIRED", column=name)


def order(found: Cells, earlier: str, later: str) -> None:
    """Return if one day is not after the other, or either is empty. Raises Unfit."""
    if found[earlier] is not None and found[later] is not None and found[earlier] > found[later]:
        raise Unfit("DATES_OUT_OF_ORDER", column=later)
