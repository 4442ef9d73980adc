"""What a client sends to a GraphQL door: the document or the name of a stored one; variables as the bytes that came.

Source: GraphQL over HTTP (September 2026), "Request", and its appendix on persisted documents; `extensions.
persistedQuery` as Apollo's automatic persisted queries have it.
"""

from typing import Final
from urllib.parse import parse_qsl

import msgspec

from api.graphql.errors import refused

_MOST_PARAMETERS: Final = 8


class PersistedQuery(msgspec.Struct, rename="camel"):
    """`extensions.persistedQuery`."""

    version: int
    sha256_hash: str


class Extensions(msgspec.Struct, rename="camel"):
    """The extensions that this door knows; others are ignored."""

    persisted_query: PersistedQuery | None = None


class AskedOperation(msgspec.Struct, rename="camel"):
    """A well-formed request: `query`, a persisted query or both; or `document_id`."""

    query: str | None = None
    document_id: str | None = None
    operation_name: str | None = None
    variables: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"null"))
    extensions: Extensions | None = None

    def __post_init__(self) -> None:
        """Raises ValueError unless the document is named in exactly one way; the decoder makes it its own error."""
        if (self.document_id is None) == (self.query is None and self.persisted is None):
            raise ValueError

    @property
    def persisted(self) -> PersistedQuery | None:
        """The persisted query, if the request names one."""
        return None if self.extensions is None else self.extensions.persisted_query


_DECODER: Final = msgspec.json.Decoder(AskedOperation)
_EXTENSIONS: Final = msgspec.json.Decoder(Extensions | None)


def decode(body: bytes) -> AskedOperation:
    """The request in `body`.

    Raises:
        RequestRefused: MALFORMED_REQUEST; it is not JSON in UTF-8, or not of that shape.
    """
    try:
        return _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError, RecursionError):
        raise refused("MALFORMED_REQUEST") from None


def decode_url(query_string: bytes) -> AskedOperation:
    """The request in the query component of a URL: it names a stored document. An empty parameter is none.

    Raises:
        RequestRefused: MALFORMED_REQUEST; METHOD_NOT_ALLOWED: it names none, or brings a document, which would then
            stand in the logs of everything on the way.
    """
    try:
        pairs = parse_qsl(query_string.decode("ascii"), max_num_fields=_MOST_PARAMETERS, errors="strict")
        parameters = dict(reversed(pairs))  # of two alike, the first
        if "query" in parameters or not parameters.keys() & {"documentId", "extensions"}:
            raise refused("METHOD_NOT_ALLOWED")
        return AskedOperation(
            document_id=parameters.get("documentId"),
            operation_name=parameters.get("operationName"),
            variables=msgspec.Raw(parameters.get("variables", "null").encode()),
            extensions=_EXTENSIONS.decode(parameters.get("extensions", "null").encode()),
        )
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise refused("MALFORMED_REQUEST") from None
