"""Runs planned documents: one engine per process, shared by the HTTP and the WebSocket door.

The life of a request: parse and limit the document, ask the hook (`before_execution`), validate, note at which doors
the caller is refused (schema/selected_areas.py), decode the variables, execute. The variables stay undecoded bytes
until the hook has let the document pass, and are dropped unread when it has not.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

import msgspec
import strawberry
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationType, execute, subscribe
from graphql.language import DocumentNode, OperationDefinitionNode
from strawberry.execution import optimized_is_awaitable

from api.graphql.errors import MOST_ERRORS, Entry, RequestRefused, execution_entry, log_fault, refused
from api.graphql.limits import DocumentLimits, check_cost
from api.graphql.plan import Plan, Planner
from api.graphql.variables import misfits, variables_of
from api.logs import REQUEST_ID
from enforcement.rules.rights import Caller, Role
from schema.selected_areas import Refused
from schema.splice import writing


class Context(Protocol):
    """What the door needs of the value that resolvers get."""

    extensions: dict[str, Any]
    refused: Refused | None  # of a schema whose fields have areas

    @property
    def caller(self) -> Caller | None: ...

    @property
    def language(self) -> str: ...


_NO_ROLES: Final[frozenset[Role]] = frozenset()
Hook: TypeAlias = Callable[[DocumentNode, Any], GraphQLError | None]
"""Looks at the document and the context before anything is decoded or executed; an error refuses the request."""


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """A document and what to run of it; the variables as the bytes that came."""

    query: str
    operation_name: str | None = None
    variables: msgspec.Raw = field(default_factory=lambda: msgspec.Raw(b"null"))


class Cost(NamedTuple):
    """What the operation costs by its estimate, and what it may."""

    estimated: int
    limit: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A request that will be executed."""

    document: DocumentNode
    operation: OperationDefinitionNode
    operation_name: str | None
    variables: dict[str, Any]
    cost: Cost

    @property
    def subscribes(self) -> bool:
        return self.operation.operation is OperationType.SUBSCRIPTION

    @property
    def mutates(self) -> bool:
        return self.operation.operation is OperationType.MUTATION


class Engine:
    """One schema and how it is executed."""

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        may_introspect: Callable[[Caller | None], bool],
        before_execution: Hook | None = None,
        limits: DocumentLimits | None = None,
    ) -> None:
        self._schema: GraphQLSchema = schema._schema  # noqa: SLF001 (strawberry has no public name for it)
        self._executor = writing(schema.execution_context_class)
        self._planner = Planner(self._schema, limits, getattr(schema, "areas", None))
        self._may_introspect = may_introspect
        self._hook = before_execution

    @property
    def schema(self) -> GraphQLSchema:
        return self._schema

    def prepare(self, request: GraphQLRequest, context: Context) -> Prepared:
        """The request, ready to be executed.

        Raises:
            RequestRefused: with every reason why not; nothing was executed.
        """
        plan = self._planner.parsed(request.query)
        if self._hook is not None and (error := self._hook(plan.document, context)) is not None:
            extensions = dict(error.extensions or {})
            code = extensions.pop("code", "DOCUMENT_INVALID")
            raise RequestRefused(Entry(code, text=error.message, extensions=extensions))
        if plan.introspects and not self._may_introspect(context.caller):
            raise refused("INTROSPECTION_FORBIDDEN")
        plan = self._planner.validated(plan)
        operation = plan.operation(request.operation_name)
        if plan.selected is not None:
            selected = plan.selected[operation.name.value if operation.name else None]
            context.refused = selected.refused(_NO_ROLES if context.caller is None else context.caller.roles)
        variables = variables_of(request.variables)
        cost = self._cost(plan, operation, variables, context.caller)
        return Prepared(plan.document, operation, request.operation_name, variables, cost)

    def _cost(
        self, plan: Plan, operation: OperationDefinitionNode, variables: dict[str, Any], caller: Caller | None
    ) -> Cost:
        price = plan.checked.price(operation.name.value if operation.name else None, variables)
        budget = self._planner.limits.cost_for(caller)
        check_cost(price, budget)
        return Cost(price, budget)

    async def run(self, prepared: Prepared, context: Context) -> dict[str, Any]:
        """The response to a query or a mutation.

        Raises:
            RequestRefused: a variable does not fit its type; nothing was executed.
        """
        result = execute(
            self._schema,
            prepared.document,
            context_value=context,
            variable_values=prepared.variables,
            operation_name=prepared.operation_name,
            **self._options(),
        )
        if isawaitable(result):
            result = await result
        self._refuse_variables(result, prepared)
        return _response(result, prepared, context)

    async def stream(self, prepared: Prepared, context: Context) -> AsyncGenerator[dict[str, Any], None]:
        """The responses to a subscription; one response if it is not one.

        Raises:
            RequestRefused: a variable does not fit its type.
        """
        if not prepared.subscribes:
            yield await self.run(prepared, context)
            return
        source: Any = subscribe(
            self._schema,
            prepared.document,
            context_value=context,
            variable_values=prepared.variables,
            operation_name=prepared.operation_name,
            executor_class=self._executor,
            hide_suggestions=True,
            operation_extensions=None,
            max_coercion_errors=0,
        )
        if isawaitable(source):
            source = await source
        if isinstance(source, ExecutionResult):
            self._refuse_variables(source, prepared)
            yield _response(source, prepared, context)
            return
        try:
            async for result in source:
                yield _response(result, prepared, context)
        except Exception as error:  # noqa: BLE001 (a source that fails ends the stream with one masked error)
            log_fault(error)
            masked = Entry("INTERNAL", extensions={"requestId": REQUEST_ID.get()}).json(context.language)
            yield {"errors": [masked], "data": None}
        finally:
            await source.aclose()

    def _options(self) -> dict[str, Any]:
        return {
            "executor_class": self._executor,
            "is_awaitable": optimized_is_awaitable,
            "hide_suggestions": True,
            "operation_extensions": None,
            "max_coercion_errors": 0,  # the first ends it: `misfits` finds them all again, without their text
        }

    def _refuse_variables(self, result: ExecutionResult, prepared: Prepared) -> None:
        """Raise if `result` says that the variables do not fit: its own text quotes them."""
        if result.data is None and result.errors and all(error.path is None for error in result.errors):
            entries = misfits(self._schema, prepared.operation, prepared.variables)
            raise RequestRefused(*(entries or [Entry("VARIABLES_INVALID")]))


def _response(result: ExecutionResult, prepared: Prepared, context: Context) -> dict[str, Any]:
    response: dict[str, Any] = {}
    extensions = dict(context.extensions)
    if not prepared.subscribes:
        extensions["cost"] = prepared.cost._asdict()
    if result.errors:
        entries = (execution_entry(error, context.language) for error in result.errors[:MOST_ERRORS])
        response["errors"] = [entry.json(context.language) for entry in entries]
        if (omitted := len(result.errors) - MOST_ERRORS) > 0:
            extensions["errorsOmitted"] = omitted
    response["data"] = result.data
    return {**response, "extensions": extensions} if extensions else response
