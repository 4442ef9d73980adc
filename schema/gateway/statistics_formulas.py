"""What follows from the courts' figures of delegated tasks (委托事项统计): rates, means, and both roles of each court.

Invariant: they are computed from sums and pairs over all courts that answered, whatever the request selects; a rate is
never merged.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from enforcement.rules.delegation_figures import Figures, PairFigures, by_court
from federation.graph.derive import Formula, Formulas, mean, percentage
from schema.zone.statistics_types import counted

_COUNTS: Final = tuple(field.name for field in fields(Figures))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _figures_data(figures: Figures) -> dict[str, Any]:
    return {_camel(name): value for name, value in counted(figures).items()}


def _pair(reported: Mapping[str, Any]) -> PairFigures:
    counts = {name: int(reported["figures"][_camel(name)]) for name in _COUNTS}
    return PairFigures(reported["delegatingCourt"], reported["entrustedCourt"], Figures(**counts))


def _courts(merged: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "court": each.court,
            "asDelegating": _figures_data(each.as_delegating),
            "asEntrusted": _figures_data(each.as_entrusted),
        }
        for each in by_court([_pair(reported) for reported in merged["pairs"] or ()])
    ]


_OF_PAIRS: Final = f"delegatingCourt entrustedCourt figures {{ {' '.join(map(_camel, _COUNTS))} }}"
_TYPE: Final = "DelegationStatistics"

FORMULAS: Final[Formulas] = {
    (_TYPE, "signedForInTimeRate"): percentage("signedForInTime", "signedFor"),
    (_TYPE, "completedInTimeRate"): percentage("completedInTime", "completed"),
    (_TYPE, "returnRate"): percentage("returned", "dispatched"),
    (_TYPE, "meanHandlingMinutes"): mean("handlingMinutes", "handled"),
    (_TYPE, "courts"): Formula(("pairs",), _courts, {"pairs": _OF_PAIRS}),
}
"""The DERIVED fields of the statistics, but for the coverage."""
