"""What tests of the trail, the logs and the warnings ask a node, over its whole schema."""

from typing import Any, Final

from enforcement.court import CourtNode
from enforcement.rules.rights import Caller, Role
from schema.context import NodeContext
from schema.node.schema import SCHEMA
from tests.enforcement.lookup_zone import caller

AUDITOR: Final = caller("浙0824", 9, Role.AUDITOR)
TRAIL: Final = """
    query ($filter: AuditFilter, $first: Int! = 100, $after: String) {
      auditTrail(filter: $filter, first: $first, after: $after) {
        ... on AuditTrail {
          entries {
            seq at court officerId roles action outcome subject caseNumber purpose sections lookupId rows prevHash hash
          }
          pageInfo { hasNextPage endCursor }
          head { seq digest }
        }
        ... on Problem { code }
      }
    }
"""


async def ask(court: CourtNode, document: str, who: Caller | None = AUDITOR, **variables: Any) -> Any:
    """The value of the document's one field."""
    result = await SCHEMA.execute(document, variables, NodeContext(court, who, "en"))
    assert result.errors is None, result.errors
    assert result.data is not None
    (value,) = result.data.values()
    return value


async def trail(court: CourtNode, who: Caller | None = AUDITOR, **variables: Any) -> Any:
    """A page of the trail."""
    return await ask(court, TRAIL, who, **variables)


async def events(court: CourtNode, *actions: str) -> list[Any]:
    """The events of those kinds, oldest first, whoever reads them."""
    found = await trail(court)
    return [entry for entry in reversed(found["entries"]) if entry["action"] in actions]
