"""One federated field under one selection, as it is read: its parts checked, its answers rendered. Made once."""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from graphql import GraphQLObjectType

from federation.graph import shape
from federation.graph.compiled import CompiledCheck, CompiledRendering, NotCompiled
from federation.graph.contract import Contract
from federation.graph.render import Part, Rendering
from federation.graph.selection import Selection


class Reading(NamedTuple):
    """The check of parts, and what becomes of those that passed it."""

    check: Callable[[bytes], Part]  # raises WrongShape
    rendering: Rendering


def reading(
    contract: Contract, answer: GraphQLObjectType, chosen: Selection, sent: Selection, *, is_compiled: bool
) -> Reading:
    """How parts that were asked for with `sent` are read as answers to `chosen`, which `sent` includes.

    Compiled or not, the verdicts and the answers are the same.
    """
    if is_compiled:
        with suppress(NotCompiled):
            return Reading(CompiledCheck(contract, answer, sent), CompiledRendering(contract, answer, chosen))
    return Reading(shape.compiled(contract.schema, answer, sent), Rendering(contract, answer, chosen))
