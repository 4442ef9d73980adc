"""What a canned court has to say: the whole value of an answer, from which a selection is cut. No IO."""

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from federation.graph.page import PageAnswer, PageAsk, Position

FIELD: Final = "crossBorderMatrix"
ROWS: Final = 8
AS_OF: Final = datetime(2025, 7, 14, 1, 0, tzinfo=UTC)
_COUNTIES: Final = ("330803", "330824", "330881", "341003", "341021", "341024", "361128", "361181")

ROW_FIELDS: Final = "sourceCourt division openCases { value text } assetsFound { value text } openTasks { value text }"
COVERAGE_FIELDS: Final = "inScope answered complete courts { court { code name } status rows tookMs }"
SELECTION: Final = f"asOf rows {{ {ROW_FIELDS} }} coverage {{ {COVERAGE_FIELDS} }}"
DOCUMENT: Final = f"""
query ($scope: Scope!) {{
  {FIELD}(scope: $scope) {{
    ... on CrossBorderMatrix {{ {SELECTION} }}
    ... on Problem {{ code message }}
  }}
}}
"""
"""What is asked: one row per county with three counts, and the whole coverage."""


PAGED: Final = "publicDishonestDebtors"
PAGE_ROWS: Final = 12_500  # of each court
PAGED_DOCUMENT: Final = f"""
query ($scope: Scope!, $after: String) {{
  {PAGED}(scope: $scope, first: 100, after: $after) {{
    ... on PublicDishonestDebtors {{
      asOf nodes {{ sourceCourt name number ground publishedOn untilOn }}
      pageInfo {{ hasNextPage endCursor }} coverage {{ complete }}
    }}
    ... on Problem {{ code message }}
  }}
}}
"""


def page(court: str, ask: PageAsk) -> tuple[dict[str, Any], PageAnswer]:
    """The whole value of one page of a list of `PAGE_ROWS` entries, and where its rows stand."""
    start = 0 if ask.after is None else int(ask.after.key)
    if ask.after is not None and _position(start) <= ask.after:
        start += 1
    places = range(start, min(start + ask.first, PAGE_ROWS))
    has_more = start + ask.first < PAGE_ROWS
    value = {
        "asOf": AS_OF.isoformat(),
        "nodes": [_entry(court, place) for place in places],
        "pageInfo": {"hasNextPage": has_more, "endCursor": None},
        "coverage": _own(court),
    }
    return value, PageAnswer(positions=tuple(map(_position, places)), has_more=has_more)


def _position(place: int) -> Position:
    return Position(f"{place:06d}", str(UUID(int=place + 1)))


def _entry(court: str, place: int) -> dict[str, Any]:
    return {
        "sourceCourt": court,
        "kind": "NATURAL",
        "name": "样*例",
        "number": f"33************{place:06d}",
        "division": "330824",
        "ground": "ABLE_BUT_REFUSES",
        "publishedOn": "2025-01-02",
        "untilOn": "2027-01-01",
        "revision": 1,
    }


def part(field: str, court: str) -> dict[str, Any]:
    """The whole value of `field` at `court`."""
    return _PARTS[field](court)


def _matrix(court: str) -> dict[str, Any]:
    return {"asOf": AS_OF.isoformat(), "rows": [_row(court, place) for place in range(ROWS)], "coverage": _own(court)}


def _row(court: str, place: int) -> dict[str, Any]:
    counts = (1200 + 17 * place, 340 + 5 * place, 20 + place)
    names = ("openCases", "assetsFound", "openTasks")
    shown = {name: {"value": count, "text": str(count)} for name, count in zip(names, counts, strict=True)}
    return {"sourceCourt": court, "division": _COUNTIES[place], **shown}


def _own(court: str) -> dict[str, Any]:
    entry = {
        "court": {"code": court, "name": court},
        "status": "ANSWERED",
        "reason": None,
        "tookMs": None,
        "rows": ROWS,
        "asOf": AS_OF.isoformat(),
        "reportedBy": "COURT",
    }
    counts = {"inScope": 1, "asked": 1, "answered": 1, "complete": True}
    return {**counts, "contradictions": [], "courts": [entry]}


_PARTS: Final = {FIELD: _matrix}
