"""Membership (成员资格): which act leads from which state to which, who decides it, and who may begin it.

    APPLIED -> PENDING_CONFORMANCE -> APPROVED -> ACTIVE <-> SUSPENDED
       any of these three -> REJECTED     ACTIVE | SUSPENDED -> WITHDRAWING -> WITHDRAWN

Invariant: what changes who takes part is decided by the courts (the quorum of docs/directory.md). The gateway alone
only suspends, for at most 72 hours, and lifts what it alone decided. WITHDRAWN and REJECTED are never left.
Source: docs/membership.md, which a test holds equal to these tables.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from enforcement.rules.membership_refusals import ConformanceRequired
from enforcement.rules.refusals import Forbidden, TransitionNotAllowed
from enforcement.rules.rights import Caller, Role
from enforcement.rules.task_refusals import SelfApprovalForbidden

GATEWAY: Final = "gateway"
"""What stands for a court's code in callers of the gateway's own provider, and for the gateway in histories."""
ZONE: Final = "zone"
"""What stands for a court's code in the history of what concerns all of them."""


class MembershipState(StrEnum):
    """成员状态."""

    APPLIED = "APPLIED"  # 已申请
    PENDING_CONFORMANCE = "PENDING_CONFORMANCE"  # 待一致性检测
    APPROVED = "APPROVED"  # 已批准
    ACTIVE = "ACTIVE"  # 正常
    SUSPENDED = "SUSPENDED"  # 暂停
    WITHDRAWING = "WITHDRAWING"  # 退出中
    WITHDRAWN = "WITHDRAWN"  # 已退出
    REJECTED = "REJECTED"  # 已驳回


class MembershipAct(StrEnum):
    """What is done to a membership."""

    APPLY = "APPLY"  # 申请
    AMEND = "AMEND"  # 变更申请
    START_CONFORMANCE = "START_CONFORMANCE"  # 开始检测
    RECORD_GREEN = "RECORD_GREEN"  # 检测通过
    RECORD_RED = "RECORD_RED"  # 检测未通过
    ENDORSE = "ENDORSE"  # 第一位管理员批准
    APPROVE = "APPROVE"  # 第二位管理员批准
    REJECT = "REJECT"  # 驳回
    ADMIT = "ADMIT"  # 接纳
    SUSPEND = "SUSPEND"  # 网关暂停
    LAPSE = "LAPSE"  # 暂停失效
    LIFT = "LIFT"  # 网关解除暂停
    CONFIRM_SUSPENSION = "CONFIRM_SUSPENSION"  # 确认暂停
    REINSTATE = "REINSTATE"  # 恢复
    WITHDRAW = "WITHDRAW"  # 退出
    FINISH_WITHDRAWAL = "FINISH_WITHDRAWAL"  # 完成退出
    DECLARE_LOST = "DECLARE_LOST"  # 宣告失联
    CHANGE_DOCUMENT = "CHANGE_DOCUMENT"  # 变更本院文件


class CeremonyAct(StrEnum):
    """What is done to a proposal before it is a decision; it changes nobody's state."""

    PROPOSE = "PROPOSE"  # 提案
    SIGN = "SIGN"  # 签署
    SUPERSEDE = "SUPERSEDE"  # 取代


class ProposalKind(StrEnum):
    """What the courts are asked to sign."""

    ADMIT = "ADMIT"  # 接纳
    CONFIRM_SUSPENSION = "CONFIRM_SUSPENSION"  # 确认暂停
    REINSTATE = "REINSTATE"  # 恢复
    WITHDRAW = "WITHDRAW"  # 退出
    FINISH_WITHDRAWAL = "FINISH_WITHDRAWAL"  # 完成退出
    DECLARE_LOST = "DECLARE_LOST"  # 宣告失联
    RENEW = "RENEW"  # 续期
    ZONE_AGREEMENT = "ZONE_AGREEMENT"  # 框架协议
    PAIR_AGREEMENT = "PAIR_AGREEMENT"  # 两院协议


class SuspensionGround(StrEnum):
    """Why a court is suspended."""

    KEY_COMPROMISED = "KEY_COMPROMISED"  # 密钥泄露
    SECURITY_INCIDENT = "SECURITY_INCIDENT"  # 安全事件
    AGREEMENT_BREACHED = "AGREEMENT_BREACHED"  # 违反协议
    NODE_FAULTY = "NODE_FAULTY"  # 系统故障
    OWN_REQUEST = "OWN_REQUEST"  # 本院请求


