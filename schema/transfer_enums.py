"""The enums of case transfers and cross-enforcement, described once for the whole schema."""

from enforcement.rules.case_transfer import (
    CaseTransferPaper,
    CaseTransferStatus,
    CaseTransferStep,
    MeasureElsewhereAct,
)
from enforcement.rules.cross_enforcement import CrossEnforcementDecision, CrossEnforcementGround, CrossEnforcementMode
from schema.enums import described

__all__ = [
    "CaseTransferPaper",
    "CaseTransferStatus",
    "CaseTransferStep",
    "CrossEnforcementDecision",
    "CrossEnforcementGround",
    "CrossEnforcementMode",
    "MeasureElsewhereAct",
]

described(
    MeasureElsewhereAct,
    "What the court that holds a measure is asked to do. 请求事项",
    {
        MeasureElsewhereAct.RENEW: "Renew it before its last day. 续行",
        MeasureElsewhereAct.LIFT: "Lift it: the case needs it no more. 解除",
    },
)

described(
    CaseTransferStatus,
    "Where the transfer of a case stands. 委托执行状态",
    {
        CaseTransferStatus.PROPOSED: "Proposed. 拟委托",
        CaseTransferStatus.SENT: "Sent to the entrusted court. 已委托",
        CaseTransferStatus.FILED: "The entrusted court filed a case. 受托法院已立案",
        CaseTransferStatus.SUPPLEMENTING: "Papers are awaited. 补办材料",
        CaseTransferStatus.RETURN_PENDING_HIGH_COURT: "The High Court is asked to let it be returned. 退回待高院批准",
        CaseTransferStatus.RETURNED: "Returned, or never sent. 已退回",
        CaseTransferStatus.CONCLUDED: "Concluded by the entrusted court. 已办结",
    },
)
described(
    CaseTransferStep,
    "What happens to a transfer beside its sending and filing. 委托执行进展",
    {
        CaseTransferStep.WITHDRAW: "The handler takes the proposal back. 撤回拟委托",
        CaseTransferStep.REFUSE: "A chief does not send it. 不同意委托",
        CaseTransferStep.ASK_SUPPLEMENT: "The entrusted court asks for papers. 要求补办",
        CaseTransferStep.SUPPLEMENT: "The delegating court gives them, or explains. 补办或者书面说明",
        CaseTransferStep.DEEM_WITHDRAWN: "It did neither within thirty days. 视为撤回委托",
        CaseTransferStep.STRIKE_OFF: "The delegating court strikes its case off and tells the applicant. 销案并告知",
        CaseTransferStep.REQUEST_RETURN: "The entrusted court asks its High Court to let it return the case. 报请退回",
        CaseTransferStep.RETURN_REFUSED: "The High Court does not. 不批准退回",
        CaseTransferStep.RETURN: "It is returned with the High Court's approval. 经批准退回",
        CaseTransferStep.CONCLUDE: "The entrusted court's case is closed. 办结",
    },
)
described(
    CaseTransferPaper,
    "The papers that go with a case. 委托执行材料",
    {
        CaseTransferPaper.LETTER: "The letter of entrustment. 委托执行函",
        CaseTransferPaper.APPLICATION_AND_APPROVAL: "The application and the approval form. 申请执行书、审批表",
        CaseTransferPaper.BASIS_COPY: "A copy of the basis. 生效法律文书副本",
        CaseTransferPaper.CASE_STATUS: "No property here, what is preserved, what was performed. 案件情况材料",
        CaseTransferPaper.APPLICANT_CONTACT: "The applicant's address and telephone. 申请执行人联系方式",
        CaseTransferPaper.DEBTOR_IDENTITY: "The debtor's identity, address and telephone. 被执行人身份及联系方式",
        CaseTransferPaper.OFFICER_CONTACT: "The delegating officer and telephone. 执行员及联系电话",
        CaseTransferPaper.OTHER_MATERIALS: "Whatever else is needed. 其他必要材料",
    },
)
described(
    CrossEnforcementMode,
    "The five modes of cross-enforcement. 交叉执行模式",
    {
        CrossEnforcementMode.URGE: "The court is urged. 督促执行",
        CrossEnforcementMode.DESIGNATE: "Another court is designated. 指令执行",
        CrossEnforcementMode.ELEVATE: "The superior court takes it. 提级执行",
        CrossEnforcementMode.CENTRALISE: "One court takes them all. 集中执行",
        CrossEnforcementMode.COORDINATE: "Courts act together. 协同执行",
    },
)
described(
    CrossEnforcementGround,
    "Why it is necessary. 交叉执行事由",
    {
        CrossEnforcementGround.INTERFERENCE: "Interference. 受到干预",
        CrossEnforcementGround.PASSIVITY: "Passivity. 消极执行",
        CrossEnforcementGround.LACK_OF_STRENGTH: "Lack of strength. 执行力量不足",
        CrossEnforcementGround.RELATED_CASES: "Related cases. 关联案件",
        CrossEnforcementGround.DIFFICULTY: "Difficulty. 重大疑难复杂",
    },
)
described(
    CrossEnforcementDecision,
    "What the superior court decided. 决定结果",
    {
        CrossEnforcementDecision.APPROVED: "Approved. 同意",
        CrossEnforcementDecision.REFUSED: "Refused. 不同意",
    },
)
