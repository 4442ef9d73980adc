"""Handing a sealed thing over to a priority creditor's court (商请移送执行): when it may be asked, by when answered.

The first-sealing court disposes. If another court's enforcement holds a prior claim on the thing, and more than 60 days
have passed since the first seal without an auction notice or a sale, it may ask for it; the first court answers within
15 days of receiving that; a dispute goes to the two courts' common superior.
Source: 法释〔2016〕6号 arts. 1 to 4.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from enforcement.rules.claims import ClaimPriority
from enforcement.rules.deadlines import Term, WorkCalendar
from enforcement.rules.refusals import Malformed, RuleBroken, TransitionNotAllowed


class PriorityKind(StrEnum):
    """优先受偿权."""

    MORTGAGE = "MORTGAGE"  # 抵押权
    PLEDGE = "PLEDGE"  # 质权
    LIEN = "LIEN"  # 留置权
    STATUTORY = "STATUTORY"  # 法定优先权


class TransferStatus(StrEnum):
    """商请移送状态."""

    SENT = "SENT"  # 已发出
    NOT_ACCEPTED = "NOT_ACCEPTED"  # 未被接收
    PENDING = "PENDING"  # 待答复
    TRANSFERRED = "TRANSFERRED"  # 同意移送
    DECLINED = "DECLINED"  # 不予移送
    DISPUTED = "DISPUTED"  # 报请共同上级法院
    ORDERED = "ORDERED"  # 上级法院决定移送
    UPHELD = "UPHELD"  # 上级法院决定不移送


class TransferAnswer(StrEnum):
    """What the first court, or the superior one, says."""

    TRANSFER = "TRANSFER"  # 移送
    KEEP = "KEEP"  # 不移送


class DeclineReason(StrEnum):
    """不予移送的理由."""

    NOT_FIRST_SEAL = "NOT_FIRST_SEAL"  # 本院非首先查封法院
    SIXTY_DAYS_NOT_OVER = "SIXTY_DAYS_NOT_OVER"  # 未超过六十日
    AUCTION_ANNOUNCED = "AUCTION_ANNOUNCED"  # 已发布拍卖公告
    SALE_BEGUN = "SALE_BEGUN"  # 已进入变卖程序
    CLAIM_NOT_PRIOR = "CLAIM_NOT_PRIOR"  # 债权不优先
    OTHER_STATUTORY = "OTHER_STATUTORY"  # 其他法定事由


class DisposalNotice(StrEnum):
    """What ends the possibility to ask: the disposal has begun in public."""

    AUCTION_NOTICE = "AUCTION_NOTICE"  # 拍卖公告
    SALE = "SALE"  # 变卖程序


_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_S: Final = TransferStatus
MOVES: Final[Mapping[TransferStatus, frozenset[TransferStatus]]] = {
    _S.SENT: frozenset({_S.PENDING, _S.NOT_ACCEPTED}),
    _S.NOT_ACCEPTED: frozenset(),
    _S.PENDING: frozenset({_S.TRANSFERRED, _S.DECLINED, _S.DISPUTED}),
    _S.DECLINED: frozenset({_S.DISPUTED}),
    _S.DISPUTED: frozenset({_S.ORDERED, _S.UPHELD, _S.TRANSFERRED}),  # the first court may still give in
    _S.TRANSFERRED: frozenset(),
    _S.ORDERED: frozenset(),
    _S.UPHELD: frozenset(),
}
AFTER_DECISION: Final[Mapping[TransferAnswer, TransferStatus]] = {
    TransferAnswer.TRANSFER: _S.ORDERED,
    TransferAnswer.KEEP: _S.UPHELD,
}
OPEN: Final = frozenset(status for status, after in MOVES.items() if after)
"""What is not over: nobody asks for the same thing again meanwhile."""


PRIORITIES: Final[Mapping[PriorityKind, ClaimPriority]] = {
    PriorityKind.MORTGAGE: ClaimPriority.SECURED,
    PriorityKind.PLEDGE: ClaimPriority.SECURED,
    PriorityKind.LIEN: ClaimPriority.SECURED,
    PriorityKind.STATUTORY: ClaimPriority.STATUTORY_PRIORITY,
}
"""As what the asking court's own case must hold the claim (民法典 arts. 394, 425, 447; 法释〔2016〕6号 art. 1)."""


