"""The directory that a court trusts: a bundle, verified from the pinned root; where it came from does not matter.

Invariant: nothing that a command shows or signs comes from a directory whose time is over.
"""

from dataclasses import dataclass
from datetime import datetime

from enforcement.desk.membership.standing import Standing, standing_of
from federation.directory import bundle
from federation.directory.advance import advance
from federation.wire.errors import WireError


@dataclass(eq=False)
class Untrusted(Exception):
    """The bundle is not what the pinned root leads to; `code` says by which rule."""

    code: str


def verified(raw: bytes, root: str, now: datetime) -> Standing:
    """How things stand by the bundle in `raw`.

    Raises:
        Untrusted: it does not follow from the root of that fingerprint, or its time is over.
    """
    try:
        held = advance(None, bundle.parse(raw), root)
    except WireError as error:
        raise Untrusted(error.code) from None
    if now >= held.expires_at:
        raise Untrusted("DIRECTORY_EXPIRED")
    return standing_of(held.roots, held.documents)
