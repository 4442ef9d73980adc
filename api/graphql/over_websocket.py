"""The WebSocket door: the graphql-transport-ws protocol.

The life of a socket: origin checked, subprotocol agreed, `connection_init` with the token within five seconds, then
operations until either side closes or the token expires. Close codes: 4400 malformed message, 4401 not initialised,
4403 refused, 4406 wrong subprotocol, 4408 no init in time, 4409 id in use, 4429 second init, 1013 the
caller holds too many connections, 1012 the program restarts.
"""

from contextlib import ExitStack, aclosing
from typing import Any, Final

import anyio
import anyio.abc
import orjson
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from api.graphql import websocket_messages as messages
from api.graphql.door import Door, address_of
from api.graphql.errors import Entry, RequestRefused, log_fault, refused
from api.graphql.language import language_of
from api.held_connections import holder_of, over
from enforcement.rules.rights import Caller

PROTOCOL: Final = "graphql-transport-ws"
_GONE: Final = (WebSocketDisconnect, WebSocketDisconnected)
"""How a peer that went away is told of: while something is read, and while something is written."""


class _Closed(Exception):
    """The socket is to be closed with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class SocketDoor:
    """The ASGI endpoint."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = WebSocket(scope, receive, send)
        if not self._door.origin_allowed(socket.headers):
            await socket.close(4403)
            return
        if PROTOCOL not in socket.scope.get("subprotocols", ()):
            await socket.accept()
            await socket.close(4406, "Subprotocol not acceptable")
            return
        await socket.accept(PROTOCOL)
        await _Session(self._door, socket).run()


class _Session:
    """One socket, its caller, and what runs on it."""

    def __init__(self, door: Door, socket: WebSocket) -> None:
        self._door = door
        self._socket = socket
        self._authorization: str | None = None
        self._caller: Caller | None = None
        self._language = language_of(socket.headers.get("accept-language"))
        self._running: dict[str, anyio.CancelScope] = {}
        self._write = anyio.Lock()
        self._held = ExitStack()

    async def run(self) -> None:
        """Serve until the socket is closed by either side."""
        try:
            with self._held:
                async with anyio.create_task_group() as group:
                    try:
                        await self._initialise()
                        group.start_soon(self._until_over, group.cancel_scope)
                        while True:
                            await self._handle(await self._next(), group)
                    except _GONE:
                        group.cancel_scope.cancel()
                    except _Closed as closed:
                        group.cancel_scope.cancel()
                        await self._close(closed.code, closed.reason)
        except* (*_GONE, TimeoutError):
            pass  # the peer went away, or stopped reading, while something was sent

    def _hold(self) -> None:
        holder = holder_of(self._caller, address_of(self._socket.scope))
        try:
            self._held.enter_context(self._door.held.hold(holder))
        except RequestRefused:
            raise _Closed(1013, "Too many connections") from None

    async def _initialise(self) -> None:
        with anyio.move_on_after(self._door.held.limits.init_timeout_s):
            while True:
                message = await self._next()
                if isinstance(message, messages.Init):
                    await self._sign_in(message.payload or {})
                    return
                await self._handle(message, None)
        raise _Closed(4408, "Connection initialisation timeout")

    async def _sign_in(self, payload: dict[str, Any]) -> None:
        authorization = payload.get("authorization")
        if not isinstance(authorization, str | None):
            raise _Closed(4400, "Malformed connection_init")
        try:
            self._caller = await self._door.caller(authorization)
        except RequestRefused:
            raise _Closed(4403, "Forbidden") from None
        if payload.get("language") in {"zh", "en"}:
            self._language = payload["language"]
        self._authorization = authorization
        self._hold()
        await self._send({"type": "connection_ack"})

    async def _until_over(self, scope: anyio.CancelScope) -> None:
        """Close when the token is over, or its officer has left or changed offices."""
        if self._caller is None:
            return
        look_again_s = self._door.held.limits.look_again_s
        code = await over(self._door.authenticate, self._authorization, self._caller, look_again_s)
        await self._close(4403, "Token expired" if code == "TOKEN_EXPIRED" else "Forbidden")
        scope.cancel()

    async def _next(self) -> messages.Incoming:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text = message.get("text")
        if text is None or len(text) > self._door.held.limits.message_bytes:
            raise _Closed(4400, "Malformed message")
        try:
            return messages.decode(text)
        except messages.Malformed:
            raise _Closed(4400, "Malformed message") from None

    async def _handle(self, message: messages.Incoming, group: anyio.abc.TaskGroup | None) -> None:
        match message:
            case messages.Init():
                raise _Closed(4429, "Too many initialisation requests")
            case messages.Ping():
                await self._send({"type": "pong"})
            case messages.Pong():
                pass
            case messages.Complete(id=name):
                if name in self._running:
                    self._running.pop(name).cancel()
            case messages.Subscribe():
                if group is None:
                    raise _Closed(4401, "Unauthorized")
                await self._start(message, group)

    async def _start(self, message: messages.Subscribe, group: anyio.abc.TaskGroup) -> None:
        if message.id in self._running:
            raise _Closed(4409, "Subscriber already exists")
        if len(self._running) >= self._door.held.limits.operations:
            await self._refuse(message.id, refused("TOO_MANY_OPERATIONS"))
            return
        scope = self._running[message.id] = anyio.CancelScope()
        group.start_soon(self._operate, message, scope)

    async def _operate(self, message: messages.Subscribe, scope: anyio.CancelScope) -> None:
        with scope:
            try:
                await self._door.rates.spend(self._caller, address_of(self._socket.scope))
                prepared, context = await self._door.prepare(message.payload, self._caller, self._language)
                async with aclosing(self._door.engine.stream(prepared, context)) as responses:
                    async for response in responses:
                        await self._send({"type": "next", "id": message.id, "payload": response})
            except RequestRefused as refusal:
                await self._refuse(message.id, refusal)
            except (*_GONE, TimeoutError):
                raise
            except Exception as error:  # noqa: BLE001 (one operation's fault leaves the socket open)
                log_fault(error)
                await self._refuse(message.id, RequestRefused(Entry("INTERNAL")))
            else:
                await self._send({"type": "complete", "id": message.id})
            if self._running.get(message.id) is scope:
                del self._running[message.id]

    async def _refuse(self, name: str, refusal: RequestRefused) -> None:
        errors = [entry.json(self._language) for entry in refusal.entries]
        await self._send({"type": "error", "id": name, "payload": errors})

    async def _send(self, message: dict[str, Any]) -> None:
        async with self._write:
            with anyio.fail_after(self._door.held.limits.send_timeout_s):
                await self._socket.send_text(orjson.dumps(message).decode())

    async def _close(self, code: int, reason: str) -> None:
        with anyio.CancelScope(shield=True), anyio.move_on_after(1):
            async with self._write:
                await self._socket.close(code, reason)
