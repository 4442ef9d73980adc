"""From the text of a document to a plan: parsed, limited, validated; kept in a cache bounded by count and bytes.

A plan is found by the digest of its text alone. One `Planner` serves one schema, whose contract never changes while the
program runs; an operation, an office or the values of variables choose among facts that the plan holds. Invariant: only
valid documents are kept, so that no refusal fills the cache.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from sys import getsizeof
from typing import Final

from graphql import GraphQLSchema, GraphQLSyntaxError, parse, specified_rules, validate
from graphql.language import DocumentNode, OperationDefinitionNode
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.graphql.errors import MOST_ERRORS, RequestRefused, literal_entry, refused, syntax_entry, validation_entry
from api.graphql.limits import Checked, DocumentLimits, Operations, check_form, check_size
from schema.areas import Areas
from schema.literals import forbidden
from schema.selected_areas import Selected, all_selected

_NUL: Final = re.compile(r"\\u(?:0000|\{0+\})|\0")
_RULES: Final = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
_MOST_REASONS: Final = 3
"""Of one document, after which validation stops: each prints the whole value that does not fit, and takes its time."""
CACHED_BYTES: Final = 16 * 1024 * 1024
_CACHED_PLANS: Final = 512
_TOKEN_BYTES: Final = 800  # a token, its share of the syntax tree, and of what was counted; at most, by measurement
_PLAN_BYTES: Final = 20 * 1024  # of a plan of no tokens


@dataclass(frozen=True, slots=True)
class Plan:
    """A document that is ready to be executed, once it is `valid`."""

    key: bytes
    size_bytes: int  # of memory, estimated
    document: DocumentNode
    operations: Operations
    checked: Checked
    valid: bool = False
    selected: Mapping[str | None, Selected] | None = None  # by operation; of a schema whose fields have areas

    @property
    def introspects(self) -> bool:
        return self.checked.introspects

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

    def __init__(self, schema: GraphQLSchema, limits: DocumentLimits | None = None, areas: Areas | None = None) -> None:
        self._schema, self._areas = schema, areas
        self.limits = limits or DocumentLimits()
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
        check_form(document, self.limits)
        operations = {
            node.name.value if node.name else None: node
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode)
        }
        checked = Checked(self._schema, document, operations)
        try:
            checked.check(self.limits)
        except RecursionError:
            raise refused("DOCUMENT_TOO_LARGE", limit="depth", allowed=self.limits.depth) from None
        return Plan(key, _size_bytes(text, document), document, operations, checked)

    def validated(self, plan: Plan) -> Plan:
        """The plan, valid and remembered.

        Raises:
            RequestRefused: the document does not fit the schema, or has what must be a variable; the first reasons.
        """
        if plan.valid:
            return plan
        self._refuse_literals(plan.document)
        errors = validate(self._schema, plan.document, _RULES, max_errors=_MOST_REASONS, hide_suggestions=True)
        if errors:
            raise RequestRefused(*(validation_entry(error) for error in errors[:_MOST_REASONS]))
        plan = replace(plan, valid=True, selected=self._selected(plan))
        self._remember(plan)
        return plan

    def _selected(self, plan: Plan) -> Mapping[str | None, Selected] | None:
        if self._areas is None:
            return None
        return all_selected(self._schema, self._areas, plan.document, plan.operations.values())

    def _parse(self, text: str) -> DocumentNode:
        check_size(text, self.limits)
        if _NUL.search(text):
            raise refused("CHARACTER_NOT_ALLOWED", part="DOCUMENT")
        try:
            return parse(text, max_tokens=self.limits.tokens)
        except GraphQLSyntaxError as error:
            if "tokens. Parsing aborted" in error.message:
                raise refused("DOCUMENT_TOO_LARGE", limit="tokens", allowed=self.limits.tokens) from None
            if "nested too deeply" in error.message:
                raise refused("DOCUMENT_TOO_LARGE", limit="depth", allowed=self.limits.depth) from None
            raise RequestRefused(syntax_entry(error)) from None
        except RecursionError:
            raise refused("DOCUMENT_TOO_LARGE", limit="depth", allowed=self.limits.depth) from None

    def _refuse_literals(self, document: DocumentNode) -> None:
        found = list(islice(forbidden(document, self._schema), MOST_ERRORS))
        if found:
            raise RequestRefused(*(literal_entry(argument, node) for argument, node in found))

    def _remember(self, plan: Plan) -> None:
        if (earlier := self._plans.pop(plan.key, None)) is not None:
            self._bytes -= earlier.size_bytes
        self._plans[plan.key] = plan
        self._bytes += plan.size_bytes
        while self._bytes > CACHED_BYTES or len(self._plans) > _CACHED_PLANS:
            _, oldest = self._plans.popitem(last=False)
            self._bytes -= oldest.size_bytes


def _size_bytes(text: str, document: DocumentNode) -> int:
    """What a plan takes in memory: a little text may have many tokens, and few tokens much text."""
    tokens, token = 0, document.loc.start_token if document.loc else None
    while token is not None:
        tokens, token = tokens + 1, token.next
    return _PLAN_BYTES + getsizeof(text) + tokens * _TOKEN_BYTES
