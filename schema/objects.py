"""What has an id of its own (Relay): one interface, and ids as text.

Invariant: an id opens nothing; `node` reads an object by the rule of the field that shows it. A court's objects have
the UUIDs under which they are kept, a court of the zone has its code: one object, one id.
"""

from typing import Annotated, Final, TypeAlias, TypeVar
from uuid import UUID

import strawberry
from graphql import GraphQLError

MOST_IDS: Final = 100
"""How many objects are read at once."""

Each = TypeVar("Each")
OneId: TypeAlias = Annotated[strawberry.ID, strawberry.argument(description="The object's `id`. 标识")]
SomeIds: TypeAlias = Annotated[list[strawberry.ID], strawberry.argument(description="At most 100 ids. 标识")]


@strawberry.interface(description="What has an id of its own, by which `node` reads it again. 可按标识读取的对象")
class Node:
    id: strawberry.ID = strawberry.field(
        description="The same wherever the object is shown; with `__typename` a key for caches. 标识"
    )


def node_id(value: UUID) -> strawberry.ID:
    """The id that is `value`, in its canonical form."""
    return strawberry.ID(str(value))


def uuid_of(text: str) -> UUID | None:
    """The UUID whose canonical form is `text`; None for any other text, so that an object has one id."""
    try:
        value = UUID(text)
    except ValueError:
        return None
    return value if str(value) == text else None


def checked(ids: list[Each]) -> list[Each]:
    """`ids`, or what names an object otherwise, if they may be read at once.

    Raises:
        GraphQLError: INVALID_PAGE, there are more than `MOST_IDS`.
    """
    if len(ids) > MOST_IDS:
        raise GraphQLError("too many ids", extensions={"code": "INVALID_PAGE"})
    return ids
