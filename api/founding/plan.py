"""What a new zone shall be, as its founders wrote it down: `zone.json` in the folder that they pass around. Strict.

Invariant: every founding court's entry and signature is for one plan, known by the SHA-256 of the file.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from federation.directory.document import Entry, GatewayEntry, Instant, Token, ZoneEntry
from federation.wire import strict_json
from federation.wire.header import Count

FILE: Final = "zone.json"
_MAX_BYTES: Final = 256 * 1024


class FoundingRefused(Exception):
    """Something in the folder is not as it must be: `part`, and of which file or court."""

    def __init__(self, part: str, who: str = "") -> None:
        super().__init__(part, who)
        self.part = part
        self.who = who


class Framework(Entry, frozen=True, kw_only=True):
    """框架协议: what every founding court answers to every other."""

    sections: list[Token]
    purposes: list[Token]
    matters: list[Token]
    looks_per_hour: Count
    valid_from: date
    valid_until: date


class Plan(Entry, frozen=True, kw_only=True):
    """The zone, its gateway, its framework agreement; from when, and until when it is decided."""

    zone: ZoneEntry
    gateway: GatewayEntry
    agreement: Framework
    effective_at: Instant
    decided_until: Instant  # root and members expire then; they are renewed before


_PLAN: Final = msgspec.json.Decoder(Plan)


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan, and the digest of its file."""

    plan: Plan = field(repr=False)
    digest: str


def read(folder: Path) -> Planned:
    """The plan in that folder.

    Raises:
        FoundingRefused: part `plan`.
    """
    try:
        with (folder / FILE).open("rb") as file:
            raw = file.read(_MAX_BYTES)
        plan = strict_json.decode(raw, _PLAN)[0]
    except (OSError, strict_json.NotStrict):
        raise FoundingRefused("plan", FILE) from None
    if plan.decided_until <= plan.effective_at:
        raise FoundingRefused("plan", FILE)
    return Planned(plan, hashlib.sha256(raw).hexdigest())
