"""The words of membership (成员资格) in GraphQL: take the enums from here, so that they are registered with theirs."""

from typing import Final

from db.records.membership import ProposalState
from enforcement.rules.membership import (
    CeremonyAct,
    MembershipAct,
    MembershipState,
    ProposalKind,
    RejectionReason,
    SuspensionGround,
)
from schema.enums import described

__all__ = [
    "CeremonyAct",
    "MembershipAct",
    "MembershipState",
    "ProposalKind",
    "ProposalState",
    "RejectionReason",
    "SuspensionGround",
]

_STATES: Final = {
    MembershipState.APPLIED: "It asked to become a member. 已申请",
    MembershipState.PENDING_CONFORMANCE: "Its node is examined. 待一致性检测",
    MembershipState.APPROVED: "Two admins approved it; the courts have not decided. 已批准",
    MembershipState.ACTIVE: "Takes part. 正常",
    MembershipState.SUSPENDED: "Neither asks nor is asked; open tasks run on. 暂停",
    MembershipState.WITHDRAWING: "Finishes its open tasks. 退出中",
    MembershipState.WITHDRAWN: "Has left. 已退出",
    MembershipState.REJECTED: "Its application was rejected. 已驳回",
}
described(MembershipState, "Where a court's membership stands. 成员资格状态", _STATES, name="MembershipStatus")

described(
    ProposalState,
    "Where a proposal stands. 提案状态",
    {
        ProposalState.OPEN: "Signatures are missing. 待签署",
        ProposalState.PUBLISHED: "Enough signed; it was handed over for publication. 已发布",
        ProposalState.SUPERSEDED: "Another decision came first. 已被取代",
    },
)
described(
    ProposalKind,
    "What is proposed. 提案种类",
    {
        ProposalKind.ADMIT: "An applicant becomes a member. 接纳",
        ProposalKind.CONFIRM_SUSPENSION: "A member is suspended, for longer than the gateway alone may. 确认暂停",
        ProposalKind.REINSTATE: "A suspended member takes part again. 恢复",
        ProposalKind.WITHDRAW: "A member begins to leave. 退出",
        ProposalKind.FINISH_WITHDRAWAL: "A member has left. 完成退出",
        ProposalKind.DECLARE_LOST: "A member is lost: what it holds may be taken over. 宣告失联",
        ProposalKind.RENEW: "Root and members stay as they are, for another year. 续期",
        ProposalKind.ZONE_AGREEMENT: "A version of the framework agreement. 框架协议",
        ProposalKind.PAIR_AGREEMENT: "A version of two courts' agreement. 两院协议",
    },
)
described(
    SuspensionGround,
    "Why a court is suspended. 暂停事由",
    {
        SuspensionGround.KEY_COMPROMISED: "A key may be in other hands. 密钥泄露",
        SuspensionGround.SECURITY_INCIDENT: "Its systems were attacked. 安全事件",
        SuspensionGround.AGREEMENT_BREACHED: "It breached the agreement. 违反协议",
        SuspensionGround.NODE_FAULTY: "Its node misbehaves. 系统故障",
        SuspensionGround.OWN_REQUEST: "It asked for it. 本院请求",
    },
)
described(
    RejectionReason,
    "Why an application is rejected. 驳回理由",
    {
        RejectionReason.NOT_INVITED: "The court was not invited. 未获邀请",
        RejectionReason.KEYS_NOT_CONFIRMED: "The court does not know these keys. 密钥指纹不符",
        RejectionReason.CONFORMANCE_FAILED: "Its node does not conform. 一致性检测未通过",
        RejectionReason.WRONG_PARTICULARS: "Name, division or superior court are wrong. 信息有误",
        RejectionReason.APPLICANT_WITHDREW: "The court took it back. 申请法院撤回",
    },
)
described(
    MembershipAct,
    "What is done to a membership. 成员资格行为",
    {
        MembershipAct.APPLY: "A court applied. 申请",
        MembershipAct.AMEND: "It changed its application. 变更申请",
        MembershipAct.START_CONFORMANCE: "A conformance run began. 开始检测",
        MembershipAct.RECORD_GREEN: "The run found no difference. 检测通过",
        MembershipAct.RECORD_RED: "The run found differences. 检测未通过",
        MembershipAct.ENDORSE: "A first admin approved. 第一位管理员批准",
        MembershipAct.APPROVE: "A second admin approved. 第二位管理员批准",
        MembershipAct.REJECT: "An admin rejected the application. 驳回",
        MembershipAct.ADMIT: "The courts admitted the applicant. 接纳",
        MembershipAct.SUSPEND: "The gateway suspended the court. 网关暂停",
        MembershipAct.LAPSE: "The gateway's suspension lapsed. 暂停失效",
        MembershipAct.LIFT: "The gateway lifted its suspension. 网关解除暂停",
        MembershipAct.CONFIRM_SUSPENSION: "The courts suspended the court. 确认暂停",
        MembershipAct.REINSTATE: "The courts reinstated the court. 恢复",
        MembershipAct.WITHDRAW: "The court leaves. 退出",
        MembershipAct.FINISH_WITHDRAWAL: "The court has left. 完成退出",
        MembershipAct.DECLARE_LOST: "The courts declared the court lost. 宣告失联",
        MembershipAct.CHANGE_DOCUMENT: "The court changed its own document. 变更本院文件",
    },
)
described(
    CeremonyAct,
    "What is done to a proposal. 提案行为",
    {
        CeremonyAct.PROPOSE: "It was brought before the courts. 提案",
        CeremonyAct.SIGN: "A court signed it. 签署",
        CeremonyAct.SUPERSEDE: "Another decision came first. 取代",
    },
)
