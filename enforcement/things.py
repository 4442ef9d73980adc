"""One thing (财产) that the court knows by several rows: found twice, of two owners, or in several cases.

Invariant: what the law says of a thing, it says of the thing: whoever knows it by another row may do no more with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from db import assets
from db.pool import Conn
from db.records.assets import AssetKind, AssetRecord, AssetStatus
from enforcement.rules.exemption import may_dispose

_DESCRIBED: Final = frozenset({AssetKind.MOVABLE})
"""Named by words, not by a registry: of another owner it is another thing."""


@dataclass(frozen=True, slots=True)
class Thing:
    """The rows of one thing; at least one."""

    rows: Sequence[AssetRecord]

    @property
    def exemptions(self) -> list[str]:
        """Why it is exempt, by whichever row."""
        return [row.exemption for row in self.rows if row.exemption is not None]

    @property
    def is_for_sale(self) -> bool:
        """Whether it may be sold: exempt or an only home by no row."""
        return all(may_dispose(exempt=row.exemption is not None, only_home=row.only_home) for row in self.rows)

    @property
    def is_disposed(self) -> bool:
        return any(row.status is AssetStatus.DISPOSED for row in self.rows)

    @property
    def estimate(self) -> Decimal | None:
        """The highest value that somebody put on it; None: nobody did."""
        return max((row.estimated_value for row in self.rows if row.estimated_value is not None), default=None)


async def of(conn: Conn, asset: AssetRecord) -> Thing:
    """The thing that `asset` is a row of."""
    return among(asset, await assets.by_identity_key(conn, asset.identity_key))


def among(asset: AssetRecord, known: Sequence[AssetRecord]) -> Thing:
    """The rows among `known`, and `asset`, that are the same thing."""
    others = [
        row
        for row in known
        if row.id != asset.id
        and row.identity_key == asset.identity_key
        and (row.owner_id == asset.owner_id or row.kind not in _DESCRIBED)
    ]
    return Thing([asset, *others])
