"""The caps of one document, checked before validation; what it costs is counted by `federation.graph.cost`.

The price of an operation is judged twice: before validation, with one row for each list whose size a variable says, and
exactly once the variables are known. Most documents have no such list, and one figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from graphql import GraphQLSchema
from graphql.language import DocumentNode, FragmentDefinitionNode, IntValueNode, OperationDefinitionNode, TokenKind

from api.graphql.errors import refused
from enforcement.rules.rights import Caller
from federation.graph.cost import MOST_STEPS, Cost, FragmentCycle, TooManySteps, Walk
from federation.graph.prices import Prices
from schema.field_weights import FIELD_WEIGHTS
from schema.list_sizes import LIST_SIZES

_COUNTED: Final = ("depth", "aliases", "repeats", "directives", "fields", "introspection")
_REMEMBERED: Final = 16  # prices of one document, by the sizes that its variables asked for
_MOST_SAID: Final = 2**53  # what every JSON reader takes for a whole number

Operations: TypeAlias = Mapping[str | None, OperationDefinitionNode]


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """Caps of one document; from `depth` on, each counts the document as expanded."""

    characters: int = 32_000
    tokens: int = 1000
    name: int = 200  # characters of one name; the answer repeats it, once a row
    definitions: int = 60  # operations and fragments: validation compares fragments pair by pair
    depth: int = 15
    aliases: int = 60
    repeats: int = 60  # further uses of one response key in one selection set
    directives: int = 60
    fields: int = 2000
    introspection: int = 2  # `__schema`, `__type`, `_service`, and aliases within them: no tool needs more
    cost: int = 20_000
    cost_unknown: int = 10_000  # for callers who have not signed in

    def cost_for(self, caller: Caller | None) -> int:
        """The budget of one operation."""
        return self.cost_unknown if caller is None else self.cost


class Checked:
    """A document within the caps, and what its operations cost."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operations: Operations) -> None:
        """Keep the parts; nothing is counted yet."""
        self.introspects = False
        self._schema = schema
        self._document = document
        self._fragments = {n.name.value: n for n in document.definitions if isinstance(n, FragmentDefinitionNode)}
        self._operations = operations
        self._depends_on: list[str] = []
        self._least: dict[str | None, int] = {}
        self._exact: dict[tuple[object, ...], int] = {}

    def check(self, limits: DocumentLimits) -> None:
        """Count every operation, and every fragment by itself, in one walk: validation looks at unused ones too.

        Raises:
            RequestRefused: a limit is exceeded, or fragments form a cycle.
        """
        prices = Prices(self._schema, LIST_SIZES, None, FIELD_WEIGHTS)
        walk = Walk(self._fragments, prices)
        for definition in self._document.definitions:
            if not isinstance(definition, OperationDefinitionNode | FragmentDefinitionNode):
                continue
            cost = self._level(walk, definition)
            self.introspects |= cost.introspection > 0
            _check_counts(cost, limits)
            check_cost(cost.price(), limits.cost)
            if isinstance(definition, OperationDefinitionNode):
                self._least[definition.name.value if definition.name else None] = cost.price()
        self._depends_on = sorted(prices.depends_on)

    def price(self, name: str | None, variables: Mapping[str, Any]) -> int:
        """The exact price of the operation."""
        if not self._depends_on:
            return self._least[name]
        operation = self._operations[name]
        sizes = {each: variables.get(each, default) for each, default in _defaults(operation).items()}
        sizes = {each: size for each in self._depends_on if (size := _whole(sizes.get(each))) is not None}
        key = (name, *sizes.items())
        if key not in self._exact:
            if len(self._exact) >= _REMEMBERED:
                self._exact.clear()
            walk = Walk(self._fragments, Prices(self._schema, LIST_SIZES, sizes, FIELD_WEIGHTS))
            self._exact[key] = self._level(walk, operation).price()
        return self._exact[key]

    def _level(self, walk: Walk, definition: OperationDefinitionNode | FragmentDefinitionNode) -> Cost:
        if isinstance(definition, OperationDefinitionNode):
            root = self._schema.get_root_type(definition.operation)
            parent = root.name if root else None
        else:
            parent = definition.type_condition.name.value
        try:
            cost = walk.level(definition.selection_set, parent)
        except FragmentCycle:
            raise refused("DOCUMENT_INVALID", reason="FRAGMENT_CYCLE") from None
        except TooManySteps:
            raise refused("DOCUMENT_TOO_LARGE", limit="steps", allowed=MOST_STEPS) from None
        cost.directives += len(definition.directives or ())
        for each in getattr(definition, "variable_definitions", None) or ():
            cost.directives += len(each.directives or ())
        return cost


def check_size(text: str, limits: DocumentLimits) -> None:
    """Return if a text of that length is read at all.

    Raises:
        RequestRefused: it is not.
    """
    _refuse_beyond("characters", len(text), limits.characters)


def check_form(document: DocumentNode, limits: DocumentLimits) -> None:
    """Return if no name is longer, and there are no more definitions, than any front end writes.

    Raises:
        RequestRefused: it is not so.
    """
    _refuse_beyond("definitions", len(document.definitions), limits.definitions)
    token = document.loc.start_token if document.loc else None
    while token is not None:
        if token.kind is TokenKind.NAME:
            _refuse_beyond("name", token.end - token.start, limits.name)
        token = token.next


def _refuse_beyond(limit: str, value: int, allowed: int) -> None:
    if value > allowed:
        raise refused("DOCUMENT_TOO_LARGE", limit=limit, allowed=allowed)


def _check_counts(cost: Cost, limits: DocumentLimits) -> None:
    for counted in _COUNTED:
        _refuse_beyond(counted, getattr(cost, counted), getattr(limits, counted))


def check_cost(price: int, allowed: int) -> None:
    """Return if the price is within the budget.

    Raises:
        RequestRefused: it is not; the price itself is said, for it tells how much must go.
    """
    if price > allowed:
        raise refused("DOCUMENT_TOO_LARGE", limit="cost", allowed=allowed, estimated=min(price, _MOST_SAID))


def _whole(value: object) -> int | None:
    """The whole number that an Int variable takes `value` for: 100.0 is one too."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) else None


def _defaults(operation: OperationDefinitionNode) -> dict[str, int | None]:
    """The operation's variables, each with its whole number by default, if it has one."""
    found: dict[str, int | None] = {}
    for each in operation.variable_definitions or ():
        default = each.default_value
        found[each.variable.name.value] = int(default.value[:9]) if isinstance(default, IntValueNode) else None
    return found
