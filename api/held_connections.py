"""Connections that callers keep open, sockets and event streams alike: how many, and for how long.

Invariant: a connection ends with its token, and within `look_again_s` of its officer's leaving or changing offices.
Counts are this process's own.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

import anyio

from api.graphql.errors import log_fault, refused
from api.signin import SignInRefused
from db.clock import wall_now
from enforcement.rules.rights import Caller

Authenticate: TypeAlias = Callable[[str | None], Awaitable[Caller | None]]
"""From the Authorization header to the caller; None without one; raises `SignInRefused`."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """Caps of one connection, and how many one caller may hold."""

    init_timeout_s: float = 5.0
    operations: int = 20
    message_bytes: int = 192 * 1024
    send_timeout_s: float = 10.0
    body_timeout_s: float = 10.0  # for the whole body of a request
    look_again_s: float = 60.0  # whether the officer still serves
    keep_alive_s: float = 12.0  # between two comments on a silent event stream
    per_caller: int = 20


class HeldConnections:
    """The open connections of one process."""

    def __init__(self, limits: ConnectionLimits | None = None) -> None:
        self.limits = limits or ConnectionLimits()
        self._held: Counter[str] = Counter()
        self._scopes: set[anyio.CancelScope] = set()

    @contextmanager
    def hold(self, holder: str, scope: anyio.CancelScope | None = None) -> Iterator[None]:
        """Count one connection of `holder` while the block runs; `scope`, if any, is cancelled when the program stops.

        Raises:
            RequestRefused: TOO_MANY_CONNECTIONS.
        """
        if self._held[holder] >= self.limits.per_caller:
            raise refused("TOO_MANY_CONNECTIONS", allowed=self.limits.per_caller, retryAfterS=5)
        self._held[holder] += 1
        if scope is not None:
            self._scopes.add(scope)
        try:
            yield
        finally:
            if scope is not None:
                self._scopes.discard(scope)
            self._held[holder] -= 1
            if not self._held[holder]:
                del self._held[holder]

    def end(self) -> None:
        """End every event stream: the program stops. The server itself closes its sockets."""
        for scope in list(self._scopes):
            scope.cancel()

    def __len__(self) -> int:
        return self._held.total()


def holder_of(caller: Caller | None, address: str) -> str:
    """Whose connection or request it is: an officer's; without a token the address's."""
    return f"address {address}" if caller is None else f"officer {caller.court} {caller.officer_id}"


async def over(authenticate: Authenticate, authorization: str | None, caller: Caller, look_again_s: float) -> str:
    """Wait until the caller's token is over or its officer has left or changed offices; the code that says which."""
    while (left_s := caller.token_expires_at - wall_now().timestamp()) > 0:
        await anyio.sleep(min(left_s, look_again_s))
        if not await _still_serves(authenticate, authorization, caller):
            break
    return "TOKEN_EXPIRED" if caller.token_expires_at <= wall_now().timestamp() else "TOKEN_REJECTED"


async def _still_serves(authenticate: Authenticate, authorization: str | None, caller: Caller) -> bool:
    try:
        return await authenticate(authorization) == caller
    except SignInRefused as refusal:
        return refusal.code == "SIGN_IN_UNAVAILABLE"  # a silent provider takes nothing back
    except Exception as error:  # noqa: BLE001 (nor does a fault of ours)
        log_fault(error)
        return True
