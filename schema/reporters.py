"""The fields by which a row names the court that reports it, by `Type.field`.

Invariant: of every fact there is one reporter: a delegated task is reported by the court that delegates it.
"""

from collections.abc import Iterator
from typing import Final

from graphql import GraphQLSchema, is_object_type

_SOURCE: Final = "sourceCourt"
_OTHERS: Final = frozenset({"PairDelegations.delegatingCourt"})


def reporters(schema: GraphQLSchema) -> frozenset[str]:
    """Those of `schema`."""
    return _OTHERS | frozenset(_sources(schema))


def _sources(schema: GraphQLSchema) -> Iterator[str]:
    for name, kind in schema.type_map.items():
        if is_object_type(kind) and _SOURCE in kind.fields:
            yield f"{name}.{_SOURCE}"
