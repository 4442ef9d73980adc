"""The signed form of a directory document: document and signature, each behind its length."""

from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from federation.directory.document import MAX_DOCUMENT_BYTES, DirectoryDocument, contradiction
from federation.wire import framing, strict_json
from federation.wire.errors import BadSignature, MalformedDirectory, MalformedEnvelope
from federation.wire.signing import SigningKey
from federation.wire.suites import suite

TYPE: Final = b"xiezhi/directory/1"
_SUITE: Final = 1
_DOCUMENT: Final = msgspec.json.Decoder(DirectoryDocument)


def sign_document(document: DirectoryDocument, signer: SigningKey) -> bytes:
    """The signed document, as it is published and accepted.

    Raises:
        MalformedDirectory: it breaks a rule that `open_document` would refuse.
    """
    body = msgspec.json.encode(document)
    raw = framing.join(body, signer.sign(framing.join(TYPE, body)))
    open_document(raw, signer.public)
    return raw


def open_document(raw: bytes, root: Ed25519PublicKey) -> DirectoryDocument:
    """The document, if `root` signed it and it is sound.

    Raises:
        MalformedDirectory: part `size`, `framing`, `format`, or the part that contradicts itself.
        BadSignature: `root` did not sign these bytes.
    """
    if len(raw) > MAX_DOCUMENT_BYTES:
        raise MalformedDirectory("size")
    try:
        body, signature = framing.split(raw, 2)
    except MalformedEnvelope:
        raise MalformedDirectory("framing") from None
    algorithms = suite(_SUITE)
    if len(signature) != algorithms.signature_bytes:
        raise BadSignature
    algorithms.verify(root, framing.join(TYPE, body), signature)
    try:
        document, _ = strict_json.decode(body, _DOCUMENT)
    except strict_json.NotStrict:
        raise MalformedDirectory("format") from None
    part = contradiction(document)
    if part is not None:
        raise MalformedDirectory(part)
    return document
