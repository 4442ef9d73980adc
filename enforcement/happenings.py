"""Every event that a node tells of: the table behind docs/events.md, webhooks and subscriptions.

Invariant: whatever is added to `events` stands here; the tests refuse an event that does not.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from db.records.assets import MeasureStatus
from db.records.delegated_searches import DelegatedSearchStatus
from db.records.searches import InquiryOutcome
from db.records.warnings_raised import WarningKind
from enforcement.rules.case_transfer import CaseTransferStatus
from enforcement.rules.statements import StatementKind
from enforcement.rules.task_log import EventType
from enforcement.rules.transfer import TransferStatus
from enforcement.rules.webhooks import type_of
from enforcement.tasks.history import InternalAct


@dataclass(frozen=True, slots=True)
class Happenings:
    """What can happen to the objects of one topic: the values of enums, and what has no enum, each in words."""

    object_type: str  # of GraphQL
    enums: tuple[type[StrEnum], ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def kinds(self) -> list[str]:
        """Sorted; one that is in two enums once."""
        return sorted({*self.others, *(value.value for enum in self.enums for value in enum)})


HAPPENINGS: Final[Mapping[str, Happenings]] = {
    "task": Happenings(
        "DelegatedTask",
        (EventType, InternalAct, StatementKind),
        {
            "DISPUTED": "The log forked: both courts settle it. 日志冲突",
            "REQUEST_GRANTED": "The other court granted a request. 请求获准",
            "WITHDRAW_REFUSED": "A withdrawal was refused. 撤回未获准",
            "SUPPLEMENT_REFUSED": "A supplement came when none was awaited. 补充未被接受",
            "COUNTERPART_SILENT": "A message to the other court expired. 对方未接收",
            "REFUSED_BY_COUNTERPART": "The other court refused an event. 对方拒收",
            "EVIDENCE_KEPT": "A court that was declared lost had written on; kept, and void. 失效事件留存",
            "RECEIPT_KEPT": "A unit's receipt came for the task. 收到协助回执",
            "STATEMENT_DELIVERED": "A note has reached the other court. 附记已送达",
            "STATEMENT_REFUSED": "The other court did not take a note. 附记被拒收",
            "OVERDUE": "A term was missed. 超期",
            "NOT_BEGUN": "Nothing was begun within fifteen days. 逾期未开始办理",
            "NODE_UNREACHABLE": "A message waits for a court that does not answer. 待投递",
            "SUPERVISED": "A superior court supervises the task. 督办",
            "SUPERVISION_CLEARED": "It supervises it no longer. 督办解除",
        },
    ),
    "measure": Happenings(
        "ControlMeasure",
        (MeasureStatus,),
        {
            "OVER_FROZEN": "A ruling found it to go beyond the debt. 认定超标的冻结",
            "EXCESS_RELEASED": "What went beyond the debt was released. 解除超标的部分",
            "RENEW_ORDERED": "A renewal was ordered. 裁定续行",
            "LIFT_ORDERED": "A lift was ordered. 裁定解除",
            "TRANSFER_ORDERED": "The asset was disposed of; the title's transfer was ordered. 裁定过户",
            "RENEW_DONE": "The unit registered the renewal. 续行已登记",
            "LIFT_DONE": "The unit registered the lift. 解除已登记",
            "TRANSFER_DONE": "The unit registered the transfer. 过户已登记",
            "RENEW_REFUSED": "The unit refused to renew. 协助单位拒绝续行",
            "LIFT_REFUSED": "The unit refused to lift. 协助单位拒绝解除",
            "TRANSFER_REFUSED": "The unit refused the transfer. 协助单位拒绝过户",
            "RENEW_OVERTAKEN": "The measure had ended before its renewal, or is to end. 续行前措施已终止或终止",
            "LIFT_OVERTAKEN": "The measure had ended before its lift, or stays. 解除前措施已终止或不再解除",
            "TRANSFER_OVERTAKEN": "The measure had ended before the transfer, or it is off. 过户前措施已终止或不再过户",
        },
    ),
    "search": Happenings(
        "AssetSearch",
        (InquiryOutcome,),
        {
            "REQUESTED": "A search was asked for. 发起查询",
            "ENTERED": "An officer wrote down what a channel said. 录入查询结果",
            "DONE": "Every unit has answered, or is given up. 查询完成",
        },
    ),
    "finding": Happenings("Finding", (), {"ADOPTED": "A find became an asset of its case. 采纳发现财产"}),
    "delegated-search": Happenings(
        "DelegatedSearch",
        (DelegatedSearchStatus,),
        {"FOUND": "One of its courts found something, said at once. 发现财产通报"},
    ),
    "case": Happenings(
        "EnforcementCase",
        (),
        {
            "PAYMENT_RECORDED": "Money was received. 登记到账",
            "SETTLEMENT_RECORDED": "A settlement was written down. 登记执行和解",
            "DEFERRAL_REQUESTED": "A deferral was asked for. 登记暂缓申请",
            "CLAIMS_RECORDED": "Its claims were written down. 登记债权",
            "SUSPENSION_RECORDED": "It stands still, or stood. 登记中止、暂缓",
            "SUSPENSION_ENDED": "It goes on. 恢复执行程序",
            "SETTLEMENT_CHANGED": "The parties agreed on another plan. 变更执行和解协议",
            "SETTLEMENT_PERFORMED": "A settlement was wholly performed. 和解履行完毕",
            "SETTLEMENT_BREACHED": "A settlement was found broken. 认定不履行和解",
            "SETTLEMENT_VOID": "A settlement was found void. 认定和解无效",
            "SETTLEMENT_REVOKED": "A settlement was revoked. 和解撤销",
            "SETTLEMENT_SUE": "The applicant sued on a broken settlement. 就和解协议起诉",
            "CASE_RESUMED": "It goes on with a case before it. 恢复执行",
            "CASE_REOPENED": "It was struck off for another court and goes on here. 撤销委托恢复执行",
            "PARTICIPATION_RECORDED": "A creditor of another case takes part. 登记参与分配",
            "PARTICIPATION_WITHDRAWN": "A creditor takes part no more. 撤回参与分配",
            "PLAN_DRAWN": "A distribution plan was drawn. 制作分配方案",
            "PLAN_SERVED": "A plan was served on a participant. 送达分配方案",
            "PLAN_OBJECTED": "A participant objected to a plan. 分配方案异议",
            "PLAN_OTHERS_NOTIFIED": "The others were notified of an objection. 通知其他债权人",
            "PLAN_OPPOSED": "An objection was opposed. 反对意见",
            "PLAN_OPPOSITION_TOLD": "The objector was told of it. 通知异议人",
            "PLAN_SUED": "The objector sued. 提起分配方案异议之诉",
            "PLAN_SUIT_ENDED": "The suit over an objection ended. 分配方案异议之诉审结",
            "PLAN_FINAL": "A distribution plan is final. 分配方案确定",
            "PAYOUT_DEFERRAL_REQUESTED": "A payout was asked to be put off. 申请延缓发放案款",
            "PAYOUT_DEFERRAL_GRANTED": "A payout was put off. 准许延缓发放案款",
            "PAYOUT_DEFERRAL_REFUSED": "A payout was not put off. 不准许延缓发放案款",
            "CASE_CLOSED": "It was closed as enforced. 执行完毕结案",
            "PLAN_PAID": "A distribution was paid out. 案款发放",
        },
    ),
    "case_transfer": Happenings("CaseTransfer", (CaseTransferStatus,)),
    "warning": Happenings("Warning", (WarningKind,)),
    "transfer": Happenings("TransferRequest", (TransferStatus,)),
    "clue": Happenings(
        "Clue", (), {"SUBMITTED": "A clue was written down. 登记线索", "VERIFIED": "A clue was verified. 核实线索"}
    ),
}


def types() -> list[str]:
    """Every type of event, sorted."""
    return sorted(type_of(topic, kind) for topic, found in HAPPENINGS.items() for kind in found.kinds)
