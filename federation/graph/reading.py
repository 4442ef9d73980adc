"""One federated field under one selection, as it is read: its parts checked, its answers rendered."""

from collections.abc import Callable, Collection
from typing import NamedTuple

from graphql import GraphQLObjectType

from federation.graph import shape
from federation.graph.compiled import CompiledCheck, CompiledRendering
from federation.graph.contract import Contract, Merge
from federation.graph.render import Part, Rendering
from federation.graph.reporting import Path, paths
from federation.graph.selection import Selection


class Reading(NamedTuple):
    """The check of parts, and what becomes of those that passed it."""

    check: Callable[[bytes], Part]  # raises WrongShape
    rendering: Rendering
    named: tuple[Path, ...] = ()  # where a part names the court that reports

    @property
    def lists(self) -> tuple[str, ...]:
        """The response keys under which an answer lists rows."""
        return (*self.rendering.keys(Merge.CONCAT), *self.rendering.keys(Merge.PAGE))


def compiled(
    contract: Contract,
    answer: GraphQLObjectType,
    chosen: Selection,
    sent: Selection,
    *,
    reporters: Collection[str] = (),
) -> Reading:
    """How parts that were asked for with `sent` are read as answers to `chosen`, which `sent` includes: to be kept.

    `reporters` are the fields that name who reports a row.

    Raises:
        NotCompiled: it is to be read plainly.
    """
    named = paths(contract.schema, answer, sent, reporters)
    return Reading(CompiledCheck(contract, answer, sent), CompiledRendering(contract, answer, chosen), named)


def plain(
    contract: Contract,
    answer: GraphQLObjectType,
    chosen: Selection,
    sent: Selection,
    *,
    reporters: Collection[str] = (),
) -> Reading:
    """The same verdicts and answers, slower; of a selection of any size."""
    named = paths(contract.schema, answer, sent, reporters)
    return Reading(shape.compiled(contract.schema, answer, sent), Rendering(contract, answer, chosen), named)
