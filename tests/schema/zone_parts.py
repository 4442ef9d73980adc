"""What the gateway does at a court in clear: one field of the part schema with a selection, as data."""

from typing import Any

from enforcement.court import CourtNode
from federation.graph.page import PageAsk
from schema.node.zone_part import PART_SCHEMA, ZonePartContext

SCOPE = {"wholeZone": True}


async def part(
    court: CourtNode, document: str, *, page: PageAsk | None = None, **variables: Any
) -> tuple[dict[str, Any], ZonePartContext]:
    """The value of the document's one field, and what was reported beside it."""
    context = ZonePartContext(court, "en", page)
    result = await PART_SCHEMA.execute(document, variable_values={"scope": SCOPE, **variables}, context_value=context)
    assert result.errors is None, result.errors
    assert result.data is not None
    (value,) = result.data.values()
    return value, context
