"""The gateway's schema: its own fields with resolvers, and the encrypted ones declared: together the supergraph.

Invariant: an encrypted field has no resolver that does anything. A document that selects one is refused before
(own_court.py); should that fail, the field itself refuses.
"""

from functools import cached_property
from typing import Final

import strawberry
from graphql import DocumentNode, GraphQLError, parse

from schema import area_doors, areas
from schema.areas import Areas
from schema.declarations import merged
from schema.declaring import declare
from schema.gateway import encrypted
from schema.gateway.encrypted import Encrypted
from schema.gateway.own import OPTIONS
from schema.gateway.own_court import ASK_OWN_COURT
from schema.messages import message


class GatewaySchema(strawberry.Schema):
    """The supergraph as it is served; `own_sdl` is the part that the gateway answers itself."""

    def __init__(self, declared: Encrypted, listed: Areas | None = None) -> None:
        """Build the gateway's own schema, then declare the encrypted fields beside it; `listed` are the areas.

        Raises:
            AreaMissing: a field has no area.
        """
        super().__init__(**OPTIONS)
        self._own: Final = super().as_str()
        self._declared: Final = declared.declarations
        self.areas: Final = areas.table() if listed is None else listed
        if declared.fields:
            self._schema = declare(self._schema, areas.with_mark(declared.declarations), _never)
            self._schema._strawberry_schema = self  # type: ignore[attr-defined]  # noqa: SLF001  # as strawberry does
        areas.check(self._schema, self.areas)
        area_doors.close(self._schema)

    @cached_property
    def document(self) -> DocumentNode:
        """The supergraph, without areas.

        Raises:
            ValueError: the gateway and the nodes define a type, and not alike.
        """
        return merged(self._own, self._declared)

    @cached_property
    def own_sdl(self) -> str:
        """What the gateway answers itself."""
        return areas.marked(parse(self._own, no_location=True), self.areas)

    @cached_property
    def _supergraph(self) -> str:
        return areas.marked(self.document, self.areas)

    def as_str(self) -> str:
        """The supergraph's SDL."""
        return self._supergraph


def _never(_root: object, _info: object, **_arguments: object) -> None:
    raise GraphQLError(message(ASK_OWN_COURT, "en"), extensions={"code": ASK_OWN_COURT})


SCHEMA: Final = GatewaySchema(encrypted.committed())
