"""How many rows a field may have, and what each costs, from its type, its arguments and what is declared of it.

A field costs one, or its declared weight, and what is selected of it; a list costs that for each of its rows. Rows are
those that `first` or `last` asks for, at the list itself or at the page around it; else those declared of the list;
else `UNPAGED`. A list of scalars is one value of its row. Invariant: pure; the types are looked up, never walked.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from graphql import GraphQLArgument, GraphQLField, GraphQLSchema, is_leaf_type, is_list_type, is_non_null_type
from graphql.language import FieldNode, IntValueNode, NullValueNode, ValueNode, VariableNode

UNPAGED: Final = 20
_SLICES: Final = ("first", "last")
_DIGITS: Final = 9  # of a literal; a longer one is another limit's business


class Priced(NamedTuple):
    """One field: the type of its rows, how many, whether the page around says so, and the page that it is itself.

    `weight` is what a row costs besides its selection.
    """

    kind: str | None = None
    size: int = 1
    by_page: bool = False
    page: int | None = None
    weight: int = 1


class Prices:
    """The sizes of one operation's lists; `depends_on` fills with the variables that say one."""

    def __init__(
        self,
        schema: GraphQLSchema | None,
        declared: Mapping[str, int],
        variables: Mapping[str, Any] | None,
        weights: Mapping[str, int] | None = None,
    ) -> None:
        """Take sizes `declared` and `weights` by `Type.field`; without `variables`, a variable's size is one row."""
        self.depends_on: set[str] = set()
        self._schema = schema
        self._declared = declared
        self._variables = variables
        self._weights = weights or {}

    @classmethod
    def unknown(cls) -> "Prices":
        """Prices without a schema: every field is one row."""
        return cls(None, {}, None)

    def field(self, parent: str | None, node: FieldNode) -> Priced:
        """The field `node` on the type `parent`; one row if there is no such field."""
        definition = self._definition(parent, node.name.value)
        if definition is None:
            return Priced()
        kind, lists = _unwrapped(definition.type)
        said = self._said(definition, node)
        name = f"{parent}.{node.name.value}"
        weight = self._weights.get(name, 1)
        if lists == 0 or is_leaf_type(kind):
            return Priced(kind.name, page=said, weight=weight)
        size = self._declared.get(name, UNPAGED)
        if said is not None:
            return Priced(kind.name, said * size ** (lists - 1), weight=weight)
        return Priced(kind.name, size**lists, by_page=lists == 1, weight=weight)

    def _definition(self, parent: str | None, name: str) -> GraphQLField | None:
        kind: Any = self._schema.type_map.get(parent) if self._schema and parent else None
        if kind is None or self._schema is None or not hasattr(kind, "fields"):
            return None
        return self._schema.get_field(kind, name)

    def _said(self, definition: GraphQLField, node: FieldNode) -> int | None:
        """The rows that an argument asks for, or that its default does; None if the field has no such argument."""
        given = {argument.name.value: argument.value for argument in node.arguments or ()}
        sizes = []
        for name in _SLICES:
            if (argument := definition.args.get(name)) is None:
                continue
            default = _default(argument)
            sizes.append(max(1, self._number(given[name], default) if name in given else default))
        return max(sizes, default=None)

    def _number(self, value: ValueNode, default: int) -> int:
        if isinstance(value, VariableNode):
            self.depends_on.add(value.name.value)
            known = 1 if self._variables is None else self._variables.get(value.name.value, default)
            return known if isinstance(known, int) else default
        if isinstance(value, IntValueNode):
            return int(value.value[:_DIGITS])
        return default if isinstance(value, NullValueNode) else 1


def _default(argument: GraphQLArgument) -> int:
    """The number that stands for the argument when it is left out, in a schema made of code or of SDL."""
    made: Any = argument.default_value
    if argument.default is not None:
        literal = argument.default.literal
        made = int(literal.value[:_DIGITS]) if isinstance(literal, IntValueNode) else argument.default.value
    return made if isinstance(made, int) else UNPAGED


def _unwrapped(kind: Any) -> tuple[Any, int]:
    """The named type, and the number of lists around it."""
    lists = 0
    while is_non_null_type(kind) or is_list_type(kind):
        lists += is_list_type(kind)
        kind = kind.of_type
    return kind, lists
