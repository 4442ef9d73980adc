"""The mandate (查询授权): the asking court's signed word on who looks at whom, where, for which case and purpose.

Signed once per look-up, carried inside every ask's box, kept by each asked court with its access log. Invariant:
pure.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from federation.wire import errors, statement, strict_json
from federation.wire.signing import SigningKey
from federation.wire.statement import Statement

TYPE: Final = "mandate"


class BadMandate(Exception):
    """The mandate is missing, malformed, not signed by its court, or speaks of another ask."""


class Mandate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename="camel"):
    """Who asks about whom, why, and whom."""

    id: UUID  # the look-up's
    asking: str
    officer: str
    case_number: str
    purpose: str
    sections: tuple[str, ...]
    subject_kind: str
    subject: str
    asked: tuple[str, ...]
    selection_digest: str
    issued: datetime
    expires: datetime


_MANDATE: Final = msgspec.json.Decoder(Mandate)


def sign(mandate: Mandate, *, directory: int, signer: SigningKey) -> bytes:
    """`mandate` as a statement of its court."""
    body = msgspec.json.encode(mandate)
    return statement.write(TYPE, body, author=mandate.asking, directory=directory, signer=signer)


def open_signed(raw: bytes, verify: Callable[[Statement], None]) -> Mandate:
    """The mandate in `raw`; `verify` checks a statement's signature against the directory version it names.

    Raises:
        BadMandate: malformed, another statement, or not signed by the court it names.
    """
    try:
        signed = statement.parse(raw, expected=TYPE)
        verify(signed)
        mandate, _ = strict_json.decode(signed.body, _MANDATE)
    except (errors.WireError, strict_json.NotStrict) as error:
        raise BadMandate from error
    if mandate.asking != signed.author:
        raise BadMandate
    return mandate


def check_binding(mandate: Mandate, *, sender: str, asked: str, digest: str, now: datetime) -> None:
    """Return if `mandate` allows exactly this ask of `sender` at `asked`.

    Raises:
        BadMandate: it was given for another court, another selection, or another time.
    """
    bound = mandate.asking == sender and asked in mandate.asked and mandate.selection_digest == digest
    if not bound or now > mandate.expires:
        raise BadMandate
