"""What the fields cost whose work does not show in their selection, by `Type.field`; every other field costs one.

A federated field, and its live twin, asks every court in scope however little is selected of it, with a signed query
to each. A check of a member's schema reads and compares the whole of it.
"""

from collections.abc import Mapping
from typing import Final

_SCATTER: Final = 1_000
_CHECK: Final = 5_000

FIELD_WEIGHTS: Final[Mapping[str, int]] = {
    "Query.assistingUnits": _SCATTER,
    "Query.compositionCheck": _CHECK,
    "Query.crossBorderMatrix": _SCATTER,
    "Query.debtorPresence": _SCATTER,
    "Query.debtorProfile": _SCATTER,
    "Query.delegationStatistics": _SCATTER,
    "Query.publicDishonestDebtors": _SCATTER,
    "Query.unifiedStandards": _SCATTER,
    "Subscription.assistingUnits": _SCATTER,
    "Subscription.crossBorderMatrix": _SCATTER,
    "Subscription.debtorPresence": _SCATTER,
    "Subscription.debtorProfile": _SCATTER,
    "Subscription.delegationStatistics": _SCATTER,
    "Subscription.publicDishonestDebtors": _SCATTER,
    "Subscription.unifiedStandards": _SCATTER,
    "Zone.assistingUnits": _SCATTER,
    "Zone.crossBorderMatrix": _SCATTER,
    "Zone.delegationStatistics": _SCATTER,
    "Zone.publicDishonestDebtors": _SCATTER,
    "Zone.unifiedStandards": _SCATTER,
}
