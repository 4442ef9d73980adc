"""The enums of searches, notices, parties and money, described once for the whole schema."""

from db.records.assets import AssetStatus
from db.records.cases import CaseClass
from db.records.parties import IdentifierKind, PartyKind, PartyRole
from db.records.sanctions import DishonestGround
from db.records.searches import InquiryOutcome, NoticeStatus, ReceiptResult, ResultOutcome, SearchStatus
from db.records.units import UnitKind
from enforcement.rules.deferral import DeferralGround, DeferralKind, DeferralStatus
from enforcement.rules.ledger import Line
from enforcement.rules.search import OwnerMatch, SearchControlChannel
from enforcement.rules.search_entries import EnteredOutcome, VisitChannel
from enforcement.rules.settlement import PaymentMethod, SettlementForm
from schema.enums import described

__all__ = [
    "AssetStatus",
    "CaseClass",
    "DeferralGround",
    "DeferralKind",
    "DeferralStatus",
    "DishonestGround",
    "EnteredOutcome",
    "IdentifierKind",
    "InquiryOutcome",
    "Line",
    "NoticeStatus",
    "OwnerMatch",
    "PartyKind",
    "PartyRole",
    "PaymentMethod",
    "ReceiptResult",
    "ResultOutcome",
    "SearchControlChannel",
    "SearchStatus",
    "SettlementForm",
    "UnitKind",
    "VisitChannel",
]

