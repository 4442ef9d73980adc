"""Documents made of an SDL alone: for each door and each type behind it, one way there, and fields of one area.

Nothing here knows a field by name: what is added to the schema is walked as it stands.
"""

import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    is_required_argument,
    is_required_input_field,
)

from federation.graph import contract

PROBLEM = "Problem"
HALL = "zone"
_SAMPLES = {
    "Int": 1,
    "BigInt": 1,
    "Boolean": False,
    "Date": "2025-07-01",
    "DateTime": "2025-07-01T00:00:00Z",
    "Money": "1.00",
    "Rate": "1.5",
    "UUID": str(uuid.UUID(int=7)),
    "ID": str(uuid.UUID(int=7)),
    "CourtCode": "浙0824",
    "CaseNumber": "（2024）浙0824执1号",
    "ResidentId": "330824197903159972",
}


@dataclass(frozen=True)
class Door:
    """A root field, or one below `zone`."""

    operation: str  # query | mutation | subscription
    name: str
    field: GraphQLField
    hall: bool = False

    @property
    def key(self) -> str:
        return f"{HALL}.{self.name}" if self.hall else self.name


@dataclass(frozen=True)
class Way:
    """From a door to a type: names of fields, and `... on` their types where it has to be said."""

    door: Door
    kind: str
    steps: tuple[str, ...] = ()

    def document(self, selection: str, given: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The document that ends in `selection`, and its variables: those that `given` has for the door's arguments."""
        arguments = {n: a for n, a in self.door.field.args.items() if n in given or is_required_argument(a)}
        declared = ", ".join(f"${n}: {a.type}" for n, a in arguments.items())
        passed = ", ".join(f"{n}: ${n}" for n in arguments)
        body = "{ __typename " + selection + " }"
        for step in reversed(self.steps):
            body = "{ __typename " + step + " " + body + " }"
        answer = get_named_type(self.door.field.type)
        if is_abstract_type(answer) and _refuses(answer):
            body = body[:-1] + "... on Problem { code } ... on Refusal { part } }"
        inner = "{ " + self.door.name + (f"({passed})" if passed else "") + " " + body + " }"
        inner = "{ " + HALL + " " + inner + " }" if self.door.hall else inner
        text = f"{self.door.operation} Walk{f'({declared})' if declared else ''} {inner}"
        return text, {n: given[n] if n in given else sample(a.type) for n, a in arguments.items()}


def _refuses(answer: Any) -> bool:
    return any(interface.name == PROBLEM for kind in getattr(answer, "types", ()) for interface in kind.interfaces)


@dataclass
class Sdl:
    """One committed SDL."""

    schema: GraphQLSchema
    doors: list[Door] = field(init=False)

    def __post_init__(self) -> None:
        self.doors = list(self._doors())

    def _doors(self) -> Iterator[Door]:
        for operation, root in (
            ("query", self.schema.query_type),
            ("mutation", self.schema.mutation_type),
            ("subscription", self.schema.subscription_type),
        ):
            for name, declared in root.fields.items() if root else ():
                below = get_nullable_type(declared.type)
                if name == HALL and is_object_type(below):
                    yield from (Door(operation, each, its, hall=True) for each, its in below.fields.items())
                else:
                    yield Door(operation, name, declared)

    def area(self, kind: str, name: str) -> str:
        """What the SDL says of a field."""
        declared: Any = self.schema.type_map[kind]
        mark = contract.directive(declared.fields[name], "area")
        assert mark is not None, f"{kind}.{name}"
        return mark["of"]

    def door_area(self, door: Door) -> str:
        root = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}[door.operation]
        return self.area({"Query": "Zone", "Mutation": "ZoneMutation"}[root] if door.hall else root, door.name)

    def ways(self, door: Door) -> list[Way]:
        """The shortest way from the door to each type with fields behind it."""
        answer = get_named_type(door.field.type)
        waiting: deque[tuple[Any, tuple[str, ...]]] = deque([(answer, ())] if is_composite_type(answer) else [])
        found: dict[str, Way] = {}
        while waiting:
            kind, steps = waiting.popleft()
            if is_abstract_type(kind):
                waiting.extend((each, (*steps, f"... on {each.name}")) for each in self.schema.get_possible_types(kind))
                continue
            if kind.name in found or (PROBLEM in {i.name for i in kind.interfaces} and not steps[:-1]):
                continue
            found[kind.name] = Way(door, kind.name, steps)
            for name, declared in kind.fields.items():
                below = get_named_type(declared.type)
                if is_composite_type(below) and not any(is_required_argument(a) for a in declared.args.values()):
                    waiting.append((below, (*steps, name)))
        return list(found.values())

    def walk(self, operation: str) -> list[Way]:
        """To every type the shortest way of all doors, and whatever stands right behind a door."""
        ways = [way for door in self.doors if door.operation == operation for way in self.ways(door)]
        shortest: dict[str, Way] = {}
        for way in ways:
            if len(way.steps) < len(shortest.setdefault(way.kind, way).steps):
                shortest[way.kind] = way
        return [way for way in ways if len(way.steps) <= 1 or shortest[way.kind] is way]

    def fields(self, kind: str) -> dict[str, list[str]]:
        """The fields of a type as selections, by area."""
        declared: Any = self.schema.type_map[kind]
        assert isinstance(declared, GraphQLObjectType)
        by_area: dict[str, list[str]] = {}
        for name, its in declared.fields.items():
            selection = f"{name} {{ __typename }}" if is_composite_type(get_named_type(its.type)) else name
            by_area.setdefault(self.area(kind, name), []).append(selection)
        return by_area

    def way_areas(self, way: Way) -> set[str]:
        """The areas of the door and of the fields on the way."""
        return {self.door_area(way.door)} | {self.area(*each) for each in self.way_fields(way)}

    def way_fields(self, way: Way) -> list[tuple[str, str]]:
        """The fields on the way, each with its type."""
        kind: Any = get_named_type(way.door.field.type)
        found = []
        for step in way.steps:
            if step.startswith("... on "):
                kind = self.schema.type_map[step.removeprefix("... on ")]
            else:
                found.append((kind.name, step))
                kind = get_named_type(kind.fields[step].type)
        return found


def sample(kind: Any) -> Any:
    """A value of an input type: of an object what it must have."""
    if is_non_null_type(kind):
        return sample(kind.of_type)
    if is_list_type(kind):
        return [sample(kind.of_type)]
    if is_input_object_type(kind):
        assert isinstance(kind, GraphQLInputObjectType)
        return {name: sample(its.type) for name, its in kind.fields.items() if is_required_input_field(its)}
    if is_enum_type(kind):
        return next(iter(kind.values))
    return _SAMPLES.get(kind.name, "x")


def values(answer: Any, way: Way, name: str) -> list[Any]:
    """What stands at a field at the end of a way, of every row there; nothing where the way ends before."""
    rows = [answer.get(HALL) if way.door.hall else answer]
    for key in (way.door.name, *(s for s in way.steps if not s.startswith("... on ")), name):
        below = [row[key] for row in rows if isinstance(row, dict) and key in row]
        rows = [one for each in below for one in (each if isinstance(each, list) and key != name else [each])]
    return rows
