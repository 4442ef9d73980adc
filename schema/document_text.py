"""How a document of the directory is spelt as a GraphQL value; apart, so that commands need no schema for it."""

import base64


def base64_text(raw: bytes) -> str:
    """The one spelling of these bytes that `SignedDocument` reads."""
    return base64.b64encode(raw).decode()
