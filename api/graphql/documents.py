"""Stored documents: trusted ones, which the operator added, and automatic ones, which clients registered by their hash.

Source: GraphQL over HTTP, appendix "Persisted Documents"; for automatic persisted queries the errors that Apollo's
clients wait for. Invariant: an automatic document was found valid before it was kept, and holds no literal that could
be data.
"""

import re
from collections import OrderedDict
from hashlib import sha256
from typing import Final

from api.document_policy import DocumentPolicy
from api.graphql.errors import refused
from api.graphql.request import AskedOperation
from db import documents
from db.clock import wall_now
from db.documents import StoredDocument
from db.pool import Pool, transaction

_CACHED_BYTES: Final = 512 * 1024
_MOST_AUTOMATIC: Final = 2000
_NAME: Final = re.compile(r"[\w.~-]{1,128}\Z", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}\Z")
_VERSION: Final = 1
_DATA: Final = re.compile(r'["#]|\d{6}|[^\x20-\x7e\s]')
"""Text, a comment, a long number, or anything outside ASCII: no automatic document holds any of it."""


class Documents:
    """The stored documents of one process; without a pool there are none."""

    def __init__(self, pool: "Pool | None" = None, policy: DocumentPolicy = DocumentPolicy.ANY) -> None:
        self._pool = pool
        self._policy = policy
        self._known: OrderedDict[str, StoredDocument] = OrderedDict()
        self._bytes = 0

    async def text_of(self, asked: AskedOperation, *, trusted: bool = False) -> str:
        """The document that `asked` sends or names; with `trusted` a trusted one only.

        Raises:
            RequestRefused: DOCUMENT_UNKNOWN, DOCUMENT_NOT_TRUSTED, PERSISTED_QUERY_NOT_FOUND,
                PERSISTED_QUERY_NOT_SUPPORTED, or MALFORMED_REQUEST: a hash that is none, or not of this document.
        """
        trusted = trusted or self._policy is DocumentPolicy.TRUSTED
        if asked.document_id is not None:
            return await self._stored(document_name(asked.document_id), "DOCUMENT_UNKNOWN", trusted=trusted)
        _check_hash(asked)
        if asked.query is None:
            assert asked.persisted is not None  # a request names its document
            is_off = self._policy is DocumentPolicy.ANY
            code = "PERSISTED_QUERY_NOT_SUPPORTED" if is_off else "PERSISTED_QUERY_NOT_FOUND"
            return await self._stored(asked.persisted.sha256_hash, code, trusted=trusted)
        if trusted:
            return await self._stored(_hash(asked.query), "DOCUMENT_NOT_TRUSTED", trusted=True)
        return asked.query

    async def keep(self, asked: AskedOperation) -> None:
        """Remember a valid document that its client wants to name by its hash from now on, where that is allowed."""
        if self._policy is not DocumentPolicy.AUTOMATIC or self._pool is None:
            return
        if asked.query is None or asked.persisted is None or asked.persisted.sha256_hash in self._known:
            return
        if _DATA.search(asked.query):
            return
        async with transaction(self._pool) as conn:
            await documents.remember(conn, asked.persisted.sha256_hash, asked.query, wall_now(), most=_MOST_AUTOMATIC)

    async def _stored(self, name: str, missing: str, *, trusted: bool) -> str:
        found = self._known.get(name)
        if self._pool is not None and (found is None or (trusted and not found.is_trusted)):
            # an automatic one may have been added by the operator since it was kept
            async with self._pool.acquire() as conn:
                found = await documents.find(conn, name)
            if found is not None:
                self._remember(name, found)
        if found is None or (trusted and not found.is_trusted):
            raise refused(missing)
        return found.text

    def _remember(self, name: str, found: StoredDocument) -> None:
        former = self._known.pop(name, None)
        self._bytes -= len(former.text) if former else 0
        self._known[name] = found
        self._bytes += len(found.text)
        while self._bytes > _CACHED_BYTES:
            _, oldest = self._known.popitem(last=False)
            self._bytes -= len(oldest.text)


def document_name(text: str) -> str:
    """The name under which a document is stored: `sha256:` and its hash in hexadecimal are the hash alone.

    Raises:
        RequestRefused: MALFORMED_REQUEST.
    """
    prefix, colon, name = text.rpartition(":")
    if (colon and (prefix != "sha256" or not _HASH.match(name))) or not _NAME.match(name):
        raise refused("MALFORMED_REQUEST")
    return name


def _check_hash(asked: AskedOperation) -> None:
    named = asked.persisted
    if named is None:
        return
    if named.version != _VERSION or not _HASH.match(named.sha256_hash):
        raise refused("MALFORMED_REQUEST")
    if asked.query is not None and _hash(asked.query) != named.sha256_hash:
        raise refused("MALFORMED_REQUEST")


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
