"""The enums of cases, assets, measures and settlements, described once for the whole schema.

Types import them from here, so that whoever shows one shows it described.
"""

from db.records.assets import AssetKind, LiftGround, MeasureKind, MeasureStatus
from db.records.cases import CaseStatus, CaseType, ClosingMethod
from db.records.measure_life import NoticeAct, OrderStatus
from db.records.money import SettlementStatus
from schema.enums import described

__all__ = [
    "AssetKind",
    "CaseStatus",
    "CaseType",
    "ClosingMethod",
    "LiftGround",
    "MeasureKind",
    "MeasureStatus",
    "NoticeAct",
    "OrderStatus",
    "SettlementStatus",
]

described(
    CaseType,
    "Type of an enforcement case. 案件类型",
    {
        CaseType.FIRST_ENFORCEMENT: "First enforcement. 首次执行",
        CaseType.RESUMED_ENFORCEMENT: "Resumed enforcement. 恢复执行",
        CaseType.PRESERVATION_ENFORCEMENT: "Enforcement of a preservation. 财产保全执行",
        CaseType.ENFORCEMENT_OBJECTION: "Objection. 执行异议",
        CaseType.ENFORCEMENT_RECONSIDERATION: "Reconsideration. 执行复议",
        CaseType.ENFORCEMENT_SUPERVISION: "Supervision. 执行监督",
        CaseType.ENFORCEMENT_COORDINATION: "Coordination between courts. 执行协调",
        CaseType.ENFORCEMENT_OTHER: "Other. 其他执行",
    },
)
described(
    CaseStatus,
    "Status of a case. 案件状态",
    {
        CaseStatus.FILED: "Filed. 已立案",
        CaseStatus.NOTICE_SERVED: "Enforcement notice served. 已发执行通知",
        CaseStatus.IN_PROGRESS: "In progress. 执行中",
        CaseStatus.SUSPENDED: "Suspended. 中止",
        CaseStatus.DEFERRED: "Deferred. 暂缓",
        CaseStatus.CLOSED: "Closed. 已结",
    },
)
described(
    ClosingMethod,
    "How a case was closed. 结案方式",
    {
        ClosingMethod.FULLY_ENFORCED: "Fully enforced. 执行完毕",
        ClosingMethod.TERMINATED_FOR_NOW: "Terminated for now. 终结本次执行程序",
        ClosingMethod.TERMINATED: "Terminated. 终结执行",
        ClosingMethod.CANCELLED: "Cancelled. 销案",
        ClosingMethod.NOT_ENFORCED: "Not enforced. 不予执行",
        ClosingMethod.APPLICATION_DISMISSED: "Application dismissed. 驳回申请",
    },
)
described(
    AssetKind,
    "Kind of asset. 财产种类",
    {
        AssetKind.BANK_DEPOSIT: "Bank deposit. 银行存款",
        AssetKind.INTERNET_BALANCE: "Balance of an online account. 网络资金",
        AssetKind.WEALTH_PRODUCT: "Wealth product. 理财产品",
        AssetKind.SECURITIES: "Securities. 证券",
        AssetKind.EQUITY: "Equity. 股权",
        AssetKind.REAL_ESTATE: "Real estate. 不动产",
        AssetKind.VEHICLE: "Vehicle. 机动车",
        AssetKind.MOVABLE: "Movable. 动产",
        AssetKind.HOUSING_PROVIDENT_FUND: "Housing provident fund. 住房公积金",
        AssetKind.INCOME: "Income. 收入",
        AssetKind.RECEIVABLE: "Matured claim on a third debtor. 到期债权",
        AssetKind.IP_RIGHT: "Intellectual property. 知识产权",
        AssetKind.INSURANCE_VALUE: "Cash value of an insurance. 保险现金价值",
        AssetKind.SHIP: "Ship. 船舶",
        AssetKind.OTHER_RIGHT: "Another property right. 其他财产权",
    },
)
described(
    MeasureKind,
    "Kind of control measure. 措施种类",
    {
        MeasureKind.SEAL: "Attached in place. 查封",
        MeasureKind.SEIZE: "Taken. 扣押",
        MeasureKind.FREEZE: "Blocked. 冻结",
        MeasureKind.WITHHOLD_INCOME: "Income withheld. 扣留",
        MeasureKind.DEDUCT: "Money transferred to the court. 划拨",
        MeasureKind.EXTRACT: "Income or fund extracted. 提取",
    },
)
described(
    LiftGround,
    "Why a measure is lifted. 解除事由",
    {
        LiftGround.THIRD_PARTY_PROPERTY: "The thing is somebody else's. 案外人财产",
        LiftGround.APPLICATION_WITHDRAWN_OR_WAIVED: "The creditor withdrew or waived. 申请撤回或者债权放弃",
        LiftGround.UNSOLD_AND_NO_DEBT_SWAP: "Nobody bought it, nobody took it for the debt. 流拍且不以物抵债",
        LiftGround.DEBT_CLEARED: "Nothing is owed any more. 债务已清偿",
        LiftGround.SECURITY_GIVEN_CREDITOR_AGREES: "Security was given, and the creditor agrees. 提供担保且申请人同意",
        LiftGround.OVER_SEALED: "More is controlled than is owed. 超标的",
        LiftGround.OTHER: "Another ground, which is said. 其他",
    },
)
described(
    NoticeAct,
    "What a unit is asked to register. 协助事项",
    {
        NoticeAct.CONTROL: "A new measure. 查封、扣押、冻结",
        NoticeAct.RENEW: "That a measure goes on. 续行",
        NoticeAct.LIFT: "That a measure ends. 解除",
        NoticeAct.TRANSFER: "That the thing has another owner, free of measures. 过户",
    },
)
described(
    OrderStatus,
    "How far an order to change a measure has come. 办理状态",
    {
        OrderStatus.ORDERED: "Ordered; a task carries it to where the asset lies. 已裁定",
        OrderStatus.NOTICE_SENT: "The unit was served. 已发协助通知",
        OrderStatus.DONE: "The unit registered it. 已登记",
        OrderStatus.REFUSED: "The unit refused. 协助单位拒绝",
        OrderStatus.OVERTAKEN: "The measure had ended, or another order took its place. 措施已终止或被替代",
    },
    name="MeasureOrderStatus",
)
described(
    MeasureStatus,
    "Status of a control measure. 措施状态",
    {
        MeasureStatus.PROPOSED: "Proposed. 拟采取",
        MeasureStatus.RULED: "Ruled. 已裁定",
        MeasureStatus.NOTICE_SENT: "Notice sent to the assisting unit. 已发协助通知",
        MeasureStatus.EFFECTIVE: "Effective. 生效",
        MeasureStatus.WAITING: "Waiting in the queue. 轮候",
        MeasureStatus.RENEWED: "Renewed. 续行",
        MeasureStatus.LIFTED: "Lifted. 解除",
        MeasureStatus.EXPIRED: "Expired. 期满失效",
        MeasureStatus.EXTINGUISHED: "Extinguished by disposal. 处置后消灭",
        MeasureStatus.REFUSED: "Refused by the assisting unit. 协助单位拒绝",
        MeasureStatus.CONVERTED: "Converted into another measure. 转为其他措施",
    },
)
described(
    SettlementStatus,
    "Status of a settlement. 和解状态",
    {
        SettlementStatus.NEGOTIATING: "Under negotiation. 协商中",
        SettlementStatus.SIGNED: "Signed. 已签订",
        SettlementStatus.PERFORMING: "Being performed. 履行中",
        SettlementStatus.BREACHED: "Breached. 违约",
        SettlementStatus.PERFORMED: "Performed. 已履行",
        SettlementStatus.VOID: "Void. 无效",
        SettlementStatus.REVOKED: "Revoked. 已撤销",
    },
)
