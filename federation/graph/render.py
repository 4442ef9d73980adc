"""The answer that a client sees: a pure function of the parts, made once, at the edge, in the order of the selection.

Invariant: one court, eight courts or a gateway of gateways give answers of the same shape; the parts' own bytes decide
every value except the derived ones, which the caller computes (such as coverage).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLObjectType, GraphQLOutputType, get_named_type, get_nullable_type, is_list_type

from federation.graph.contract import Contract, Merge
from federation.graph.merge import Contradiction, combine
from federation.graph.page import Taken
from federation.graph.selection import Selection


@dataclass(frozen=True, slots=True)
class Rendered:
    """A field's finished value: JSON data with the keys of the selection, spliced into the response as it is."""

    data: dict[str, Any]


def contradictions(
    contract: Contract, answer: GraphQLObjectType, selection: Selection, parts: Mapping[str, dict[str, Any]]
) -> tuple[str, ...]:
    """The response keys on which the parts contradict each other."""
    found = []
    for key, nodes in selection.fields(contract.schema, answer).items():
        if contract.rule(answer.name, nodes[0].name.value) is Merge.SAME:
            try:
                combine(Merge.SAME, [part[key] for part in parts.values()], scalar_of(answer, nodes[0].name.value))
            except Contradiction:
                found.append(key)
    return tuple(found)


def render(
    contract: Contract,
    answer: GraphQLObjectType,
    selection: Selection,
    parts: Mapping[str, dict[str, Any]],
    derived: Mapping[str, Any],
    page: Sequence[Taken] = (),
) -> Rendered:
    """One object of type `answer` from checked parts (by court code) and `derived` values (by field name).

    A contradicted field is null. Derived values are plain data with all fields of their types. `page` says which rows
    of the parts a field of rule PAGE lists, and in which order.
    """
    ordered = [parts[court] for court in sorted(parts)]
    data: dict[str, Any] = {}
    for key, nodes in selection.fields(contract.schema, answer).items():
        name = nodes[0].name.value
        rule = contract.rule(answer.name, name)
        if rule is Merge.DERIVED:
            data[key] = project(contract, answer.fields[name].type, selection, nodes, derived[name])
            continue
        if rule is Merge.PAGE:
            data[key] = [parts[court][key][row] for court, row in page]
            continue
        try:
            data[key] = combine(rule, [part[key] for part in ordered], scalar_of(answer, name))
        except Contradiction:
            data[key] = None
    return Rendered(data)


def scalar_of(answer: GraphQLObjectType, name: str) -> str:
    """The name of the type that a field of `answer` has when lists and non-null are taken away."""
    return "" if name == "__typename" else get_named_type(answer.fields[name].type).name


def render_whole(
    contract: Contract, returned: GraphQLObjectType, selection: Selection, value: Mapping[str, Any]
) -> Rendered:
    """One object of type `returned` from its plain data, without any part: a problem that carries data."""
    return Rendered(_project_object(contract, returned, selection, (), value))


def project(
    contract: Contract, declared: GraphQLOutputType, selection: Selection, nodes: list[FieldNode], value: Any
) -> Any:
    """The selected fields of plain data, under their response keys."""
    inner = get_nullable_type(declared)
    if value is None:
        return None
    if is_list_type(inner):
        return [project(contract, inner.of_type, selection, nodes, item) for item in value]
    if isinstance(inner, GraphQLObjectType):
        return _project_object(contract, inner, selection, tuple(nodes), value)
    return value


def _project_object(
    contract: Contract,
    runtime: GraphQLObjectType,
    selection: Selection,
    nodes: tuple[FieldNode, ...],
    value: Mapping[str, Any],
) -> dict[str, Any]:
    sets = tuple(node.selection_set for node in nodes if node.selection_set)
    data: dict[str, Any] = {}
    for key, found in selection.fields(contract.schema, runtime, *sets).items():
        name = found[0].name.value
        if name == "__typename":
            data[key] = runtime.name
        else:
            data[key] = project(contract, runtime.fields[name].type, selection, found, value[name])
    return data
