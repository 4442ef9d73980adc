"""What a document costs before it is executed: the first time, and once its plan is known."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any, Final

from api.examples import of
from api.graphql.execution import Engine, GraphQLRequest
from db.clock import monotonic_s
from enforcement.rules.rights import Caller, Role
from schema.node.schema import SCHEMA

ROUNDS: Final = 5
_HITS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Planned:
    """Medians of one document, in microseconds."""

    document: str
    miss_us: float
    hit_us: float

    @property
    def ratio(self) -> float:
        """How many times a hit goes into a miss of the same run."""
        return self.miss_us / self.hit_us


class _Context:
    caller = Caller("o-330824-01", "浙0824", frozenset({Role.HANDLER}))
    language = "en"

    def __init__(self) -> None:
        self.extensions: dict[str, Any] = {}


def measure() -> list[Planned]:
    """Each of the query desk's examples, prepared by a new engine and then over and over."""
    return [_compared(each.name, GraphQLRequest(each.query)) for each in of("node")]


def _compared(name: str, request: GraphQLRequest) -> Planned:
    misses, hits = [], []
    for _ in range(ROUNDS):
        engine = Engine(SCHEMA, may_introspect=lambda _: False)
        prepare = partial(engine.prepare, request, _Context())
        misses.append(_took_us(prepare, 1))
        hits.append(_took_us(prepare, _HITS))
    return Planned(name, median(misses), median(hits))


def _took_us(act: Callable[[], object], times: int) -> float:
    began_s = monotonic_s()
    for _ in range(times):
        act()
    return (monotonic_s() - began_s) / times * 1e6