described(
    AssetStatus,
    "Status of an asset. 财产状态",
    {
        AssetStatus.FOUND: "Found, not controlled. 已发现",
        AssetStatus.CONTROLLED: "Under an effective measure. 已控制",
        AssetStatus.RELEASED: "Released. 已解除",
        AssetStatus.DISPOSED: "Disposed of. 已处置",
    },
)
described(
    CaseClass,
    "Class of a case. 案件类别",
    {
        CaseClass.IMPLEMENTATION: "Implementation. 执行实施类",
        CaseClass.REVIEW: "Review. 执行审查类",
        CaseClass.OTHER: "Other. 其他",
    },
)
described(
    PartyKind,
    "Natural person or organisation. 当事人种类",
    {PartyKind.NATURAL: "Natural person. 自然人", PartyKind.ORGANIZATION: "Organisation. 单位"},
)
described(
    IdentifierKind,
    "Which number names a party. 证件种类",
    {
        IdentifierKind.ID_NUMBER: "Resident identity number. 公民身份号码",
        IdentifierKind.USCC: "Unified social credit code. 统一社会信用代码",
    },
)
described(
    PartyRole,
    "What a party is in a case. 诉讼地位",
    {
        PartyRole.APPLICANT: "Applicant. 申请执行人",
        PartyRole.DEBTOR: "Judgment debtor. 被执行人",
        PartyRole.GUARANTOR: "Guarantor. 担保人",
        PartyRole.THIRD_PARTY: "Outsider to the case. 案外人",
        PartyRole.INTERESTED_PARTY: "Interested party. 利害关系人",
        PartyRole.CO_OWNER: "Co-owner. 共有人",
        PartyRole.SECURED_CREDITOR: "Secured creditor. 担保物权人",
        PartyRole.AGENT: "Agent. 代理人",
        PartyRole.LEGAL_REP: "Legal representative. 法定代表人",
        PartyRole.PERSON_IN_CHARGE: "Person in charge. 主要负责人",
        PartyRole.ACTUAL_CONTROLLER: "Actual controller. 实际控制人",
        PartyRole.DIRECTLY_RESPONSIBLE: "Directly responsible person. 直接责任人员",
    },
)
described(
    SearchStatus,
    "Whether every unit answered or was given up. 查询状态",
    {SearchStatus.OPEN: "Units are being asked. 查询中", SearchStatus.DONE: "Every unit's row is closed. 已完成"},
)
described(
    InquiryOutcome,
    "What one unit said. 查询结果",
    {
        InquiryOutcome.FOUND: "It has assets of the debtor. 有财产",
        InquiryOutcome.NOTHING: "It looked and has none. 查无财产",
        InquiryOutcome.REFUSED: "It refused to look. 拒绝协助",
        InquiryOutcome.NO_ANSWER: "It said nothing: this is not 'nothing found'. 未答复",
    },
)
described(
    SearchControlChannel,
    "By which channel something was found. 查控渠道",
    {
        SearchControlChannel.NATIONAL_NETWORK: "The national network. 总对总",
        SearchControlChannel.PROVINCIAL_NETWORK: "A provincial network. 点对点",
        SearchControlChannel.COUNTER: "At the unit's counter. 登门临柜",
        SearchControlChannel.ONSITE: "On site. 现场调查",
        SearchControlChannel.ENTRUSTED: "By another court. 委托",
        SearchControlChannel.DEBTOR_REPORT: "The debtor's declaration. 财产报告",
        SearchControlChannel.CREDITOR_CLUE: "A clue of the applicant. 申请人线索",
        SearchControlChannel.REWARD_NOTICE: "A reward notice. 悬赏",
    },
)
described(
    NoticeStatus,
    "Where an assistance notice stands. 通知状态",
    {
        NoticeStatus.SERVED: "Served; the unit's receipt is awaited. 待回执",
        NoticeStatus.ANSWERED: "Answered by a receipt. 已有回执",
    },
)
described(
    ReceiptResult,
    "What the unit did. 回执结果",
    {
        ReceiptResult.REGISTERED: "It registered the measure. 已登记",
        ReceiptResult.REFUSED: "It refused. 拒绝协助",
    },
)
described(
    UnitKind,
    "Kind of assisting unit. 协助执行单位种类",
    {
        UnitKind.VEHICLE_OFFICE: "Vehicle office. 车辆管理所",
        UnitKind.BANK: "Bank. 银行",
        UnitKind.LAND_REGISTRY: "Land registry. 不动产登记中心",
        UnitKind.PROVIDENT_FUND_CENTRE: "Housing provident fund centre. 住房公积金管理中心",
        UnitKind.MARKET_REGULATOR: "Market regulator. 市场监督管理局",
        UnitKind.TAX_OFFICE: "Tax office. 税务局",
        UnitKind.POLICE: "Police. 公安局",
        UnitKind.CIVIL_AFFAIRS: "Civil affairs office. 民政局",
        UnitKind.SOCIAL_INSURANCE: "Social insurance office. 社会保险经办机构",
        UnitKind.BROKER: "Securities broker. 证券营业部",
        UnitKind.PAYMENT_PLATFORM: "Payment platform. 网络支付机构",
    },
)
described(
    PaymentMethod,
    "How money came in. 到账方式",
    {
        PaymentMethod.BANK_TRANSFER: "Bank transfer. 银行转账",
        PaymentMethod.CASH: "Cash. 现金",
        PaymentMethod.MOBILE_PAYMENT: "Mobile payment. 移动支付",
        PaymentMethod.DEDUCTION: "Transferred by order of the court. 法院扣划",
        PaymentMethod.AUCTION_PROCEEDS: "What an asset was sold for. 拍卖、变卖价款",
        PaymentMethod.DEBT_SWAP: "An asset for the debt. 以物抵债",
        PaymentMethod.OTHER: "Otherwise. 其他",
    },
)
described(
    SettlementForm,
    "How a settlement was put down. 和解形式",
    {
        SettlementForm.WRITTEN: "In writing. 书面协议",
        SettlementForm.RECORDED_IN_TRANSCRIPT: "In a transcript. 记入笔录",
    },
)
described(
    DeferralKind,
    "What is deferred. 暂缓事项",
    {
        DeferralKind.ENFORCEMENT: "The whole enforcement. 暂缓执行",
        DeferralKind.AUCTION: "An auction. 暂缓拍卖",
    },
)
described(
    DeferralStatus,
    "Where a deferral stands. 暂缓状态",
    {
        DeferralStatus.REQUESTED: "Asked for. 已申请",
        DeferralStatus.GRANTED: "Granted. 已准许",
        DeferralStatus.REFUSED: "Refused. 不予准许",
        DeferralStatus.ENDED: "Over. 已结束",
    },
)
described(
    DeferralGround,
    "Why a deferral is asked for. 暂缓事由",
    {
        DeferralGround.SETTLEMENT_TALKS: "The parties negotiate. 正在协商和解",
        DeferralGround.PERFORMANCE_PROMISED: "The debtor promises to perform. 承诺主动履行",
        DeferralGround.SECURITY_OFFERED: "Security is offered. 提供担保",
        DeferralGround.OBJECTION_PENDING: "An objection is being examined. 异议审查中",
        DeferralGround.OTHER: "Another ground. 其他",
    },
)
described(
    Line,
    "What may be owed in a case. 款项",
    {
        Line.COSTS: "Costs that the judgment fixes. 诉讼费等",
        Line.GENERAL_INTEREST: "General interest. 一般债务利息",
        Line.PRINCIPAL: "Principal. 本金",
        Line.DOUBLED_INTEREST: "Doubled part of delayed-performance interest. 加倍部分债务利息",
        Line.FEE: "Enforcement application fee. 申请执行费",
    },
    name="OutstandingKind",
)
described(
    DishonestGround,
    "Why a debtor is listed. 列入情形",
    {
        DishonestGround.ABLE_BUT_REFUSES: "Able to perform, and refuses. 有履行能力而拒不履行",
        DishonestGround.FORGED_EVIDENCE_OR_VIOLENCE: (
            "Obstructs enforcement by forged evidence, violence or threats. 以伪造证据、暴力、威胁等方法妨碍、抗拒执行"
        ),
        DishonestGround.EVADES_BY_HIDING_ASSETS: (
            "Evades enforcement by sham suits or by hiding or moving assets. 以虚假诉讼、隐匿、转移财产等方法规避执行"
        ),
        DishonestGround.VIOLATES_REPORT_SYSTEM: "Violates the duty to report assets. 违反财产报告制度",
        DishonestGround.VIOLATES_RESTRICTION: "Violates a consumption restriction. 违反限制消费令",
        DishonestGround.REFUSES_SETTLEMENT: "Refuses to perform a settlement. 无正当理由拒不履行执行和解协议",
    },
)
described(
    ResultOutcome,
    "What one channel said of one kind of asset. 查询结果",
    {
        ResultOutcome.FOUND: "It has something. 有财产",
        ResultOutcome.NOTHING: "It looked, and has nothing of the kind. 查无财产",
        ResultOutcome.REFUSED: "It refused. 拒绝协助",
        ResultOutcome.NO_ANSWER: "It did not answer, or not so that it could be read. 未答复",
        ResultOutcome.NOT_ASKED: "Nobody asked it yet, or there is no such unit. 未查询",
    },
)
described(
    OwnerMatch,
    "Whose an asset is by its registry. 权属核对",
    {
        OwnerMatch.UNSTATED: "The registry did not say. 未载明",
        OwnerMatch.DEBTOR: "The debtor's alone. 被执行人",
        OwnerMatch.CO_OWNED: "The debtor's and others'. 共有",
        OwnerMatch.OTHER: "Somebody else's: no asset of the case. 他人",
    },
)
described(
    VisitChannel,
    "How an officer came by an answer. 录入渠道",
    {VisitChannel.COUNTER: "At a counter. 登门临柜", VisitChannel.ONSITE: "On the spot. 现场调查"},
)
described(
    EnteredOutcome,
    "What an officer brings home. 录入结果",
    {
        EnteredOutcome.FOUND: "Something. 有财产",
        EnteredOutcome.NOTHING: "Nothing of the kind. 查无财产",
        EnteredOutcome.REFUSED: "The unit refused; at a counter only. 拒绝协助",
    },
)
