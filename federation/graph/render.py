"""The answer that a client sees: a pure function of the parts, made once, at the edge, in the order of the selection.

Invariant: one court, eight courts or a gateway of gateways give answers of the same shape; the parts' own bytes decide
every value except the derived ones, which the caller computes (such as coverage).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

import orjson
from graphql import FieldNode, GraphQLObjectType, GraphQLOutputType, get_named_type, get_nullable_type, is_list_type

from federation.graph.contract import Contract, Merge
from federation.graph.merge import Contradiction, combine
from federation.graph.page import Taken
from federation.graph.selection import Selection

_TYPENAME: Final = "__typename"
Part: TypeAlias = Mapping[str, Any]
"""A checked part: its values by response key."""
Show: TypeAlias = Callable[[Any], Any]
"""The selected fields of plain data, under their response keys."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A field's finished value, with the keys of the selection: JSON data, or the JSON text of them."""

    made: dict[str, Any] | bytes

    @property
    def data(self) -> dict[str, Any]:
        """As data."""
        return orjson.loads(self.made) if isinstance(self.made, bytes) else self.made

    @property
    def spliced(self) -> dict[str, Any] | orjson.Fragment:
        """As what orjson writes into a response: a text goes there as it is."""
        return orjson.Fragment(self.made) if isinstance(self.made, bytes) else self.made


class Member(NamedTuple):
    """One response key of an answer, and what its value comes from."""

    key: str
    name: str  # of the field
    rule: Merge
    scalar: str  # the name of the field's type when lists and non-null are taken away
    show: Show | None  # of a derived field


class Rendering:
    """What a selection makes of an answer type: looked at once, for any number of answers."""

    def __init__(self, contract: Contract, answer: GraphQLObjectType, selection: Selection) -> None:
        self.members: Final = tuple(_members(contract, answer, selection))

    def keys(self, rule: Merge) -> tuple[str, ...]:
        """The response keys of the fields with that rule."""
        return tuple(member.key for member in self.members if member.rule is rule)

    def contradictions(self, parts: Mapping[str, Part]) -> tuple[str, ...]:
        """The response keys on which the parts contradict each other."""
        found = []
        for key, _, rule, scalar, _ in self.members:
            if rule is Merge.SAME:
                try:
                    combine(rule, [part[key] for part in parts.values()], scalar)
                except Contradiction:
                    found.append(key)
        return tuple(found)

    def render(self, parts: Mapping[str, Part], derived: Mapping[str, Any], page: Sequence[Taken] = ()) -> Rendered:
        """One object from checked parts (by court code) and `derived` values (by field name).

        A contradicted field is null. Derived values are plain data with all fields of their types. `page` says which
        rows of the parts a field of rule PAGE lists, and in which order.
        """
        ordered = [parts[court] for court in sorted(parts)]
        data: dict[str, Any] = {}
        for member in self.members:
            if member.show is not None:
                data[member.key] = member.show(derived[member.name])
            elif member.rule is Merge.PAGE:
                data[member.key] = [parts[court][member.key][row] for court, row in page]
            else:
                data[member.key] = merged(member, ordered)
        return Rendered(data)


def merged(member: Member, ordered: Sequence[Part]) -> Any:
    """The one value of parts that stand in the order of their courts; null when they contradict each other."""
    try:
        return combine(member.rule, [part[member.key] for part in ordered], member.scalar)
    except Contradiction:
        return None


def contradictions(
    contract: Contract, answer: GraphQLObjectType, selection: Selection, parts: Mapping[str, Part]
) -> tuple[str, ...]:
    """As `Rendering.contradictions`, once."""
    return Rendering(contract, answer, selection).contradictions(parts)


def render(
    contract: Contract,
    answer: GraphQLObjectType,
    selection: Selection,
    parts: Mapping[str, Part],
    derived: Mapping[str, Any],
    page: Sequence[Taken] = (),
) -> Rendered:
    """As `Rendering.render`, once."""
    return Rendering(contract, answer, selection).render(parts, derived, page)


def scalar_of(answer: GraphQLObjectType, name: str) -> str:
    """The name of the type that a field of `answer` has when lists and non-null are taken away."""
    return "" if name == _TYPENAME else get_named_type(answer.fields[name].type).name


def render_whole(
    contract: Contract, returned: GraphQLObjectType, selection: Selection, value: Mapping[str, Any]
) -> Rendered:
    """One object of type `returned` from its plain data, without any part: a problem that carries data."""
    return Rendered(_show_object(contract, returned, selection, ())(value))


def _members(contract: Contract, answer: GraphQLObjectType, selection: Selection) -> "list[Member]":
    found = []
    for key, nodes in selection.fields(contract.schema, answer).items():
        name = nodes[0].name.value
        rule = contract.rule(answer.name, name)
        show = _show(contract, answer.fields[name].type, selection, nodes) if rule is Merge.DERIVED else None
        found.append(Member(key, name, rule, scalar_of(answer, name), show))
    return found


def _show(contract: Contract, declared: GraphQLOutputType, selection: Selection, nodes: list[FieldNode]) -> Show:
    inner = get_nullable_type(declared)
    if is_list_type(inner):
        show_item = _show(contract, inner.of_type, selection, nodes)
        return lambda value: None if value is None else [show_item(item) for item in value]
    if isinstance(inner, GraphQLObjectType):
        return _show_object(contract, inner, selection, tuple(nodes))
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _show_object(
    contract: Contract, runtime: GraphQLObjectType, selection: Selection, nodes: tuple[FieldNode, ...]
) -> Show:
    sets = tuple(node.selection_set for node in nodes if node.selection_set)
    names: list[tuple[str, str]] = []
    below: list[tuple[str, Show]] = []
    for key, found in selection.fields(contract.schema, runtime, *sets).items():
        name = found[0].name.value
        names.append((key, name))
        if name == _TYPENAME:
            continue
        show = _show(contract, runtime.fields[name].type, selection, found)
        if show is not _as_it_is:
            below.append((key, show))
    type_name = runtime.name

    def show_object(value: Any) -> Any:
        if value is None:
            return None
        data = {key: type_name if name == _TYPENAME else value[name] for key, name in names}
        for key, show in below:
            data[key] = show(data[key])
        return data

    return show_object
