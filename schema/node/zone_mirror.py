"""`zone` at the node's door: declared from the gateway's committed SDL, resolved by passing it on.

Invariant: this is text and syntax only; the node runs nothing of the gateway's program.
"""

from functools import cache
from pathlib import Path
from typing import Any, Final

import strawberry
from graphql import DocumentNode, parse

from schema.declarations import declarations, merged, root_fields
from schema.declaring import declare
from schema.node.zone_door import pass_on

ZONE: Final = "zone"
_GATEWAY_SDL: Final = Path(__file__).parent.parent / "gateway.graphql"


@cache
def committed() -> DocumentNode:
    """`zone` under Query and Mutation with every type it needs, as the gateway's committed SDL declares them."""
    document = parse(_GATEWAY_SDL.read_text(encoding="utf-8"), no_location=True)
    fields = {root: [f for f in found if f.name.value == ZONE] for root, found in root_fields(document).items()}
    return declarations(document, fields)


class NodeSchema(strawberry.Schema):
    """The node's own schema with `zone` declared in it."""

    def __init__(self, declared: DocumentNode, **options: Any) -> None:
        super().__init__(**options)
        self._whole: Final = merged(super().as_str(), declared)
        self._schema = declare(self._schema, declared, pass_on)
        self._schema._strawberry_schema = self  # type: ignore[attr-defined]  # noqa: SLF001  # as strawberry does

    def as_str(self) -> str:
        """The SDL of all that the node's door serves."""
        return self._whole
