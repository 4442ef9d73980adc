"""From a find to the next task (后续委托): which matter and which measure an asset's kind calls for, and which court.

Funds are frozen, real estate and registered ships are sealed, cars and movables are taken, income is withheld; what is
neither money nor a thing is frozen as the list says of "equity and other investment rights".
Source: 法发〔2017〕27号 as courts' rules repeat it; 民诉法 arts. 253, 254; 查封规定.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from db.records.assets import AssetKind, MeasureKind
from enforcement.rules.matter import DelegatedMatterType
from enforcement.rules.task_refusals import EntrustedCourtUnknown

_K: Final = AssetKind
_M: Final = DelegatedMatterType


@dataclass(frozen=True, slots=True)
class Seizure:
    """What is delegated for an asset of one kind, and the measure that it carries out."""

    matter: DelegatedMatterType
    measure: MeasureKind


_FUNDS: Final = Seizure(_M.FREEZE_FUNDS, MeasureKind.FREEZE)
_RIGHT: Final = Seizure(_M.FREEZE_EQUITY, MeasureKind.FREEZE)
_IMMOVABLE: Final = Seizure(_M.SEAL, MeasureKind.SEAL)

SEIZURES: Final[Mapping[AssetKind, Seizure]] = {
    _K.BANK_DEPOSIT: _FUNDS,
    _K.INTERNET_BALANCE: _FUNDS,
    _K.WEALTH_PRODUCT: _FUNDS,
    _K.HOUSING_PROVIDENT_FUND: _FUNDS,
    _K.INSURANCE_VALUE: _FUNDS,
    _K.RECEIVABLE: _FUNDS,
    _K.SECURITIES: _RIGHT,
    _K.EQUITY: _RIGHT,
    _K.IP_RIGHT: _RIGHT,
    _K.OTHER_RIGHT: _RIGHT,
    _K.REAL_ESTATE: _IMMOVABLE,
    _K.SHIP: _IMMOVABLE,
    _K.VEHICLE: Seizure(_M.SEIZE_VEHICLE, MeasureKind.SEIZE),
    _K.MOVABLE: Seizure(_M.SEIZE_MOVABLE, MeasureKind.SEIZE),
    _K.INCOME: Seizure(_M.WITHHOLD_INCOME, MeasureKind.WITHHOLD_INCOME),
}
"""Every kind of asset has a row."""


def entrusted_court(division: str, fed_back_by: str, *, own: str, courts: Mapping[str, str]) -> str:
    """The court that is to act on what lies in `division`: the member there, else the one that fed the find back.

    `courts` is the code of each other member by its division; `own` is the own court.

    Raises:
        EntrustedCourtUnknown: it lies in no other member's district, and no other court found it.
    """
    code = courts.get(division, fed_back_by)
    if code == own:
        raise EntrustedCourtUnknown
    return code
