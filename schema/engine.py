"""Between a schema and the graph engine, for every process: what a request asks, and a part out of a schema.

Invariant: a part is made by executing the one federated field alone, with a context in which it answers from this
court alone: a question never causes a question. The document is built here; of a peer it takes the selection set and
the arguments' values, nothing else. Nothing here can decrypt, nor knows what is asked.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from inspect import isawaitable
from typing import Any, Final, Protocol

import msgspec
import orjson
import strawberry
from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLObjectType,
    GraphQLResolveInfo,
    execute,
    print_ast,
)
from strawberry.execution import optimized_is_awaitable

from enforcement.rules.refusals import RuleBroken
from federation.ask.content import CONTRACT, Answer
from federation.ask.status import Reason, Status, reason_of
from federation.graph import contract, derive, reading, render, selection
from federation.graph.compiled import NotCompiled
from federation.graph.derive import Formulas
from federation.graph.reading import Reading
from federation.graph.render import Part, Rendered
from federation.graph.selection import MalformedSelection, Nodes, Selection
from federation.graph.skew import CannotNarrow, Narrowed
from schema import older_contracts, part_plans, values
from schema.federated_fields import FederatedFields
from schema.part_documents import PART, PartDocument, document
from schema.part_plans import Plan
from schema.reporters import reporters
from schema.snapshots import contract_of

_LOG: Final = logging.getLogger(__name__)
_DOCUMENTS: Final = 128  # selections kept parsed, about 50 KiB each


class Asked(Protocol):
    """One federated field as another program asks for it."""

    @property
    def field(self) -> str: ...
    @property
    def arguments(self) -> dict[str, Any]: ...
    @property
    def selection(self) -> str: ...
    @property
    def contract(self) -> int: ...


class Tally(Protocol):
    """Where the resolver reports how much it found, and as of when; nothing found makes the part empty."""

    @property
    def rows(self) -> int: ...
    @property
    def as_of(self) -> datetime | None: ...


class Engine:
    """One schema's federated fields: made once, read by every request."""

    def __init__(self, schema: strawberry.Schema, number: int = CONTRACT) -> None:
        """`number` is that of the contract which `schema` states."""
        self._number = number
        self._executable = schema._schema  # noqa: SLF001 - strawberry has no public name for it
        self._executor = schema.execution_context_class
        self._schema = schema
        self._is_compiling = True
        self._cuts = lru_cache(maxsize=_DOCUMENTS)(selection.cut_always)
        self._paths = lru_cache(maxsize=_DOCUMENTS)(self._paths_always)
        self._readings = lru_cache(maxsize=_DOCUMENTS)(self._compiled)
        self._selections = lru_cache(maxsize=_DOCUMENTS)(selection.read)
        self._documents = lru_cache(maxsize=_DOCUMENTS)(self._document)
        self._plans = lru_cache(maxsize=_DOCUMENTS)(self._plan)
        self._wider = lru_cache(maxsize=_DOCUMENTS)(_wider)

    @cached_property
    def contract(self) -> contract.Contract:
        """The schema's contract, read from its document if it has one, and from its SDL if not."""
        document: DocumentNode | None = getattr(self._schema, "document", None)
        return contract.read(self._schema.as_str()) if document is None else contract.of(document)

    def compile_readings(self, *, is_wanted: bool) -> None:
        """Compile the reading of parts from their selections, or do not, from now on: the answers are the same."""
        self._is_compiling = is_wanted

    def warm(self) -> None:
        """Read the contract, and the one before it, now rather than in the first request.

        Raises:
            BadContract: the schema contradicts itself.
        """
        assert self.contract
        contract_of(self._number - 1)

    # A request -> what is asked ---------------------------------------------------------------------------------------

    def cut(self, info: GraphQLResolveInfo[Any]) -> Selection:
        """What the request selects on the field being resolved.

        Raises:
            GraphQLError: it is too large to be asked of other courts, or puts variables into it.
        """
        text = self._cuts(Nodes(tuple(info.field_nodes), info.fragments))
        if text is None:
            text = selection.cut(info.field_nodes, info.fragments, _variables(info))
        return self._sendable(text)

    def _sendable(self, text: str) -> Selection:
        try:
            return self._selections(text)
        except MalformedSelection:
            raise GraphQLError("the selection cannot be sent", extensions={"code": "SELECTION_NOT_SENDABLE"}) from None

    def widened(self, field: str, chosen: Selection, formulas: Formulas) -> Selection:
        """`chosen`, and what the formulas of its fields are of.

        Raises:
            GraphQLError: together they are too large to be asked of other courts.
        """
        if not formulas:
            return chosen
        needs = derive.needs(self.contract, self.contract.answers[field], chosen, formulas)
        return self._sendable(self._wider(chosen.text, needs)) if needs else chosen

    def arguments(self, info: GraphQLResolveInfo[Any], *, besides: Collection[str]) -> dict[str, Any]:
        """The field's arguments as the request gives them, as plain JSON values; without those named by `besides`."""
        return values.arguments(self._executable, info, besides)

    def is_alone(self, info: GraphQLResolveInfo[Any]) -> bool:
        """Whether the operation has one federated field, so that its coverage needs no name."""
        return len(self.federated_paths(info)) <= 1

    def federated_paths(self, info: GraphQLResolveInfo[Any]) -> frozenset[str]:
        """The paths of response keys, joined by dots, at which the operation has federated fields; skipped ones not."""
        operation = Nodes((info.operation,), info.fragments)
        always = self._paths(operation)
        return self._federated.paths(operation, _variables(info)) if always is None else always

    # Parts -> an answer -----------------------------------------------------------------------------------------------

    def reading(self, field: str, chosen: Selection, sent: Selection | None = None) -> Reading:
        """How parts of `field` are read that were asked for with `sent`, which is `chosen` unless it was widened."""
        sent = chosen if sent is None else sent
        kept = self._readings(field, chosen.text, sent.text) if self._is_compiling else None
        if kept is not None:
            return kept
        return reading.plain(self.contract, self.contract.answers[field], chosen, sent, reporters=self._reporters)

    def _compiled(self, field: str, chosen: str, sent: str) -> Reading | None:
        """None for what is to be read plainly, and is not kept: it may be large."""
        selections = self._selections(chosen), self._selections(sent)
        answer = self.contract.answers[field]
        try:
            return reading.compiled(self.contract, answer, *selections, reporters=self._reporters)
        except NotCompiled:
            return None

    @cached_property
    def _reporters(self) -> frozenset[str]:
        return reporters(self.contract.schema)

    def derived(self, field: str, sent: Selection, parts: Mapping[str, Part], formulas: Formulas) -> dict[str, Any]:
        """The values of the formulas' fields, from the parts that `sent` (as `widened`) brought."""
        if not formulas:
            return {}
        return derive.derive(self.contract, self.contract.answers[field], sent, parts, formulas)

    def render_problem(self, type_name: str, chosen: Selection, value: Mapping[str, Any]) -> Rendered:
        """A problem with data, as selected."""
        kind = self.contract.schema.get_type(type_name)
        assert isinstance(kind, GraphQLObjectType)  # our own types
        return render.render_whole(self.contract, kind, chosen, value)

    # What is asked -> this court's part -------------------------------------------------------------------------------

    async def part(
        self,
        asked: Asked,
        context: Any,
        tally: Tally,
        *,
        given: Mapping[str, Any],
        make: Callable[[], Awaitable[Any]] | None = None,
    ) -> Answer:
        """This court's part: the field of `asked`, executed here and now with `context`.

        `given` are the arguments that the asker may not choose; naming one of them, or one that the field has not, is
        unsupported. A value that does not fit its argument's type is malformed. An ask in the contract before ours is
        answered in it. `make` makes the answer that the field resolves to: with it, and no argument of the asker's
        own, a plan of the selection writes the part where there is one.
        """
        is_older = asked.contract < self._number
        if is_older and contract_of(asked.contract) is None:
            return Answer(status=Status.UNSUPPORTED, code=Reason.UNSUPPORTED_CONTRACT)
        try:
            served = self._documents(asked.field, asked.selection)
            is_known = not is_older or older_contracts.is_asked(
                asked.contract, asked.field, asked.arguments, asked.selection
            )
        except MalformedSelection:
            return Answer(status=Status.REFUSED, code=Reason.MALFORMED)
        if served is None or not (is_known and self._takes(asked, given)):
            return Answer(status=Status.UNSUPPORTED, code=Reason.UNSUPPORTED_FIELD)
        made = await self._planned(asked, make)
        if made is None:
            result = await self._execute(served.document, context, {**asked.arguments, **given})
            if result.errors or result.data is None:
                return _failed(result)
            made = result.data[PART]
            if served.code in made:
                return Answer(status=Status.REFUSED, code=reason_of(made[served.code]))
        return self._told(made, asked, tally, is_older=is_older)

    async def _execute(self, document: DocumentNode, context: Any, variables: dict[str, Any]) -> ExecutionResult:
        result = execute(
            self._executable,
            document,
            context_value=context,
            variable_values=variables,
            executor_class=self._executor,
            is_awaitable=optimized_is_awaitable,  # type: ignore[arg-type]  # typed as a plain predicate
            operation_extensions=None,
        )
        return await result if isawaitable(result) else result

    async def _planned(self, asked: Asked, make: Callable[[], Awaitable[Any]] | None) -> dict[str, Any] | None:
        """The part as its plan writes it; None when the executor has to say what becomes of it."""
        plan = None if make is None or asked.arguments else self._plans(asked.field, asked.selection)
        if make is None or plan is None:
            return None
        try:
            planned: dict[str, Any] = plan(await make())
        except Exception:  # noqa: BLE001  (made again by the executor, where the error gets its place)
            return None
        return planned

    def _told(self, made: dict[str, Any], asked: Asked, tally: Tally, *, is_older: bool) -> Answer:
        """The part in the words of the contract that was asked in; one that it has no words for is not served."""
        said = Narrowed(made, is_narrowed=False)
        try:
            if is_older:
                chosen = self._selections(asked.selection)
                said = older_contracts.narrowed(asked.contract, asked.field, chosen, made)
        except CannotNarrow:
            return Answer(status=Status.UNSUPPORTED, code=Reason.UNSUPPORTED_CONTRACT)
        return Answer(
            status=Status.ANSWERED if tally.rows else Status.EMPTY,
            rows=tally.rows,
            as_of=tally.as_of,
            data=msgspec.Raw(orjson.dumps(said.part)),
            narrowed=said.is_narrowed,
        )

    def takes(self, field: str, argument: str) -> bool:
        """Whether the schema's root field of that name has an argument of that name."""
        root = self.contract.schema.query_type
        return root is not None and field in root.fields and argument in root.fields[field].args

    def _takes(self, asked: Asked, given: Mapping[str, Any]) -> bool:
        return all(name not in given and self.takes(asked.field, name) for name in asked.arguments)

    @cached_property
    def _federated(self) -> FederatedFields:
        return FederatedFields(self.contract)

    def _paths_always(self, operation: Nodes) -> frozenset[str] | None:
        """The paths whatever the variables are; None when they decide."""
        return None if selection.is_varying(operation) else self._federated.paths(operation, {})

    def _document(self, field: str, text: str) -> PartDocument | None:
        return document(self.contract, self._executable, field, text)

    def _plan(self, field: str, text: str) -> Plan | None:
        """The plan of a selection that is known to be valid."""
        kind = self._executable.get_type(self.contract.answers[field].name)
        assert isinstance(kind, GraphQLObjectType)  # the contract is that of the schema
        return part_plans.compiled(self._executable, kind, self._selections(text))


