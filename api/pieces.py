"""Long answers handed to the connection piece by piece, so that it can tell whether its peer reads them.

A connection that gets an answer at once has no bound on what it keeps of it, and under TLS does not know how much that
is: only who waits before the next piece notices a peer that does not read (`ConnectionBounds.read_s`).
"""

from typing import Final

from starlette.types import Message, Send

PIECE_BYTES: Final = 256 * 1024


async def send_in_pieces(message: Message, send: Send) -> None:
    """Send `message`; the whole or last body of an answer by pieces, if it is long."""
    body = message.get("body", b"")
    if len(body) <= PIECE_BYTES or message.get("more_body", False):
        await send(message)
        return
    for start in range(0, len(body), PIECE_BYTES):
        end = start + PIECE_BYTES
        await send({"type": message["type"], "body": body[start:end], "more_body": end < len(body)})
