"""From the text of a document to a plan: parsed, limited, validated; kept in a cache bounded by count and bytes.

An abstract syntax tree takes about 70 times its text, so the cache is bounded by the bytes of the texts.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from graphql import GraphQLSchema, GraphQLSyntaxError, parse, specified_rules, validate
from graphql.language import DocumentNode, OperationDefinitionNode
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.graphql_errors import RequestRefused, refused, syntax_entry, validation_entry
from api.graphql_limits import DocumentLimits, check

_RULES: Final = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
_MOST_ERRORS: Final = 10
_CACHED_BYTES: Final = 256 * 1024
_CACHED_PLANS: Final = 512


@dataclass(frozen=True, slots=True)
class Plan:
    """A document that is ready to be executed, once it is `valid`."""

    key: bytes
    size_bytes: int
    document: DocumentNode
    operations: Mapping[str | None, OperationDefinitionNode]
    introspects: bool
    valid: bool = False

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run.

        Raises:
            RequestRefused: no such operation, or several and no name.
        """
        if name is None and len(self.operations) == 1:
            return next(iter(self.operations.values()))
        if name is None or name not in self.operations:
            raise refused("OPERATION_UNKNOWN")
        return self.operations[name]


class Planner:
    """Plans documents against one schema. One per process; safe within one event loop."""

    def __init__(self, schema: GraphQLSchema, limits: DocumentLimits | None = None) -> None:
        self._schema = schema
        self._limits = limits or DocumentLimits()
        self._plans: OrderedDict[bytes, Plan] = OrderedDict()
        self._bytes = 0

    def parsed(self, text: str) -> Plan:
        """The plan of `text`: a validated one if it was seen before, else parsed and within the limits.

        Raises:
            RequestRefused: it cannot be parsed, or exceeds a limit.
        """
        source = text.encode("utf-8", "surrogatepass")
        key = sha256(source).digest()
        if key in self._plans:
            self._plans.move_to_end(key)
            return self._plans[key]
        document = self._parse(text)
        try:
            introspects = check(document, self._limits)
        except RecursionError:
            raise refused("DOCUMENT_TOO_LARGE", limit="depth", allowed=self._limits.depth) from None
        operations = {
            node.name.value if node.name else None: node
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        return Plan(key, len(source), document, operations, introspects)

    def validated(self, plan: Plan) -> Plan:
        """The plan, valid and remembered.

        Raises:
            RequestRefused: the document does not fit the schema; the first ten reasons.
        """
        if plan.valid:
            return plan
        errors = validate(self._schema, plan.document, _RULES, max_errors=_MOST_ERRORS, hide_suggestions=True)
        if errors:
            raise RequestRefused(*(validation_entry(error) for error in errors[:_MOST_ERRORS]))
        plan = replace(plan, valid=True)
        self._remember(plan)
        return plan

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_tokens=self._limits.tokens)
        except GraphQLSyntaxError as error:
            if "tokens. Parsing aborted" in error.message:
                raise refused("DOCUMENT_TOO_LARGE", limit="tokens", allowed=self._limits.tokens) from None
            raise RequestRefused(syntax_entry(error)) from None
        except RecursionError:
            raise refused("DOCUMENT_TOO_LARGE", limit="depth", allowed=self._limits.depth) from None

    def _remember(self, plan: Plan) -> None:
        self._plans[plan.key] = plan
        self._bytes += plan.size_bytes
        while self._bytes > _CACHED_BYTES or len(self._plans) > _CACHED_PLANS:
            _, oldest = self._plans.popitem(last=False)
            self._bytes -= oldest.size_bytes
