"""Enforcement settlement (执行和解): its plan, its states, and what must hold before its breach is declared.

Source: 执行和解规定 (法释〔2018〕3号).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from db.records.money import SettlementStatus as Status
from enforcement.rules.money import positive, total
from enforcement.rules.refusals import (
    InstalmentsDoNotAddUp,
    Malformed,
    NotWhollyPerformed,
    SettlementBeingPerformed,
    SettlementNotDue,
    SettlementPerformed,
    TransitionNotAllowed,
)

MOST_INSTALMENTS: Final = 1_000
"""Of one settlement, those that were replaced included."""
MOST_GRACE_DAYS: Final = 15
"""The longest grace that a court may set."""
_EARLIEST: Final = date(1949, 10, 1)


class SettlementForm(StrEnum):
    """How a settlement was put down (执行和解规定 art. 1)."""

    WRITTEN = "WRITTEN"  # 书面协议
    RECORDED_IN_TRANSCRIPT = "RECORDED_IN_TRANSCRIPT"  # 记入笔录


class PaymentMethod(StrEnum):
    """How money came in."""

    BANK_TRANSFER = "BANK_TRANSFER"  # 银行转账
    CASH = "CASH"  # 现金
    MOBILE_PAYMENT = "MOBILE_PAYMENT"  # 移动支付
    DEDUCTION = "DEDUCTION"  # 法院扣划
    AUCTION_PROCEEDS = "AUCTION_PROCEEDS"  # 拍卖、变卖价款
    DEBT_SWAP = "DEBT_SWAP"  # 以物抵债
    OTHER = "OTHER"  # 其他


class PaymentEnding(StrEnum):
    """Which act ended the paid part of the debt, and with it the doubled interest on it (法释〔2014〕8号 art. 3)."""

    PERFORMED = "PERFORMED"  # 履行
    DEDUCTED = "DEDUCTED"  # 划拨、提取之日
    TRANSFER_RULED = "TRANSFER_RULED"  # 成交裁定或者抵债裁定生效
    REALISED = "REALISED"  # 其他方式变价完成


ENDINGS: Final[Mapping[PaymentMethod, frozenset[PaymentEnding]]] = {
    PaymentMethod.BANK_TRANSFER: frozenset({PaymentEnding.PERFORMED}),
    PaymentMethod.CASH: frozenset({PaymentEnding.PERFORMED}),
    PaymentMethod.MOBILE_PAYMENT: frozenset({PaymentEnding.PERFORMED}),
    PaymentMethod.DEDUCTION: frozenset({PaymentEnding.DEDUCTED}),
    PaymentMethod.AUCTION_PROCEEDS: frozenset({PaymentEnding.TRANSFER_RULED, PaymentEnding.REALISED}),
    PaymentMethod.DEBT_SWAP: frozenset({PaymentEnding.TRANSFER_RULED}),
    PaymentMethod.OTHER: frozenset({PaymentEnding.PERFORMED, PaymentEnding.REALISED}),
}
"""By which acts a debt paid so may end."""


def check_ending(
    method: PaymentMethod, ending: PaymentEnding | None, ends_on: date | None, paid_on: date, today: date
) -> tuple[PaymentEnding, date]:
    """The act that ended this part of the debt, and its day: by default the method's own, on the day of payment.

    Raises:
        Malformed: ENDING, the method has several or another; PERIOD, a transfer ruling without its day, or a day ahead.
    """
    possible = ENDINGS[method]
    if ending is None and len(possible) == 1:
        (ending,) = possible
    if ending not in possible:
        raise Malformed("ENDING", "ending")
    if ends_on is None and ending is PaymentEnding.TRANSFER_RULED:
        raise Malformed("PERIOD", "endsOn")
    day = paid_on if ends_on is None else ends_on
    if not _EARLIEST <= day <= today:
        raise Malformed("PERIOD", "endsOn")
    return ending, day


def check_schedule(
    amount: Decimal, instalments: Sequence[tuple[date, Decimal]], signed_on: date, *, kept: int = 0
) -> None:
    """Return if the instalments are positive, due in order, none before the signing, and sum to `amount`.

    `kept` is how many the settlement has already, which stay.

    Raises:
        InstalmentsDoNotAddUp: with both figures.
        Malformed: MONEY, PERIOD, QUANTITY (more than a settlement may have).
    """
    if kept + len(instalments) > MOST_INSTALMENTS:
        raise Malformed("QUANTITY", "instalments")
    for _, part in instalments:
        positive(part, part="instalments")
    days = [due_on for due_on, _ in instalments]
    if not days or days != sorted(days) or days[0] < signed_on:
        raise Malformed("PERIOD", "instalments")
    planned = total(part for _, part in instalments)
    if planned != amount:
        raise InstalmentsDoNotAddUp(amount, planned)


MOVES: Final[Mapping[Status, frozenset[Status]]] = {
    Status.NEGOTIATING: frozenset({Status.SIGNED, Status.VOID, Status.REVOKED}),
    Status.SIGNED: frozenset({Status.PERFORMING, Status.PERFORMED, Status.BREACHED, Status.VOID, Status.REVOKED}),
    Status.PERFORMING: frozenset({Status.PERFORMED, Status.BREACHED, Status.VOID, Status.REVOKED}),
    Status.BREACHED: frozenset({Status.PERFORMED}),
    Status.PERFORMED: frozenset(),
    Status.VOID: frozenset(),
    Status.REVOKED: frozenset(),
}
"""和解状态. What is performed after all, before the applicant chose, is performed (art. 11)."""
RUNNING: Final = frozenset({Status.SIGNED, Status.PERFORMING})
"""What the parties may change, and what is neither performed nor broken."""


class Standing(StrEnum):
    """How the plan stands on a day, by what is paid."""

    PERFORMED = "PERFORMED"  # 已履行完毕
    NOT_DUE = "NOT_DUE"  # 履行期限未届至
    BEING_PERFORMED = "BEING_PERFORMED"  # 正在履行
    OVERDUE = "OVERDUE"  # 有到期未履行


class SettlementEnd(StrEnum):
    """What else than a breach a judge may find of a settlement (art. 16)."""

    VOID = "VOID"  # 无效
    REVOKED = "REVOKED"  # 撤销


class BreachChoice(StrEnum):
    """What the applicant chose after a breach (art. 9)."""

    RESUME = "RESUME"  # 恢复执行原生效法律文书
    SUE = "SUE"  # 就执行和解协议起诉


@dataclass(frozen=True, slots=True)
class Term:
    """One instalment: when it is due, how much, how much of it is paid."""

    due_on: date
    amount: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        return self.amount - self.paid


def check_move(current: Status, wanted: Status) -> None:
    """Return if `wanted` may follow `current`. Raises TransitionNotAllowed."""
    if wanted not in MOVES[current]:
        raise TransitionNotAllowed(current, wanted)


def standing(terms: Sequence[Term], today: date) -> Standing:
    """How the plan stands; an instalment is overdue from the day after it was due."""
    if all(term.left <= 0 for term in terms):
        return Standing.PERFORMED
    if any(term.left > 0 and term.due_on < today for term in terms):
        return Standing.OVERDUE
    return Standing.BEING_PERFORMED if any(term.paid for term in terms) else Standing.NOT_DUE


def check_performed(left: Decimal, settlements: Sequence[Status], *, is_distributed: bool) -> None:
    """Return if the judgment is performed: nothing is left of it, or what was settled is performed (art. 8).

    Raises:
        NotWhollyPerformed: DISTRIBUTION (money that came in is not paid out), SETTLEMENT (one runs or is broken),
            OUTSTANDING.
    """
    if not is_distributed:
        raise NotWhollyPerformed("DISTRIBUTION")
    if left <= 0:
        return
    if any(status in RUNNING or status in {Status.NEGOTIATING, Status.BREACHED} for status in settlements):
        raise NotWhollyPerformed("SETTLEMENT")
    if Status.PERFORMED not in settlements:
        raise NotWhollyPerformed("OUTSTANDING")


def check_overdue(terms: Sequence[Term], today: date) -> None:
    """Return if something that was due is unpaid: else there is no breach, and nothing to resume (art. 11).

    Raises:
        SettlementPerformed, SettlementNotDue, SettlementBeingPerformed.
    """
    match standing(terms, today):
        case Standing.PERFORMED:
            raise SettlementPerformed
        case Standing.NOT_DUE:
            raise SettlementNotDue
        case Standing.BEING_PERFORMED:
            raise SettlementBeingPerformed
        case Standing.OVERDUE:
            return


def due_at_signing(terms: Sequence[Term], signed_on: date) -> Decimal:
    """What is open of the instalments that were due on the day of signing: so much of what was paid that day is theirs.

    More was paid before the parties settled the rest.
    """
    return total(term.left for term in terms if term.due_on == signed_on)


def matched(terms: Sequence[Term], amount: Decimal) -> list[Decimal]:
    """How much of a payment goes to each instalment: to the earliest that is open first."""
    parts = []
    for term in terms:
        part = min(amount, max(term.left, Decimal("0.00")))
        parts.append(part)
        amount -= part
    return parts
