"""The enums of claims, suspensions, settlements and distribution, described once for the whole schema."""

from enforcement.rules.claims import ClaimKind, ClaimPriority, Livelihood
from enforcement.rules.distribution import (
    DistributionBasis,
    DistributionStatus,
    DistributionStep,
    SuitOutcome,
)
from enforcement.rules.payout import PayoutDeferralGround, PayoutDeferralStatus
from enforcement.rules.settlement import BreachChoice, PaymentEnding, SettlementEnd
from enforcement.rules.suspension import SuspensionGround, SuspensionKind
from schema.enums import described

__all__ = [
    "BreachChoice",
    "ClaimKind",
    "ClaimPriority",
    "DistributionBasis",
    "DistributionStatus",
    "DistributionStep",
    "Livelihood",
    "PaymentEnding",
    "PayoutDeferralGround",
    "PayoutDeferralStatus",
    "SettlementEnd",
    "SuitOutcome",
    "SuspensionGround",
    "SuspensionKind",
]

described(
    ClaimKind,
    "What is to be performed. 执行标的种类",
    {
        ClaimKind.MONEY: "A sum of money. 给付金钱",
        ClaimKind.DELIVERY_OF_THING: "A thing to be handed over. 交付财物",
        ClaimKind.ACT: "An act. 履行行为",
    },
)
described(
    ClaimPriority,
    "Which claims come first when the money is not enough. 受偿顺位",
    {
        ClaimPriority.SECURED: "By a security interest in the asset. 担保物权",
        ClaimPriority.STATUTORY_PRIORITY: "By statute. 法定优先权",
        ClaimPriority.ORDINARY: "Ordinary. 普通债权",
    },
)
described(
    Livelihood,
    "A claim that somebody lives on. 民生债权",
    {
        Livelihood.WAGES: "Wages. 劳动报酬",
        Livelihood.CHILD_SUPPORT: "Child support. 抚养费",
        Livelihood.ALIMONY: "Support of parents or a spouse. 赡养费、扶养费",
        Livelihood.INJURY: "Compensation for an injury. 人身损害赔偿",
        Livelihood.OTHER: "Another one. 其他民生",
    },
)
described(
    PaymentEnding,
    "Which act ended the paid part of the debt, and the doubled interest on it. 债务消灭方式",
    {
        PaymentEnding.PERFORMED: "It was performed. 履行",
        PaymentEnding.DEDUCTED: "The court transferred or withdrew the money. 划拨、提取",
        PaymentEnding.TRANSFER_RULED: "The ruling that transfers the asset took effect. 成交裁定、抵债裁定生效",
        PaymentEnding.REALISED: "The asset was turned into money otherwise. 其他方式变价完成",
    },
)
described(
    SuspensionKind,
    "Whether enforcement is suspended or deferred. 中止或者暂缓",
    {
        SuspensionKind.SUSPENDED: "Suspended. 中止执行",
        SuspensionKind.DEFERRED: "Deferred. 暂缓执行",
    },
)
described(
    SuspensionGround,
    "Why enforcement is suspended or deferred. 中止、暂缓事由",
    {
        SuspensionGround.APPLICANT_AGREES: "The applicant agrees to wait. 申请执行人表示可以延期执行",
        SuspensionGround.THIRD_PARTY_OBJECTION: "An outsider's objection is founded. 案外人异议确有理由",
        SuspensionGround.PARTY_DIED: "A party died, heirs are awaited. 一方当事人死亡",
        SuspensionGround.ORGANISATION_ENDED: "A party ended, a successor is awaited. 一方当事人终止",
        SuspensionGround.SETTLEMENT: "The parties settled. 执行和解",
        SuspensionGround.SECURITY_GIVEN: "Security was given. 执行担保",
        SuspensionGround.REVIEW_ASKED_BY_DEBTOR: "The basis is reviewed, as the debtor asked. 因被执行人申请审查",
        SuspensionGround.REVIEW_NOT_BY_DEBTOR: (
            "The basis is reviewed, not as the debtor asked: no doubled interest. 非因被执行人申请审查"
        ),
        SuspensionGround.RETRIAL: "The case is retried: no doubled interest. 再审中止",
        SuspensionGround.OTHER: "Otherwise. 其他",
    },
)
described(
    BreachChoice,
    "What the applicant chose after a breach. 申请执行人的选择",
    {
        BreachChoice.RESUME: "To enforce the basis again. 恢复执行原生效法律文书",
        BreachChoice.SUE: "To sue on the settlement. 就执行和解协议起诉",
    },
)
described(
    SettlementEnd,
    "How a settlement ends without being performed or broken. 和解终止",
    {SettlementEnd.VOID: "It is void. 无效", SettlementEnd.REVOKED: "It is revoked. 撤销"},
)
described(
    DistributionBasis,
    "By what ordinary claims share. 分配依据",
    {
        DistributionBasis.PRO_RATA: "In proportion to the claims. 按债权比例",
        DistributionBasis.ORDER_OF_SEIZURE: "By order of seizure, of an enterprise. 按查封先后顺序",
    },
)
described(
    PayoutDeferralGround,
    "Why a payout is put off. 延缓发放事由",
    {
        PayoutDeferralGround.DISTRIBUTION: "It is to be distributed first. 需要进行案款分配",
        PayoutDeferralGround.FROZEN_FOR_OTHER_CASE: "It is frozen for another case. 因另案被保全或者冻结",
        PayoutDeferralGround.NOT_COLLECTED: "It was not collected after notice. 经通知未领取",
        PayoutDeferralGround.CASE_STANDS_STILL: "The case is suspended or deferred. 案件中止或者暂缓执行",
        PayoutDeferralGround.OTHER: "Otherwise, with good cause. 其他正当理由",
    },
)
described(
    PayoutDeferralStatus,
    "Where a request to put a payout off stands. 延缓发放状态",
    {
        PayoutDeferralStatus.REQUESTED: "Asked for; perhaps the bureau chief has agreed. 已申请",
        PayoutDeferralStatus.GRANTED: "Agreed to by bureau chief and president. 已批准",
        PayoutDeferralStatus.REFUSED: "Refused. 未批准",
    },
)
described(
    SuitOutcome,
    "How the suit over an objection to a plan ended. 分配方案异议之诉结果",
    {
        SuitOutcome.DISMISSED: "Dismissed: the plan stands. 驳回诉讼请求",
        SuitOutcome.WITHDRAWN: "Withdrawn: the plan stands. 撤诉",
        SuitOutcome.UPHELD: "Upheld: the plan is drawn anew. 支持诉讼请求",
    },
)
described(
    DistributionStatus,
    "Where a plan stands. 分配方案状态",
    {
        DistributionStatus.DRAWN: "Drawn. 已制作",
        DistributionStatus.SERVED: "Served on every participant. 已送达",
        DistributionStatus.OBJECTED: "Objected to. 有异议",
        DistributionStatus.FINAL: "Nothing changes it any more. 已确定",
        DistributionStatus.PAID: "Paid out. 已发放",
        DistributionStatus.REPLACED: "Drawn anew. 已重新制作",
    },
)
described(
    DistributionStep,
    "What happened to a plan, of one participant. 分配方案进展",
    {
        DistributionStep.SERVED: "It was served. 送达",
        DistributionStep.OBJECTED: "The participant objected in writing. 书面异议",
        DistributionStep.OTHERS_NOTIFIED: "The others were notified of the objection. 通知其他债权人、被执行人",
        DistributionStep.OPPOSED: "Another one opposed the objection. 反对意见",
        DistributionStep.OPPOSITION_TOLD: "The objector was told. 通知异议人",
        DistributionStep.SUED: "The objector sued. 提起分配方案异议之诉",
        DistributionStep.SUIT_ENDED: "The suit ended, in an outcome. 分配方案异议之诉审结",
    },
)
