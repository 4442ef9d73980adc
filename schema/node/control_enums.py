"""Enums of exemption, proportionality and approval, described; types import them from here."""

from db.records.control import ApprovalDecision
from enforcement.rules.exemption import ExemptionGround, ImmuneFund
from enforcement.rules.proportionality import Reason, Verdict
from schema.enums import described

__all__ = ["ApprovalDecision", "ExemptionGround", "ImmuneFund", "Reason", "Verdict"]

described(
    ExemptionGround,
    "Why the law keeps an asset out of reach. 豁免事由",
    {
        ExemptionGround.DAILY_NECESSITIES: "Clothes, furniture and the like that daily life needs. 生活必需品",
        ExemptionGround.NECESSARY_LIVING_EXPENSES: "What the debtor and dependants must live on. 必需的生活费用",
        ExemptionGround.COMPULSORY_EDUCATION: "What compulsory education needs. 义务教育必需品",
        ExemptionGround.UNDISCLOSED_INVENTION: "Undisclosed, or not published. 未公开的发明或者未发表的著作",
        ExemptionGround.MEDICAL_AIDS: "Aids and medical articles for a bodily defect. 辅助工具、医疗物品",
        ExemptionGround.MEDALS_AND_HONOURS: "Medals and articles of honour. 勋章及荣誉表彰物品",
        ExemptionGround.TREATY_EXEMPT: "A treaty exempts it. 条约规定免于查封",
        ExemptionGround.SPECIAL_PURPOSE_ACCOUNT: "Money that serves a purpose of its own. 专用账户资金",
        ExemptionGround.OTHER_STATUTORY: "Another law or judicial interpretation exempts it. 其他法定豁免",
    },
)
described(
    ImmuneFund,
    "A fund, or premises, that no court enforces against. 不得执行的资金、财产",
    {
        ImmuneFund.SETTLEMENT_RESERVE: "Reserves and funds of clearing and settlement. 备付金、交易结算资金",
        ImmuneFund.MARGIN_DEPOSIT: "Margin deposits that still serve as such. 保证金",
        ImmuneFund.SOCIAL_INSURANCE_FUND: "Funds of social insurance. 社会保险基金",
        ImmuneFund.PENSION_IN_ACCOUNT: "Annuities not yet paid to the person. 企业年金、职业年金基金",
        ImmuneFund.MIGRANT_WAGE_ACCOUNT: "Accounts for migrant workers' wages. 农民工工资专用账户",
        ImmuneFund.WAGE_GUARANTEE_DEPOSIT: "Deposits that guarantee wages. 工资保证金",
        ImmuneFund.RELIEF_FUND: "Funds of disaster relief and against poverty. 救灾、救济、扶贫资金",
        ImmuneFund.PARTY_DUES: "Party dues. 党费",
        ImmuneFund.UNION_DUES: "Dues of trade unions. 工会经费",
        ImmuneFund.SCHOOL_OR_HOSPITAL_PREMISES: "Premises of schools and hospitals. 学校、医院公益设施",
        ImmuneFund.PRESALE_SUPERVISED_FUND: "Supervised funds of housing pre-sales. 商品房预售监管资金",
    },
)
described(
    Verdict,
    "Whether a measure keeps to what is owed. 结论",
    {
        Verdict.OK: "It does. 未超标的",
        Verdict.EXCEEDS: "It goes beyond it. 超标的",
        Verdict.INDIVISIBLE_ALLOWED: "Beyond it, but may be approved: it cannot be divided. 不可分割可整体控制",
    },
    name="ProportionalityVerdict",
)
described(
    Reason,
    "Why the verdict is what it is. 理由",
    {
        Reason.WITHIN_CLAIM: "No more than what is owed. 未超过尚欠金额",
        Reason.DIVISIBLE: "A part of it can be controlled. 可以分割",
        Reason.OTHER_ASSETS_SUFFICE: "What else is known covers the debt. 其他财产足以清偿",
        Reason.OTHER_ASSETS_NOT_VALUED: "What else is known has no value yet: value it first. 其他财产尚未估值",
        Reason.CLAIM_IS_COVERED: "What is controlled already covers the debt. 已控制财产足以清偿",
        Reason.NOTHING_ELSE_COVERS: "Cannot be divided, and nothing else covers the debt. 不可分割且无其他财产足以清偿",
    },
    name="ProportionalityReason",
)
described(
    ApprovalDecision,
    "What a bureau chief decided on an exception. 审批结果",
    {
        ApprovalDecision.APPROVE: "Approved: the measure is ruled. 同意",
        ApprovalDecision.REFUSE: "Not approved: the measure ends. 不同意",
    },
)