def _wider(text: str, needs: str) -> str:
    chosen = selection.read(text)
    fragments = " ".join(print_ast(fragment) for fragment in chosen.fragments.values())
    return f"{{ ... {print_ast(chosen.selection_set)} {needs} }} {fragments}"


def _failed(result: ExecutionResult) -> Answer:
    """Why there is no part: a value that fits no type, a rule that was broken, or a fault of ours, which is logged."""
    errors = result.errors or []
    if errors and all(error.path is None for error in errors):
        return Answer(status=Status.REFUSED, code=Reason.MALFORMED)
    causes = [error.original_error for error in errors]
    if causes and isinstance(broken := causes[0], RuleBroken):
        return Answer(status=Status.REFUSED, code=reason_of(broken.code))
    _LOG.error("part failed", extra={"errors": len(errors)})
    return Answer(status=Status.FAULTY, code=Reason.INTERNAL)


def _variables(info: GraphQLResolveInfo[Any]) -> Mapping[str, Any]:
    given: Any = info.variable_values
    coerced: Mapping[str, Any] = getattr(given, "coerced", given)
    return coerced


def engine_of(schema: strawberry.Schema, number: int = CONTRACT) -> Engine:
    """The engine of a schema that states contract `number`; a process has one or two schemas, and tests a few."""
    return _engines(schema, number)


_engines: Final = lru_cache(maxsize=8)(Engine)
