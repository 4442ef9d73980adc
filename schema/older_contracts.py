"""An ask in the contract before ours: whether that contract has all that is asked, and the part in its words."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any, Final

from federation.graph import skew
from federation.graph.selection import Selection
from federation.graph.skew import Narrowed
from schema.part_documents import document
from schema.snapshots import contract_of

_ASKS: Final = 128


def is_asked(number: int, field: str, arguments: Collection[str], text: str) -> bool:
    """Whether all of it stands in contract `number`: what came later is not to be asked under its number.

    Raises:
        MalformedSelection: `text` is no selection.
    """
    older = contract_of(number)
    root = None if older is None else older.schema.query_type
    if older is None or root is None or field not in older.answers or set(arguments) - root.fields[field].args.keys():
        return False
    return _is_selected(number, field, text)


@lru_cache(maxsize=_ASKS)
def _is_selected(number: int, field: str, text: str) -> bool:
    older = contract_of(number)
    return older is not None and document(older, older.schema, field, text) is not None


def narrowed(number: int, field: str, chosen: Selection, made: dict[str, Any]) -> Narrowed:
    """The part `made` of our contract as contract `number` knows it.

    Raises:
        CannotNarrow: it has no word for something in it.
    """
    older = contract_of(number)
    assert older is not None  # it was asked in
    return skew.narrow(older.schema, older.answers[field], chosen, made)
