"""Nodes whose releases speak the contract before the gateway's, or the one after: what they pass on, and are answered.

A document of a node *behind* is answered in its contract (schema/older_zone.py). A document of a node *ahead* is
executed as any other; what does not fit our schema came later, and is refused as what we do not serve yet.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final, TypeAlias

from api.graphql.errors import RequestRefused, refused
from api.graphql.execution import Engine, Prepared
from api.zone_admission import Admitted
from federation.ask.status import Reason
from federation.graph.skew import CannotNarrow
from schema import older_zone
from schema.older_zone import OlderDocument

Words: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""A response in the words of the node's contract."""
_OF_THE_SCHEMA: Final = frozenset({"DOCUMENT_INVALID", "VARIABLES_INVALID"})


@contextmanager
def refusing(found: Admitted) -> Iterator[None]:
    """Refuse as not served yet what a node ahead of us says that our schema does not have.

    Raises:
        RequestRefused.
    """
    try:
        yield
    except RequestRefused as refusal:
        if found.is_ahead and {entry.code for entry in refusal.entries} <= _OF_THE_SCHEMA:
            raise refused(Reason.UNSUPPORTED_FIELD.value) from None
        raise


def in_words(engine: Engine, found: Admitted, prepared: Prepared) -> tuple[Prepared, Words]:
    """The request as it is to be executed, and how its responses are told.

    Raises:
        RequestRefused: the document is not of the contract that it names.
    """
    if not found.is_behind:
        return prepared, lambda response: response
    asked = older_zone.read(found.asked.contract, engine.schema, prepared.document)
    if asked is None:
        raise refused("DOCUMENT_INVALID")
    return replace(prepared, document=asked.document), lambda response: _narrowed(asked, found, response)


def _narrowed(asked: OlderDocument, found: Admitted, response: dict[str, Any]) -> dict[str, Any]:
    try:
        return older_zone.narrowed(asked, response)
    except CannotNarrow:
        (entry,) = refused(Reason.UNSUPPORTED_CONTRACT.value).entries
        return {"errors": [entry.json(found.asked.language)]}
