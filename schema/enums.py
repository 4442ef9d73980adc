"""Enums of the floors below, given to GraphQL with a description for the type and for every value."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

import strawberry

E = TypeVar("E", bound=StrEnum)


def described(kind: type[E], description: str, values: Mapping[E, str], *, name: str | None = None) -> type[E]:
    """`kind` as a GraphQL enum; `values` describes each member. Registering one twice changes nothing.

    Raises:
        KeyError: a member has no description.
    """
    if "__strawberry_definition__" in kind.__dict__:
        return kind
    registered = strawberry.enum(kind, name=name, description=description)
    for value in registered.__strawberry_definition__.values:  # type: ignore[attr-defined]  # set by strawberry
        value.description = values[kind[value.name]]
    return registered