@dataclass(frozen=True, slots=True)
class TransferTerms:
    """The terms of the interpretation; the days of warning before are a default."""

    wait: timedelta = timedelta(days=60)  # must be exceeded
    answer: Term = field(default=Term(15))
    warn_before: timedelta = timedelta(days=3)
    calendar: WorkCalendar = field(default_factory=WorkCalendar)

    def answer_due(self, received_on: date) -> date:
        return self.calendar.due(received_on, self.answer)


TERMS: Final = TransferTerms()


@dataclass(eq=False)
class TransferTooEarly(RuleBroken):
    """The sixty days since the first seal are not exceeded; on `from_on` they are."""

    from_on: date
    code = "TRANSFER_TOO_EARLY"


class DisposalBegun(RuleBroken):
    """The first-sealing court has published an auction notice, or the sale has begun."""

    code = "DISPOSAL_BEGUN"


class NotFirstSeal(RuleBroken):
    """No measure of the court that is meant stands first on the thing; or one of the asking court does."""

    code = "NOT_FIRST_SEAL"


class ClaimNotPrior(RuleBroken):
    """The asking court's own case holds no such prior claim, or less of it than it asks for."""

    code = "CLAIM_NOT_PRIOR"
    part = "priority"


class NotForSale(RuleBroken):
    """The thing is exempt, or the debtor's only home: it may be sealed, not sold (查封规定 arts. 3, 4)."""

    code = "NOT_FOR_SALE"


def check_waited(first_sealed_on: date, today: date) -> None:
    """Return if more than sixty days have passed since the first seal.

    Raises:
        Malformed: PERIOD, part firstSealedOn: it lies ahead.
        TransferTooEarly.
    """
    if first_sealed_on > today:
        raise Malformed("PERIOD", "firstSealedOn")
    if today - first_sealed_on <= TERMS.wait:
        raise TransferTooEarly(first_sealed_on + TERMS.wait + timedelta(days=1))


def check_move(current: TransferStatus, wanted: TransferStatus) -> None:
    """Return if `wanted` may follow `current`. Raises TransitionNotAllowed."""
    if wanted not in MOVES[current]:
        raise TransitionNotAllowed(current, wanted)


def check_dispute(status: TransferStatus, due_on: date | None, today: date) -> None:
    """Return if the asking court may go to the superior one: it was declined, or the term passed without an answer.

    Raises:
        TransitionNotAllowed.
    """
    is_late = status is _S.PENDING and due_on is not None and today > due_on
    if status is not _S.DECLINED and not is_late:
        raise TransitionNotAllowed(status, _S.DISPUTED)


def check_prior(kind: PriorityKind, amount: Decimal, left: Mapping[ClaimPriority, Decimal]) -> None:
    """Return if so much of claims with that priority is left in the case; `left` is what is owed of each.

    Raises:
        ClaimNotPrior.
    Source: 法释〔2016〕6号 art. 1: a prior claim that an effective document confirms and that is being enforced.
    """
    if amount > left.get(PRIORITIES[kind], Decimal(0)):
        raise ClaimNotPrior


def check_digest(sha256: str, part: str = "sha256") -> None:
    """Return if it is a digest. Raises Malformed: DOCUMENT."""
    if not _DIGEST.fullmatch(sha256):
        raise Malformed("DOCUMENT", part)


def check_answer(answer: TransferAnswer, reason: DeclineReason | None) -> None:
    """Return if a reason is given for keeping, and none for a transfer. Raises Malformed: TRANSFER, part reason."""
    if (answer is TransferAnswer.KEEP) != (reason is not None):
        raise Malformed("TRANSFER", "reason")