class RejectionReason(StrEnum):
    """Why an application is rejected."""

    NOT_INVITED = "NOT_INVITED"  # 未获邀请
    KEYS_NOT_CONFIRMED = "KEYS_NOT_CONFIRMED"  # 密钥指纹不符
    CONFORMANCE_FAILED = "CONFORMANCE_FAILED"  # 一致性检测未通过
    WRONG_PARTICULARS = "WRONG_PARTICULARS"  # 信息有误
    APPLICANT_WITHDREW = "APPLICANT_WITHDREW"  # 申请法院撤回


class Decider(StrEnum):
    """Whose decision an act is."""

    APPLICANT = "APPLICANT"  # the keys of the application prove it
    ADMIN = "ADMIN"  # one admin of the gateway
    GATEWAY = "GATEWAY"  # the program, when a run ends or a time is over
    COURTS = "COURTS"  # the quorum of the active courts
    OWN_COURT = "OWN_COURT"  # the member itself, by its governance key


_S: Final = MembershipState
_A: Final = MembershipAct
_D: Final = Decider

MOVES: Final[Mapping[MembershipAct, Mapping[MembershipState | None, MembershipState]]] = {
    _A.APPLY: {None: _S.APPLIED, _S.REJECTED: _S.APPLIED},
    _A.AMEND: {
        _S.APPLIED: _S.APPLIED,
        _S.PENDING_CONFORMANCE: _S.PENDING_CONFORMANCE,
        _S.APPROVED: _S.PENDING_CONFORMANCE,
    },
    _A.START_CONFORMANCE: {
        _S.APPLIED: _S.PENDING_CONFORMANCE,
        _S.PENDING_CONFORMANCE: _S.PENDING_CONFORMANCE,
    },
    _A.RECORD_GREEN: {_S.PENDING_CONFORMANCE: _S.PENDING_CONFORMANCE},
    _A.RECORD_RED: {_S.PENDING_CONFORMANCE: _S.PENDING_CONFORMANCE},
    _A.ENDORSE: {_S.PENDING_CONFORMANCE: _S.PENDING_CONFORMANCE},
    _A.APPROVE: {_S.PENDING_CONFORMANCE: _S.APPROVED},
    _A.REJECT: {_S.APPLIED: _S.REJECTED, _S.PENDING_CONFORMANCE: _S.REJECTED, _S.APPROVED: _S.REJECTED},
    _A.ADMIT: {_S.APPROVED: _S.ACTIVE},
    _A.SUSPEND: {_S.ACTIVE: _S.SUSPENDED},
    _A.LAPSE: {_S.SUSPENDED: _S.ACTIVE},
    _A.LIFT: {_S.SUSPENDED: _S.ACTIVE},
    _A.CONFIRM_SUSPENSION: {_S.ACTIVE: _S.SUSPENDED, _S.SUSPENDED: _S.SUSPENDED},  # also when it lapsed meanwhile
    _A.REINSTATE: {_S.SUSPENDED: _S.ACTIVE},
    _A.WITHDRAW: {_S.ACTIVE: _S.WITHDRAWING, _S.SUSPENDED: _S.WITHDRAWING},
    _A.FINISH_WITHDRAWAL: {_S.WITHDRAWING: _S.WITHDRAWN},
    _A.DECLARE_LOST: {
        _S.ACTIVE: _S.WITHDRAWING,
        _S.SUSPENDED: _S.WITHDRAWING,
        _S.WITHDRAWING: _S.WITHDRAWING,
    },
    _A.CHANGE_DOCUMENT: {
        _S.ACTIVE: _S.ACTIVE,
        _S.SUSPENDED: _S.SUSPENDED,
        _S.WITHDRAWING: _S.WITHDRAWING,
    },
}
"""None stands for a court that never applied. REJECTED is left only by a new application."""

DECIDED_BY: Final[Mapping[MembershipAct, Decider]] = {
    _A.APPLY: _D.APPLICANT,
    _A.AMEND: _D.APPLICANT,
    _A.START_CONFORMANCE: _D.ADMIN,
    _A.RECORD_GREEN: _D.GATEWAY,
    _A.RECORD_RED: _D.GATEWAY,
    _A.ENDORSE: _D.ADMIN,
    _A.APPROVE: _D.ADMIN,
    _A.REJECT: _D.ADMIN,
    _A.ADMIT: _D.COURTS,
    _A.SUSPEND: _D.ADMIN,
    _A.LAPSE: _D.GATEWAY,
    _A.LIFT: _D.ADMIN,
    _A.CONFIRM_SUSPENSION: _D.COURTS,
    _A.REINSTATE: _D.COURTS,
    _A.WITHDRAW: _D.COURTS,
    _A.FINISH_WITHDRAWAL: _D.COURTS,
    _A.DECLARE_LOST: _D.COURTS,
    _A.CHANGE_DOCUMENT: _D.OWN_COURT,
}
"""What OWN_COURT or APPLICANT decides is proven by their keys; a token alone proves none of it."""

