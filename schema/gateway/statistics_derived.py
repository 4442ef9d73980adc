"""What follows from the courts' figures of delegated tasks (委托事项统计): rates, means, and both roles of each court.

Invariant: they are computed from the pairs that the courts report, whatever the request selects, after those were
gathered; a rate is never merged.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

from enforcement.rules.delegation_figures import Figures, PairFigures, by_court, total
from schema.gateway.scatter_door import Derived
from schema.zone.statistics_types import counted

_PAIRS: Final = "_pairs"
_COUNTS: Final = tuple(field.name for field in fields(Figures))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _figures_data(figures: Figures) -> dict[str, Any]:
    return {_camel(name): value for name, value in counted(figures).items()}


def _pair(reported: Mapping[str, Any]) -> PairFigures:
    counts = {name: int(reported["figures"][_camel(name)]) for name in _COUNTS}
    return PairFigures(reported["delegatingCourt"], reported["entrustedCourt"], Figures(**counts))


def derive(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The derived fields of the statistics, from the parts of all courts that answered."""
    pairs = [_pair(reported) for part in parts for reported in part[_PAIRS]]
    courts = [
        {
            "court": each.court,
            "asDelegating": _figures_data(each.as_delegating),
            "asEntrusted": _figures_data(each.as_entrusted),
        }
        for each in by_court(pairs)
    ]
    return {**_figures_data(total(pair.figures for pair in pairs)), "courts": courts}


STATISTICS_DERIVED: Final = Derived(
    "... on DelegationStatistics { "
    f"{_PAIRS}: pairs {{ delegatingCourt entrustedCourt figures {{ {' '.join(map(_camel, _COUNTS))} }} }} }}",
    derive,
)
