"""A conformance run as the gateway orders it: what the kit, in a process of its own, reads on its standard input.

Nothing here decrypts: the gateway writes it. Invariant: it says what is public: an address, public keys, a version.
"""

from typing import Final

import msgspec

from federation.directory.document import KeyEntry
from federation.wire.header import Count, Court

MAX_BYTES: Final = 64 * 1024


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom to look at, in which version of the directory; `member` is an active court of it."""

    court: Court
    url: str
    keys: list[KeyEntry]
    version: Count
    member: Court
