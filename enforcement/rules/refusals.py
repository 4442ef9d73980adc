"""What a rule says when it is broken: typed fields, no prose. schema/problems.py turns these into GraphQL problems.

Invariant: no field of a refusal ever holds an identifier, a name, an account or an address.
Source of the codes: the shared error contract, docs/errors.md.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID


class RuleBroken(Exception):
    """A rule refused; `code` is stable and documented, `part` the input's field that is wrong, where it is one."""

    code: ClassVar[str]
    part: str | None = None

    def __init__(self, part: str | None = None) -> None:
        super().__init__()
        if part is not None:
            self.part = part


class Forbidden(RuleBroken):
    """The caller's roles do not allow the act."""

    code = "FORBIDDEN"


class NotFound(RuleBroken):
    """No such object, or none that the caller may know of."""

    code = "NOT_FOUND"


@dataclass(eq=False)
class Malformed(RuleBroken):
    """A value fails its format or check digit; `part` names the failing part, never its content.

    `kind` is the code's tail: ID_NUMBER, CASE_NUMBER, USCC, PLATE, VIN, UNIT_NUMBER, MONEY, PERIOD, SECTIONS, ...
    """

    kind: str
    part: str

    @property
    def code(self) -> str:  # type: ignore[override]  # made of the kind
        return f"INVALID_{self.kind}"


@dataclass(eq=False)
class StaleVersion(RuleBroken):
    """The object changed since the caller read it."""

    current: int
    code = "STALE_VERSION"


@dataclass(eq=False)
class TransitionNotAllowed(RuleBroken):
    """The state table has no such edge."""

    current: str
    wanted: str
    code = "TRANSITION_NOT_ALLOWED"


@dataclass(eq=False)
class DuplicateOf(RuleBroken):
    """The same thing exists already."""

    id: UUID
    code = "DUPLICATE_OF"


class CaseNotOpen(RuleBroken):
    """The case is closed, or not of the class in which the act is possible."""

    code = "CASE_NOT_OPEN"


class NotJudgmentDebtor(RuleBroken):
    """The person is not a judgment debtor of the case."""

    code = "NOT_JUDGMENT_DEBTOR"


class NotDebtorsAsset(RuleBroken):
    """The asset belongs to nobody who is a debtor in the case."""

    code = "NOT_DEBTORS_ASSET"


@dataclass(eq=False)
class ExemptProperty(RuleBroken):
    """The law keeps the asset out of reach; nobody can override it."""

    ground: str
    code = "EXEMPT_PROPERTY"


@dataclass(eq=False)
class TermTooLong(RuleBroken):
    """A measure on this kind of asset lasts at least one and at most `max_years` years."""

    max_years: int
    code = "TERM_TOO_LONG"


@dataclass(eq=False)
class ExceedsClaim(RuleBroken):
    """What is controlled already and what is asked for go beyond what is owed. Figures in CNY."""

    claim: Decimal
    controlled: Decimal
    requested: Decimal
    code = "EXCEEDS_CLAIM"


@dataclass(eq=False)
class TooLateToRenew(RuleBroken):
    """The measure's term ran out on `expired_on`: it has ended by itself and is renewed no more."""

    expired_on: date
    code = "TOO_LATE_TO_RENEW"


class AssistanceOutOfScope(RuleBroken):
    """No assisting unit of this place handles this kind of asset, or not the one that was named."""

    code = "ASSISTANCE_OUT_OF_SCOPE"


class MeasureNotForAsset(RuleBroken):
    """The measure does not fit the kind of asset: money and rights are frozen, things are sealed or seized."""

    code = "MEASURE_NOT_FOR_ASSET"
    part = "kind"


@dataclass(eq=False)
class InstalmentsDoNotAddUp(RuleBroken):
    """The instalments of a settlement must sum to the amount settled. Figures in CNY."""

    settled: Decimal
    planned: Decimal
    code = "INSTALMENTS_DO_NOT_ADD_UP"


@dataclass(eq=False)
class ClaimsDoNotAddUp(RuleBroken):
    """The claims, or a claim's parts, must sum to what the case applies for. Figures in CNY."""

    applied: Decimal
    claimed: Decimal
    code = "CLAIMS_DO_NOT_ADD_UP"


class SettlementPerformed(RuleBroken):
    """The settlement is performed: nothing of it is broken, and nothing is resumed."""

    code = "SETTLEMENT_PERFORMED"


class SettlementNotDue(RuleBroken):
    """Nothing of the settlement is due yet."""

    code = "SETTLEMENT_NOT_DUE"


class SettlementBeingPerformed(RuleBroken):
    """What was due of the settlement is paid, and the rest is not due."""

    code = "SETTLEMENT_BEING_PERFORMED"


class BreachNotDeclared(RuleBroken):
    """No judge found yet that the settlement is broken."""

    code = "BREACH_NOT_DECLARED"


class NoDirectPromise(RuleBroken):
    """Nobody promised to be enforced against directly if the settlement is broken."""

    code = "NO_DIRECT_PROMISE"
    part = "guarantorRulingNo"


class ParticipationClosed(RuleBroken):
    """A plan is final or paid out: nobody joins any more, and nobody leaves."""

    code = "PARTICIPATION_CLOSED"


@dataclass(eq=False)
class ObjectionTooLate(RuleBroken):
    """It came after its fifteen days."""

    last_day: date
    code = "OBJECTION_TOO_LATE"


@dataclass(eq=False)
class DistributionNotFinal(RuleBroken):
    """Something can still change the plan; `part` says what."""

    part: str
    code = "DISTRIBUTION_NOT_FINAL"


@dataclass(eq=False)
class NotWhollyPerformed(RuleBroken):
    """A case is closed as enforced when its debt is performed; `part` says what is open."""

    part: str
    code = "NOT_WHOLLY_PERFORMED"


class AssetNotNamed(RuleBroken):
    """An auction is that of one asset: say which one."""

    code = "ASSET_NOT_NAMED"
    part = "assetId"


class DebtorNotNamed(RuleBroken):
    """The case has several debtors: say which one is meant."""

    code = "DEBTOR_NOT_NAMED"
    part = "debtorId"


class UnitNotNamed(RuleBroken):
    """Several assisting units handle this kind of asset here: say which one is meant."""

    code = "UNIT_NOT_NAMED"
    part = "unitId"