ADMINS: Final = frozenset({Role.GATEWAY_ADMIN})
HEADS: Final = frozenset({Role.PRESIDENT, Role.LIAISON_OFFICER})
"""Who speaks for a court in matters of membership: 院长、联络员."""

_BY_ADMINS: Final = frozenset(
    {
        _A.START_CONFORMANCE,
        _A.ENDORSE,
        _A.APPROVE,
        _A.REJECT,
        _A.ADMIT,
        _A.SUSPEND,
        _A.LIFT,
        _A.CONFIRM_SUSPENSION,
        _A.REINSTATE,
        _A.FINISH_WITHDRAWAL,
        _A.DECLARE_LOST,
    }
)
_BY_ANY_COURT: Final = frozenset({_A.CONFIRM_SUSPENSION, _A.REINSTATE, _A.FINISH_WITHDRAWAL, _A.DECLARE_LOST})
"""A court can bring what the courts decide: no gateway can keep it from them."""
_BY_OWN_COURT: Final = frozenset({_A.WITHDRAW, _A.CHANGE_DOCUMENT})
"""Its governance key proves that the court does it."""

DECISIONS: Final[Mapping[ProposalKind, MembershipAct]] = {
    ProposalKind.ADMIT: _A.ADMIT,
    ProposalKind.CONFIRM_SUSPENSION: _A.CONFIRM_SUSPENSION,
    ProposalKind.REINSTATE: _A.REINSTATE,
    ProposalKind.WITHDRAW: _A.WITHDRAW,
    ProposalKind.FINISH_WITHDRAWAL: _A.FINISH_WITHDRAWAL,
    ProposalKind.DECLARE_LOST: _A.DECLARE_LOST,
}
"""The act that is done when the courts have signed; the other kinds change no court's state."""

GREEN_FOR: Final = timedelta(days=7)
"""How long a green conformance run is good for; a setting."""
FURTHEST: Final = timedelta(days=90)
"""A decision may be written to take effect so far ahead."""


def after(act: MembershipAct, current: MembershipState | None) -> MembershipState:
    """The state to which `act` leads from `current`.

    Raises:
        TransitionNotAllowed: the table has no such edge.
    """
    try:
        return MOVES[act][current]
    except KeyError:
        raise TransitionNotAllowed(current or "NONE", act) from None


def may_begin(act: MembershipAct, caller: Caller | None, court: str) -> bool:
    """Whether `caller` may begin `act` upon `court`'s membership.

    Nobody needs a token for what the court's keys prove: it may be suspended, or its provider gone. Nobody's token is
    enough for what the gateway does by itself.
    """
    if DECIDED_BY[act] is Decider.APPLICANT:
        return True
    if caller is None:
        return act in _BY_OWN_COURT
    if caller.court == GATEWAY:
        return act in _BY_ADMINS and bool(caller.roles & ADMINS)
    speaks = bool(caller.roles & HEADS)
    return speaks and (act in _BY_ANY_COURT or (act in _BY_OWN_COURT and caller.court == court))


def check_may_begin(act: MembershipAct, caller: Caller | None, court: str) -> None:
    """Return if `caller` may begin `act` upon `court`'s membership.

    Raises:
        Forbidden: by the table, not.
    """
    if not may_begin(act, caller, court):
        raise Forbidden


def check_speaks(caller: Caller | None, court: str) -> None:
    """Return if `caller` may hand in what the court's governance key signed: its head, or nobody who says who they are.

    Raises:
        Forbidden: another office, or another court's.
    """
    if caller is not None and (caller.court != court or court == GATEWAY or not caller.roles & HEADS):
        raise Forbidden


def check_second_pair_of_eyes(approver: Caller, earlier: frozenset[str], applicant_officers: frozenset[str]) -> None:
    """Return if `approver` may approve: not twice, and not who serves at the applicant's court.

    `earlier` are the admins who approved the application as it stands, `applicant_officers` the ids of the officers
    whom the applicant's own document lists.

    Raises:
        SelfApprovalForbidden: otherwise.
    Source: 四眼原则, docs/safeguards.md.
    """
    if approver.officer_id in earlier | applicant_officers:
        raise SelfApprovalForbidden


def check_green(
    *,
    is_green: bool | None,
    finished_at: datetime | None,
    digest: str,
    wanted: str,
    now: datetime,
    green_for: timedelta,
) -> None:
    """Return if a run is green, no older than `green_for`, and of the very document that is to be approved.

    Raises:
        ConformanceRequired: otherwise.
    """
    if not is_green or finished_at is None or digest != wanted or now - finished_at > green_for:
        raise ConformanceRequired
