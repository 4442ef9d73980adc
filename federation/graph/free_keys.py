"""Response keys for what is asked beside a selection: none of them is a key that the selection uses, at any level.

A key that is free on one type alone is not enough: fields of other types under the same key must merge with it. Who
reads a key back finds it as it was found before: it follows from the selection. Pure.
"""

from collections.abc import Collection, Iterator
from itertools import count

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from federation.graph.selection import Selection


def taken(chosen: Selection) -> frozenset[str]:
    """Every response key of the selection and of its fragments, whatever the type and the level."""
    sets = (chosen.selection_set, *(fragment.selection_set for fragment in chosen.fragments.values()))
    return frozenset(key for each in sets for key in _keys(each))


def _keys(selection_set: SelectionSetNode) -> Iterator[str]:
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            yield (node.alias or node.name).value
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
            yield from _keys(node.selection_set)


def free_key(stem: str, used: Collection[str]) -> str:
    """`stem`, lengthened while it is one of `used`."""
    while stem in used:
        stem += "_"
    return stem


def free_keys(used: Collection[str]) -> Iterator[str]:
    """`_0`, `_1` and so on, without those of `used`."""
    return (key for number in count() if (key := f"_{number}") not in used)
