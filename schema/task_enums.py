"""The enums of delegated tasks, described once for the whole schema: node and gateway import them from here."""

from typing import Final

from db.records.delivery import DeliveryState
from db.records.framework import SupervisionGround, SupervisionOrigin
from db.records.standards import StandardStatus
from enforcement.rules.complaint import ComplaintGround as TaskComplaintGround
from enforcement.rules.deadlines import Unit
from enforcement.rules.matter import Approval, DelegatedMatterType, RequiredPaper
from schema.enums import described

__all__ = [
    "Approval",
    "DelegatedMatterType",
    "DeliveryState",
    "RequiredPaper",
    "StandardStatus",
    "SupervisionGround",
    "SupervisionOrigin",
    "TaskComplaintGround",
    "Unit",
]

_M = DelegatedMatterType
_P = RequiredPaper

described(
    DelegatedMatterType,
    "What may be delegated. 委托事项类型",
    {
        _M.FREEZE_FUNDS: "Freeze deposits or wealth products. 冻结存款、理财",
        _M.RENEW_FREEZE: "Renew a freeze. 续冻",
        _M.UNFREEZE: "Lift a freeze. 解冻",
        _M.DEDUCT_FUNDS: "Transfer money to the court. 扣划",
        _M.FREEZE_EQUITY: "Freeze equity by publication. 公示冻结股权",
        _M.RENEW_EQUITY_FREEZE: "Renew a freeze of equity. 续冻股权",
        _M.UNFREEZE_EQUITY: "Lift a freeze of equity. 解冻股权",
        _M.SEAL: "Seal real estate or registered movables. 查封",
        _M.RENEW_SEAL: "Renew a seal. 续封",
        _M.UNSEAL: "Lift a seal. 解封",
        _M.TRANSFER_TITLE: "Transfer title. 过户",
        _M.INVESTIGATE_ASSETS: "Investigate the debtor's assets. 调查财产",
        _M.OTHER_LISTED: "Another listed matter. 其他列明事项",
        _M.SEIZE_VEHICLE: "Seize a vehicle. 扣押车辆",
        _M.SEIZE_MOVABLE: "Seize a movable. 扣押动产",
        _M.LOCATE_PERSON: "Find a person. 查人",
        _M.LOCATE_VEHICLE: "Find a vehicle. 查车",
        _M.SERVE_DOCUMENTS: "Serve documents. 代为送达",
        _M.INTERVIEW_AND_URGE: "Interview the debtor and urge performance. 约谈督促",
        _M.FACILITATE_SETTLEMENT: "Facilitate a settlement. 促成和解",
        _M.ASSIST_SUMMONS: "Assist a compulsory summons. 协助拘传",
        _M.ASSIST_DETENTION: "Assist a detention. 协助拘留",
        _M.ASSIST_PREMISES_SEARCH: "Assist a search of premises. 协助搜查",
        _M.ASSIST_EVICTION: "Assist an eviction. 协助腾退",
        _M.ASSIST_VIEWING: "Assist a viewing. 协助看样",
        _M.ASSIST_DELIVERY: "Assist a delivery. 协助交付",
        _M.WITHDRAW_PROVIDENT_FUND: "Withdraw a housing provident fund. 提取公积金",
        _M.WITHHOLD_INCOME: "Withhold income. 扣留收入",
        _M.ONSITE_INVESTIGATION: "Investigate on site. 现场调查",
    },
)
described(
    RequiredPaper,
    "A paper that a matter needs. 应附文书",
    {
        _P.DELEGATION_LETTER: "Letter of delegation. 委托函",
        _P.OFFICER_CERTIFICATE: "Work and duty certificates of two officers. 工作证、执行公务证",
        _P.INVESTIGATION_NOTICE: "Notice to assist an investigation. 协助调查、查询通知书",
        _P.RULING: "Ruling of enforcement. 执行裁定书",
        _P.ASSISTANCE_NOTICE: "Notice to assist enforcement. 协助执行通知书",
        _P.SERVICE_RECEIPT: "Receipt of service. 送达回证",
        _P.CASE_FUND_ACCOUNT: "Account for the case's money. 案款账户",
        _P.DOCUMENTS_TO_SERVE: "The documents to be served. 待送达文书",
        _P.SUMMONS_WARRANT: "Warrant of compulsory summons. 拘传票",
        _P.EARLIER_SUMMONS_PROOF: "Proof of an earlier lawful summons. 此前传唤证明",
        _P.DETENTION_DECISION: "Decision of detention. 拘留决定书",
        _P.DETENTION_NOTICE: "Notice to carry out a detention. 执行拘留通知书",
        _P.SEARCH_WARRANT: "Search warrant. 搜查令",
        _P.LOCATE_LETTER: "Letter asking to find somebody or something. 协助查找函",
    },
)
described(
    Approval,
    "Whose approval a delegation needs. 审批权限",
    {
        Approval.BUREAU_CHIEF: "The chief of the enforcement bureau. 执行局长",
        Approval.PRESIDENT: "The president: coercion of a person. 院长",
    },
)
described(
    Unit,
    "What a term counts. 期限单位",
    {Unit.WORKING_DAYS: "Working days in China. 工作日", Unit.DAYS: "Calendar days. 日"},
    name="TermUnit",
)
described(
    DeliveryState,
    "How far a message came. 投递状态",
    {
        DeliveryState.QUEUED: "Not delivered yet; it is offered again and again. 待投递",
        DeliveryState.DELIVERED: "The destination accepted it, signed. 已送达",
        DeliveryState.REFUSED: "The destination refused it, signed. 已拒收",
        DeliveryState.EXPIRED: "Its time was over. 已过期",
    },
)
described(
    StandardStatus,
    "Whether the courts agreed upon a standard. 统一标准状态",
    {
        StandardStatus.PROPOSED: "Waits for the courts' signatures. 待签署",
        StandardStatus.AGREED: "Enough courts signed it; it holds from its first day to its last. 已达成",
        StandardStatus.WITHDRAWN: "Its court took the proposal back. 已撤回",
    },
)
_G: Final = SupervisionGround
_O: Final = SupervisionOrigin
described(
    SupervisionGround,
    "Why a task is supervised. 督办事由",
    {
        _G.NOT_SIGNED_FOR: "It was not signed for in time. 逾期未签收",
        _G.NOT_BEGUN: "Handling did not begin in time. 逾期未开始办理",
        _G.NOT_ANSWERED: "It was not answered in time. 逾期未反馈",
        _G.NOT_CONFIRMED: "Its answer was not confirmed in time. 逾期未确认",
        _G.RETURNED_WITHOUT_GROUND: "It was returned without a lawful ground. 无故退回",
        _G.COMPLAINT: "The other court complained. 投诉",
        _G.DISPUTE: "The two courts disagree. 争议",
    },
)
described(
    SupervisionOrigin,
    "What brought a supervision about. 督办发起方式",
    {
        _O.OFFICER: "A superior court's officer. 上级法院发起",
        _O.DEADLINE: "A day was missed: the gateway raised it by itself. 超期自动升级",
        _O.DISPUTE: "The two courts disagree: the gateway brought it before their superiors. 争议自动报请",
        _O.PASSED_UP: "The superior court before passed it up. 报请上级",
    },
)
described(
    TaskComplaintGround,
    "On which ground a court complains about a delegated task. 投诉事由",
    {
        TaskComplaintGround.NOT_SIGNED_FOR: "It was not signed for in time. 逾期未签收",
        TaskComplaintGround.NOT_BEGUN: "Handling did not begin within 15 days of receipt. 十五日内未开始办理",
        TaskComplaintGround.NOT_ANSWERED: "It was not answered in time. 逾期未反馈",
        TaskComplaintGround.HANDLING: "It is handled badly. 办理不当",
        TaskComplaintGround.RETURNED_WITHOUT_GROUND: "It was returned without a lawful ground. 无故退回",
        TaskComplaintGround.DISPUTE: "The two courts disagree: their superiors settle it. 两院意见不一",
    },
    name="TaskComplaintGround",
)
