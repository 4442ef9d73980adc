"""What the clear roots of a schema can reach: nothing personal, or the composition fails and names the path.

The walk follows fields, the possible types of interfaces, and the members of unions. A public type passes with the
fields of its own; what its fields lead to is judged by itself. Pure.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_abstract_type,
    is_interface_type,
    is_object_type,
)

from federation.graph.contract import Carry, Contract, carry_of, doors


class PersonalInClear(Exception):
    """A clear root reaches what is personal. `paths` are such as `Query.stock<Stock>.boxes: Box`, one per place."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        super().__init__("; ".join(paths))
        self.paths = paths


def check_member(contract: Contract, identifiers: AbstractSet[str] = frozenset()) -> None:
    """Return if no federated field that is carried in clear, at the root or one level below, reaches what is personal.

    A member's other roots cross no gateway. `identifiers` are the scalars that identify a person or a case.

    Raises:
        PersonalInClear.
    """
    _check(contract, identifiers, ((door, _clear(door)) for door in doors(contract.schema)))


def check_gateway(contract: Contract, identifiers: AbstractSet[str] = frozenset()) -> None:
    """Return if no root of the supergraph but the encrypted ones, and their live twins, reaches what is personal.

    Raises:
        PersonalInClear.
    """
    encrypted = {name for name, carry in contract.carry.items() if carry is Carry.ENCRYPTED}
    _check(contract, identifiers, ((root, root.fields.keys() - encrypted) for root in _roots(contract.schema)))


def _clear(door: GraphQLObjectType) -> AbstractSet[str]:
    return {name for name, field in door.fields.items() if carry_of(field) is Carry.CLEAR}


def _roots(schema: GraphQLSchema) -> Iterator[GraphQLObjectType]:
    yield from (root for root in (schema.query_type, schema.mutation_type, schema.subscription_type) if root)


def _check(
    contract: Contract, identifiers: AbstractSet[str], clear: Iterable[tuple[GraphQLObjectType, AbstractSet[str]]]
) -> None:
    search = _Search(contract, identifiers)
    for root, names in clear:
        search.walk(root, names)
    if search.found:
        raise PersonalInClear(tuple(search.found))


class _Search:
    """A breadth-first walk over types, each once: the first path to it is a shortest one."""

    def __init__(self, contract: Contract, identifiers: AbstractSet[str]) -> None:
        self._contract = contract
        self._identifiers = identifiers
        self._seen: set[str] = set()
        self.found: list[str] = []

    def walk(self, root: GraphQLObjectType, names: AbstractSet[str]) -> None:
        waiting = list(self._fields(root, root.name, names))
        for kind, path in waiting:  # grows while new types are met
            if kind.name not in self._seen:
                self._seen.add(kind.name)
                waiting += self._below(kind, path)

    def _below(self, kind: GraphQLNamedType, path: str) -> Iterator[tuple[GraphQLNamedType, str]]:
        if kind.name in self._contract.personal:
            self.found.append(f"{path}: {kind.name}")
            return
        if is_abstract_type(kind):
            yield from ((each, f"{path}<{each.name}>") for each in self._contract.schema.get_possible_types(kind))
        if is_object_type(kind) or is_interface_type(kind):
            yield from self._fields(kind, path, kind.fields.keys())

    def _fields(
        self, kind: GraphQLObjectType | GraphQLInterfaceType, path: str, names: AbstractSet[str]
    ) -> Iterator[tuple[GraphQLNamedType, str]]:
        for name, field in kind.fields.items():
            if name not in names:
                continue
            below, further = get_named_type(field.type), f"{path}.{name}"
            if kind.name not in self._contract.public and self._is_personal(kind, name, below):
                self.found.append(further)
            else:
                yield below, further

    def _is_personal(
        self, kind: GraphQLObjectType | GraphQLInterfaceType, name: str, returned: GraphQLNamedType
    ) -> bool:
        """Marked here, or on an interface that the type implements; or an identifier."""
        marked = any(f"{each.name}.{name}" in self._contract.personal for each in (kind, *kind.interfaces))
        return marked or returned.name in self._identifiers
