"""What the HTTP, event-stream and WebSocket edges of one GraphQL schema share.

Who calls, from which page, how often; and the way from a request to a prepared operation.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from starlette.datastructures import Headers
from starlette.types import Scope

from api.graphql.documents import Documents
from api.graphql.errors import refused
from api.graphql.execution import Context, Engine, GraphQLRequest, Prepared
from api.graphql.request import AskedOperation
from api.held_connections import Authenticate, HeldConnections
from api.logs import REQUEST_ID
from api.rate_limits import RateLimits
from api.signin import SignInRefused
from enforcement.rules.rights import Caller

_SCHEMES: Final = ("http", "https")


class ContextFactory(Protocol):
    """Makes the context of one operation."""

    def __call__(self, caller: Caller | None, language: str, request_id: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Door:
    """One per process."""

    engine: Engine
    authenticate: Authenticate
    context_factory: ContextFactory
    anonymous: bool = False
    allowed_origins: Collection[str] = ()
    documents: Documents = field(default_factory=Documents)
    rates: RateLimits = field(default_factory=RateLimits)
    held: HeldConnections = field(default_factory=HeldConnections)

    def origin_allowed(self, headers: Headers) -> bool:
        """A page may call from this very origin or from an allowed one; programs send no origin."""
        origin = headers.get("origin")
        own = {f"{scheme}://{headers.get('host')}" for scheme in _SCHEMES}
        return origin is None or origin in self.allowed_origins or origin in own

    async def caller(self, authorization: str | None) -> Caller | None:
        """Who calls; None without a token, where that is allowed.

        Raises:
            RequestRefused: NOT_SIGNED_IN, or why the token does not open this door.
        """
        try:
            caller = await self.authenticate(authorization)
        except SignInRefused as refusal:
            raise refused(refusal.code) from None
        if caller is None and not self.anonymous:
            raise refused("NOT_SIGNED_IN")
        return caller

    async def prepare(
        self, asked: AskedOperation, caller: Caller | None, language: str, *, trusted: bool = False
    ) -> tuple[Prepared, Context]:
        """The operation ready to be executed, with its context; with `trusted` of a trusted document only.

        Raises:
            RequestRefused: nothing was executed.
        """
        text = await self.documents.text_of(asked, trusted=trusted)
        context: Context = self.context_factory(caller, language, REQUEST_ID.get())
        prepared = self.engine.prepare(GraphQLRequest(text, asked.operation_name, asked.variables), context)
        if caller is not None:
            await self.documents.keep(asked)
        return prepared, context


def address_of(scope: Scope) -> str:
    """The address at the other end; a proxy's, unless it is trusted to name its client's."""
    client = scope.get("client")
    return str(client[0]) if client else ""
