"""The caps of one document, checked before validation; what it costs is counted by `federation.graph.cost`."""

from dataclasses import dataclass

from graphql.language import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode

from api.graphql_errors import refused
from federation.graph.cost import FragmentCycle, Walk


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """Caps of one document; each counts the document as expanded."""

    tokens: int = 1000
    depth: int = 15
    repeats: int = 60  # aliases, and further uses of one response key in one selection set
    fields: int = 2000


def check(document: DocumentNode, limits: DocumentLimits) -> bool:
    """Return whether the document introspects.

    Raises:
        RequestRefused: a limit is exceeded, or fragments form a cycle.
    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    walk, introspects = Walk(fragments), False
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            try:
                cost = walk.level(definition.selection_set)
            except FragmentCycle:
                raise refused("DOCUMENT_INVALID", reason="FRAGMENT_CYCLE") from None
            introspects |= cost.introspects
            for name in ("depth", "repeats", "fields"):
                if getattr(cost, name) > getattr(limits, name):
                    raise refused("DOCUMENT_TOO_LARGE", limit=name, allowed=getattr(limits, name))
    return introspects
