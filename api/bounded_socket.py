"""WebSocket connections of which a peer that does not read can make nothing grow.

uvicorn answers pings whether or not the peer reads the answers: here, who does not read is not read either, and after a
while let go.
"""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from api.open_connections import ConnectionBounds, OpenConnections
from api.waiting import Waiting


class BoundedSocket(WebSocketsSansIOProtocol):
    """One connection, from the moment its HTTP head asked for the upgrade."""

    def __init__(self, *rest: Any, bounds: ConnectionBounds, opened: OpenConnections, **options: Any) -> None:
        super().__init__(*rest, **options)
        self._bounds = bounds
        self._opened = opened
        self._reading = Waiting(self.loop)

    def connection_lost(self, exc: Exception | None) -> None:
        self._reading.end()
        self._opened.forget(self.transport)
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        if not self.transport.is_closing():
            self.transport.pause_reading()
        self._reading.wait(self._bounds.read_s, self.transport.abort)

    def resume_writing(self) -> None:
        self._reading.end()
        super().resume_writing()
        if not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()
