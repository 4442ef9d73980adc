"""What a canned court has to say: the whole value of an answer, from which a selection is cut. No IO."""

from datetime import UTC, datetime
from typing import Any, Final

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
