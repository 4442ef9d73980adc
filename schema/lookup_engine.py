"""Between a schema and the graph engine: a field's selection out of a request, a part out of the own court.

Invariant: a part is made by executing the one federated field with a partner's context, in which it answers from this
court alone: an ask never causes an ask. The document is built here; of a peer it takes the selection set and nothing
else.
"""

import logging
from collections.abc import Mapping
from functools import cached_property, lru_cache
from inspect import isawaitable
from typing import Any, Final

import msgspec
import orjson
import strawberry
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
    execute,
    parse,
    print_ast,
    validate,
)

from enforcement.court import CourtNode
from enforcement.lookup_parts import Partner
from enforcement.lookups import Lookup
from federation.ask.content import Answer, Ask
from federation.ask.coverage import Coverage
from federation.ask.gather import Check
from federation.ask.mandate import Mandate
from federation.ask.status import Reason, Status
from federation.graph import contract, render, selection, shape
from federation.graph.render import Rendered
from federation.graph.selection import MalformedSelection, Selection
from schema.context import NodeContext

_LOG: Final = logging.getLogger(__name__)
_PART: Final = "part"
_DOCUMENTS: Final = 128  # selections kept parsed, about 50 KiB each


class LookupEngine:
    """One schema's federated fields: made once, read by every request."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self._executable = schema._schema  # noqa: SLF001 - strawberry has no public name for it
        self._executor = schema.execution_context_class
        self._sdl = schema.as_str()
        self._selections = lru_cache(maxsize=_DOCUMENTS)(selection.read)
        self._documents = lru_cache(maxsize=_DOCUMENTS)(self._document)

    @cached_property
    def contract(self) -> contract.Contract:
        """The schema's contract, read from its SDL."""
        return contract.read(self._sdl)

    def warm(self) -> None:
        """Read the contract now rather than in the first request.

        Raises:
            BadContract: the schema contradicts itself.
        """
        assert self.contract

    def cut(self, info: GraphQLResolveInfo[Any]) -> Selection:
        """What the request selects on the field being resolved.

        Raises:
            GraphQLError: it is too large to be asked of other courts, or puts variables into it.
        """
        try:
            values: Any = info.variable_values
            text = selection.cut(info.field_nodes, info.fragments, getattr(values, "coerced", values))
            return self._selections(text)
        except MalformedSelection:
            raise GraphQLError("the selection cannot be sent", extensions={"code": "SELECTION_NOT_SENDABLE"}) from None

    def is_alone(self, info: GraphQLResolveInfo[Any]) -> bool:
        """Whether the operation has one federated field, so that its coverage needs no name."""
        keys: set[str] = set()
        _root_keys(info.operation.selection_set, info.fragments, self.contract.answers, keys)
        return len(keys) <= 1

    def check(self, field: str, chosen: Selection) -> Check:
        """The check of parts of `field` with that selection."""
        answer = self.contract.answers[field]
        return lambda raw: shape.check(self.contract.schema, answer, chosen, raw)

    def render(
        self, field: str, chosen: Selection, parts: Mapping[str, dict[str, Any]], derived: Mapping[str, Any]
    ) -> Rendered:
        """The one answer of all parts."""
        return render.render(self.contract, self.contract.answers[field], chosen, parts, derived)

    def contradictions(self, field: str, chosen: Selection, parts: Mapping[str, dict[str, Any]]) -> tuple[str, ...]:
        """The response keys on which the parts contradict each other."""
        return render.contradictions(self.contract, self.contract.answers[field], chosen, parts)

    def render_problem(self, type_name: str, chosen: Selection, value: Mapping[str, Any]) -> Rendered:
        """A problem with data, as selected."""
        kind = self.contract.schema.get_type(type_name)
        assert isinstance(kind, GraphQLObjectType)  # our own types
        return render.render_whole(self.contract, kind, chosen, value)

    async def part(self, court: CourtNode, partner: Partner, ask: Ask, language: str = "zh") -> Answer:
        """This court's part: the field of `ask`, executed here and now in `partner`'s name."""
        try:
            document = self._documents(ask.field, ask.selection)
        except MalformedSelection:
            return Answer(status=Status.REFUSED, code=Reason.MALFORMED)
        if document is None or ask.arguments:
            return Answer(status=Status.UNSUPPORTED, code=Reason.UNSUPPORTED_FIELD)
        context = NodeContext(court=court, caller=None, language="en" if language == "en" else "zh", partner=partner)
        result = execute(
            self._executable,
            document,
            context_value=context,
            variable_values=_variables(court.code, partner.mandate),
            executor_class=self._executor,
            operation_extensions=None,
        )
        if isawaitable(result):
            result = await result
        if result.errors or result.data is None:
            _LOG.error("part failed", extra={"errors": len(result.errors or ())})
            return Answer(status=Status.FAULTY, code=Reason.INTERNAL)
        return Answer(
            status=Status.ANSWERED if partner.rows else Status.EMPTY,
            rows=partner.rows,
            as_of=partner.as_of,
            data=msgspec.Raw(orjson.dumps(result.data[_PART])),
        )

    def _document(self, field: str, text: str) -> DocumentNode | None:
        """The document that executes `field` alone with that selection; None when this schema does not have it.

        Raises:
            MalformedSelection: `text` is none.
        """
        chosen, root = selection.read(text), self.contract.schema.query_type
        if field not in self.contract.answers or root is None:
            return None
        arguments = root.fields[field].args
        declared = ", ".join(f"${name}: {argument.type}" for name, argument in arguments.items())
        passed = ", ".join(f"{name}: ${name}" for name in arguments)
        fragments = "\n".join(print_ast(fragment) for fragment in chosen.fragments.values())
        chosen_set = print_ast(chosen.selection_set)
        built = f"query ({declared}) {{ {_PART}: {field}({passed}) {chosen_set} }}\n{fragments}"
        document = parse(built, no_location=True)
        return None if validate(self._executable, document, max_errors=1) else document


def _variables(court: str, mandate: Mandate) -> dict[str, Any]:
    """The field's arguments as the mandate says them. The resolver reads the mandate: these satisfy the types."""
    kind = "creditCode" if mandate.subject_kind == "USCC" else "residentId"
    return {
        "identity": {kind: mandate.subject},
        "basis": {"caseNumber": mandate.case_number, "purpose": mandate.purpose},
        "sections": list(mandate.sections),
        "scope": {"courts": [court]},
    }


def _root_keys(
    selection_set: SelectionSetNode, fragments: Mapping[str, Any], federated: Mapping[str, Any], keys: set[str]
) -> None:
    for node in selection_set.selections:
        if isinstance(node, FragmentSpreadNode):
            _root_keys(fragments[node.name.value].selection_set, fragments, federated, keys)
        elif isinstance(node, InlineFragmentNode):
            _root_keys(node.selection_set, fragments, federated, keys)
        elif isinstance(node, FieldNode) and node.name.value in federated:
            keys.add((node.alias or node.name).value)


@lru_cache(maxsize=8)
def engine_of(schema: strawberry.Schema) -> LookupEngine:
    """The engine of a schema; a process has one schema, and tests a few."""
    return LookupEngine(schema)


def derived_of(lookup: Lookup, coverage: Coverage) -> dict[str, Any]:
    """The values that no court gives: they are made where the answer is rendered."""
    return {"lookupId": str(lookup.mandate.id), "coverage": coverage.as_data()}
