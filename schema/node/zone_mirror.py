"""`zone` and the live twins of its federated fields at the node's door: declared from the gateway's committed SDL.

They are resolved by passing them on. A subscription has its stream at the root: the twins stand there.

Invariant: this is text and syntax only; the node runs nothing of the gateway's program.
"""

from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import strawberry
from graphql import DocumentNode, FieldDefinitionNode, parse

from schema import area_doors, areas, refused_acts
from schema.declarations import declarations, merged, root_fields
from schema.declaring import declare
from schema.node.zone_door import pass_on
from schema.node.zone_live import follow

ZONE: Final = "zone"
_FEDERATED: Final = "federated"
_QUERY: Final = "Query"
_SUBSCRIPTION: Final = "Subscription"
_GATEWAY_SDL: Final = Path(__file__).parent.parent / "gateway.graphql"


@cache
def committed() -> DocumentNode:
    """What the gateway's committed SDL declares of them, with every type that they need."""
    document = parse(_GATEWAY_SDL.read_text(encoding="utf-8"), no_location=True)
    roots = root_fields(document)
    federated = {field.name.value for field in roots[_QUERY] if _is_federated(field)}
    fields = {root: [f for f in found if f.name.value == ZONE] for root, found in roots.items()}
    fields[_SUBSCRIPTION] = [f for f in roots[_SUBSCRIPTION] if f.name.value in federated]
    return declarations(document, fields)


def _is_federated(field: FieldDefinitionNode) -> bool:
    """In clear: the gateway's own SDL has no other."""
    return any(mark.name.value == _FEDERATED for mark in field.directives or ())


class NodeSchema(strawberry.Schema):
    """The node's own schema with `zone` declared in it."""

    def __init__(self, declared: DocumentNode, **options: Any) -> None:
        """Build the node's own schema, then declare `zone` in it.

        Raises:
            AreaMissing: a field has no area.
        """
        super().__init__(**options)
        self._own: Final = super().as_str()
        self._declared: Final = declared
        self._schema = declare(self._schema, areas.with_mark(declared), pass_on, follow)
        self.areas: Final = areas.table()
        areas.check(self._schema, self.areas)
        area_doors.close(self._schema)
        refused_acts.put_on_record(self._schema)
        self._schema._strawberry_schema = self  # type: ignore[attr-defined]  # noqa: SLF001  # as strawberry does

    @cached_property
    def document(self) -> DocumentNode:
        """All that the node's door serves, without areas.

        Raises:
            ValueError: the node and the gateway define a type, and not alike.
        """
        return merged(self._own, self._declared)

    @cached_property
    def _whole(self) -> str:
        return areas.marked(self.document, self.areas)

    def as_str(self) -> str:
        """The SDL of all that the node's door serves: written when somebody asks for it, for it takes a while."""
        return self._whole
