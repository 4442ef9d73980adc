"""How an act becomes a version of the directory: its signed documents wait in a row and are published together.

Invariant: the documents of one act are published together or not at all; they are handed over in the transaction of
the act itself.
"""

from collections.abc import Sequence
from datetime import datetime

from db import pending_documents
from db.pool import Conn
from federation.directory import bundle


async def submit(conn: Conn, documents: Sequence[bytes], now: datetime) -> None:
    """Hand over the signed documents of one act, in the caller's transaction; they are published after its commit.

    Raises:
        MalformedDirectory: one of them is none, or contradicts itself.
    """
    for each in documents:
        bundle.read(each)
    await pending_documents.add(conn, documents, submitted_at=now)
