"""The executor without what an answer of many rows would pay for in every cell.

A scalar or enum that is read from an attribute is read and written at once; anything else about it (null, an error,
something to await) goes graphql-core's way, so that there is one meaning.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from graphql import GraphQLField, GraphQLObjectType, get_nullable_type, is_leaf_type
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import Path, Undefined
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

_KEY: Final = "xiezhi-cell"
_UNKNOWN: Final = object()


class Cell(NamedTuple):
    """A field that is one attribute of its row, and how its value is written."""

    attribute: str
    write: Callable[[Any], Any]


def cell_of(field: GraphQLField) -> Cell | None:
    """What there is to know of `field` as a cell, or None if it is more than that; remembered with the field."""
    known = field.extensions.get(_KEY, _UNKNOWN)
    if known is _UNKNOWN:
        known = field.extensions[_KEY] = _cell(field)
    return known  # type: ignore[no-any-return]  # extensions are untyped


def attribute_of(field: GraphQLField) -> str | None:
    """The attribute of its row that `field` is, or None if it is more than that."""
    declared = field.extensions.get("strawberry-definition")
    plain = getattr(field.resolve, "_is_default", False) and getattr(declared, "default_resolver", None) is getattr
    return declared.python_name if declared is not None and plain and not field.args else None


def _cell(field: GraphQLField) -> Cell | None:
    kind, attribute = get_nullable_type(field.type), attribute_of(field)
    if attribute is None or not is_leaf_type(kind):
        return None
    return Cell(attribute, kind.coerce_output_value)


class CellExecutor(StrawberryGraphQLCoreExecutionContext):
    """Strawberry's executor, quicker over cells."""

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: list[FieldDetails],
        path: Path,
        position_context: Any,
    ) -> Any:
        """A cell at once; every other field as graphql-core does."""
        field = parent_type.fields.get(field_details_list[0].node.name.value)
        cell = None if field is None else cell_of(field)
        if cell is not None:
            try:
                value = getattr(source, cell.attribute)
                if value is not None and not self.is_awaitable(value) and not isinstance(value, Exception):
                    written = cell.write(value)
                    if written is not None and written is not Undefined:
                        return written
            except Exception:  # noqa: BLE001, S110  # read again below, where the error gets its place
                pass
        return super().execute_field(parent_type, source, field_details_list, path, position_context)
