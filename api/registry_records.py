"""What a registry is filled with: its units, the holdings in their books, and the measures on them."""

from datetime import datetime
from decimal import Decimal

import msgspec

from enforcement.rules.asset_facts import AssetFacts


class PriorMeasure(msgspec.Struct, frozen=True):
    """A measure that stood on a holding before the story begins."""

    court: str
    registered_at: datetime
    term_years: int | None = None  # None: it has no end that the books know


class OwnedHolding(msgspec.Struct, frozen=True, kw_only=True):
    """A holding under the name of `owner`, with the measures on it, first come first.

    `registered_owner` is whom the entry names, if that is somebody else.
    """

    owner: str  # identifier
    kind: str
    identity: dict[str, str]
    description: str
    estimated_value: Decimal | None = None
    prior: list[PriorMeasure] = []
    facts: AssetFacts | None = None
    registered_owner: str | None = None
    co_owned: bool = False


class RegistryUnit(msgspec.Struct, frozen=True, kw_only=True):
    """One assisting unit and its books."""

    id: str
    kind: str
    name: str
    division: str
    source: str = "PROVINCIAL_NETWORK"
    holdings: list[OwnedHolding] = []
