"""A document that selects an encrypted field is sent home (ASK_OWN_COURT): the caller's own node answers it unchanged.

Invariant: only the document is looked at. Variables are neither decoded nor named, and nothing of them is kept.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from enforcement.desk.access import GATEWAY
from enforcement.rules.rights import Caller
from federation.directory.view import DirectoryView
from federation.wire.errors import UnknownCourt
from schema.gateway import encrypted
from schema.messages import message

ASK_OWN_COURT: Final = "ASK_OWN_COURT"
_ROOT_OF: Final = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


def refuse_encrypted(
    document: DocumentNode,
    caller: Caller | None,
    view: DirectoryView,
    *,
    language: str = "en",
    fields: Mapping[str, frozenset[str]] | None = None,
) -> GraphQLError | None:
    """The refusal of a document that selects an encrypted field anywhere at its root, in whichever operation.

    An officer is told their own node's address; who has no court here is told NOT_SIGNED_IN or FORBIDDEN. `fields` are
    those of the committed SDL unless given.
    """
    if not selects(document, encrypted.committed().fields if fields is None else fields):
        return None
    if caller is None:
        return _refusal("NOT_SIGNED_IN", language)
    if caller.court == GATEWAY:
        return _refusal("FORBIDDEN", language)
    try:
        url = view.node_url(caller.court) + "/graphql"
    except UnknownCourt:  # one that only supervises, too
        return _refusal("FORBIDDEN", language)
    return _refusal(ASK_OWN_COURT, language, court=caller.court, url=url)


def selects(document: DocumentNode, fields: Mapping[str, frozenset[str]]) -> bool:
    """Whether a root selection set of the document names one of `fields`, through fragments of any depth too.

    Each fragment is looked at once per root type; unused ones on a root type are looked at as well.
    """
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    waiting = [*_root_selections(document)]
    seen: set[tuple[str, str]] = set()
    while waiting:
        root, selection_set = waiting.pop()
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode) and selection.name.value in fields.get(root, ()):
                return True
            if isinstance(selection, InlineFragmentNode):
                waiting.append((root, selection.selection_set))
            elif isinstance(selection, FragmentSpreadNode) and (root, selection.name.value) not in seen:
                seen.add((root, selection.name.value))
                fragment = fragments.get(selection.name.value)
                waiting += [(root, fragment.selection_set)] if fragment else []
    return False


def _root_selections(document: DocumentNode) -> Iterator[tuple[str, SelectionSetNode]]:
    """The selection sets of the operations, and of the fragments on root types, each with its root type."""
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            yield _ROOT_OF[definition.operation.value], definition.selection_set
        elif isinstance(definition, FragmentDefinitionNode):
            yield definition.type_condition.name.value, definition.selection_set


def _refusal(code: str, language: str, **extensions: str) -> GraphQLError:
    return GraphQLError(message(code, language), extensions={"code": code, **extensions})
