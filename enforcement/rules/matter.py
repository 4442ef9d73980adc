"""What may be delegated (委托事项), with which papers, by whose approval, and within which terms.

Papers and terms are defaults of a configuration value, `MatterRules`: local agreements set them otherwise.
Source of the list: 法发〔2017〕27号 as courts' rules repeat it; of the papers: 查封规定 art. 1,
民诉法 arts. 119, 253, 259; of the terms: 民诉法 arts. 134, 240 and practice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from enforcement.rules.deadlines import DEFAULT_TERMS, TaskTerms, Term
from enforcement.rules.task_refusals import LegalDocumentMissing


class DelegatedMatterType(StrEnum):
    """委托事项类型."""

    FREEZE_FUNDS = "FREEZE_FUNDS"  # 冻结存款、理财
    RENEW_FREEZE = "RENEW_FREEZE"  # 续冻
    UNFREEZE = "UNFREEZE"  # 解冻
    DEDUCT_FUNDS = "DEDUCT_FUNDS"  # 扣划
    FREEZE_EQUITY = "FREEZE_EQUITY"  # 公示冻结股权
    RENEW_EQUITY_FREEZE = "RENEW_EQUITY_FREEZE"  # 续冻股权
    UNFREEZE_EQUITY = "UNFREEZE_EQUITY"  # 解冻股权
    SEAL = "SEAL"  # 查封
    RENEW_SEAL = "RENEW_SEAL"  # 续封
    UNSEAL = "UNSEAL"  # 解封
    TRANSFER_TITLE = "TRANSFER_TITLE"  # 过户
    INVESTIGATE_ASSETS = "INVESTIGATE_ASSETS"  # 调查财产
    OTHER_LISTED = "OTHER_LISTED"  # 其他列明事项
    SEIZE_VEHICLE = "SEIZE_VEHICLE"  # 扣押车辆
    SEIZE_MOVABLE = "SEIZE_MOVABLE"  # 扣押动产
    LOCATE_PERSON = "LOCATE_PERSON"  # 查人
    LOCATE_VEHICLE = "LOCATE_VEHICLE"  # 查车
    SERVE_DOCUMENTS = "SERVE_DOCUMENTS"  # 代为送达
    INTERVIEW_AND_URGE = "INTERVIEW_AND_URGE"  # 约谈督促
    FACILITATE_SETTLEMENT = "FACILITATE_SETTLEMENT"  # 促成和解
    ASSIST_SUMMONS = "ASSIST_SUMMONS"  # 协助拘传
    ASSIST_DETENTION = "ASSIST_DETENTION"  # 协助拘留
    ASSIST_PREMISES_SEARCH = "ASSIST_PREMISES_SEARCH"  # 协助搜查
    ASSIST_EVICTION = "ASSIST_EVICTION"  # 协助腾退
    ASSIST_VIEWING = "ASSIST_VIEWING"  # 协助看样
    ASSIST_DELIVERY = "ASSIST_DELIVERY"  # 协助交付
    WITHDRAW_PROVIDENT_FUND = "WITHDRAW_PROVIDENT_FUND"  # 提取公积金
    WITHHOLD_INCOME = "WITHHOLD_INCOME"  # 扣留收入
    ONSITE_INVESTIGATION = "ONSITE_INVESTIGATION"  # 现场调查


class RequiredPaper(StrEnum):
    """应附文书."""

    DELEGATION_LETTER = "DELEGATION_LETTER"  # 委托函
    OFFICER_CERTIFICATE = "OFFICER_CERTIFICATE"  # 工作证、执行公务证
    INVESTIGATION_NOTICE = "INVESTIGATION_NOTICE"  # 协助调查、查询通知书
    RULING = "RULING"  # 执行裁定书
    ASSISTANCE_NOTICE = "ASSISTANCE_NOTICE"  # 协助执行通知书
    SERVICE_RECEIPT = "SERVICE_RECEIPT"  # 送达回证
    CASE_FUND_ACCOUNT = "CASE_FUND_ACCOUNT"  # 案款账户
    DOCUMENTS_TO_SERVE = "DOCUMENTS_TO_SERVE"  # 待送达文书
    SUMMONS_WARRANT = "SUMMONS_WARRANT"  # 拘传票
    EARLIER_SUMMONS_PROOF = "EARLIER_SUMMONS_PROOF"  # 此前传唤证明
    DETENTION_DECISION = "DETENTION_DECISION"  # 拘留决定书
    DETENTION_NOTICE = "DETENTION_NOTICE"  # 执行拘留通知书
    SEARCH_WARRANT = "SEARCH_WARRANT"  # 搜查令
    LOCATE_LETTER = "LOCATE_LETTER"  # 协助查找函


class Approval(StrEnum):
    """审批权限."""

    BUREAU_CHIEF = "BUREAU_CHIEF"  # 执行局长
    PRESIDENT = "PRESIDENT"  # 院长


class MatterGroup(StrEnum):
    """Matters that share papers and terms."""

    INVESTIGATE = "INVESTIGATE"
    CONTROL = "CONTROL"
    CONTROL_CHANGE = "CONTROL_CHANGE"  # renew, lift
    DEDUCT = "DEDUCT"
    TRANSFER = "TRANSFER"
    SERVE = "SERVE"
    LOCATE = "LOCATE"
    SUMMONS = "SUMMONS"
    DETENTION = "DETENTION"
    PREMISES_SEARCH = "PREMISES_SEARCH"
    ONSITE = "ONSITE"
    OTHER = "OTHER"


_M: Final = DelegatedMatterType
_G: Final = MatterGroup
_P: Final = RequiredPaper

GROUPS: Final[Mapping[DelegatedMatterType, MatterGroup]] = {
    _M.FREEZE_FUNDS: _G.CONTROL,
    _M.RENEW_FREEZE: _G.CONTROL_CHANGE,
    _M.UNFREEZE: _G.CONTROL_CHANGE,
    _M.DEDUCT_FUNDS: _G.DEDUCT,
    _M.FREEZE_EQUITY: _G.CONTROL,
    _M.RENEW_EQUITY_FREEZE: _G.CONTROL_CHANGE,
    _M.UNFREEZE_EQUITY: _G.CONTROL_CHANGE,
    _M.SEAL: _G.CONTROL,
    _M.RENEW_SEAL: _G.CONTROL_CHANGE,
    _M.UNSEAL: _G.CONTROL_CHANGE,
    _M.TRANSFER_TITLE: _G.TRANSFER,
    _M.INVESTIGATE_ASSETS: _G.INVESTIGATE,
    _M.OTHER_LISTED: _G.OTHER,
    _M.SEIZE_VEHICLE: _G.CONTROL,
    _M.SEIZE_MOVABLE: _G.CONTROL,
    _M.LOCATE_PERSON: _G.LOCATE,
    _M.LOCATE_VEHICLE: _G.LOCATE,
    _M.SERVE_DOCUMENTS: _G.SERVE,
    _M.INTERVIEW_AND_URGE: _G.OTHER,
    _M.FACILITATE_SETTLEMENT: _G.OTHER,
    _M.ASSIST_SUMMONS: _G.SUMMONS,
    _M.ASSIST_DETENTION: _G.DETENTION,
    _M.ASSIST_PREMISES_SEARCH: _G.PREMISES_SEARCH,
    _M.ASSIST_EVICTION: _G.TRANSFER,
    _M.ASSIST_VIEWING: _G.OTHER,
    _M.ASSIST_DELIVERY: _G.TRANSFER,
    _M.WITHDRAW_PROVIDENT_FUND: _G.DEDUCT,
    _M.WITHHOLD_INCOME: _G.CONTROL,
    _M.ONSITE_INVESTIGATION: _G.ONSITE,
}

IN_NATIONAL_LIST: Final = frozenset(list(_M)[: list(_M).index(_M.OTHER_LISTED) + 1])
"""Matters of the national list; the others are what neighbouring courts agreed to add."""

_ALWAYS: Final = frozenset({_P.DELEGATION_LETTER, _P.OFFICER_CERTIFICATE})
_MEASURE: Final = frozenset({_P.RULING, _P.ASSISTANCE_NOTICE})


@dataclass(frozen=True, slots=True)
class GroupRule:
    """What the matters of one group have in common; `papers` come on top of those every matter needs."""

    papers: frozenset[RequiredPaper]
    answer_within_days: int
    approval: Approval = Approval.BUREAU_CHIEF


_DEFAULTS: Final[Mapping[MatterGroup, GroupRule]] = {
    _G.INVESTIGATE: GroupRule(frozenset({_P.INVESTIGATION_NOTICE}), 10),
    _G.CONTROL: GroupRule(_MEASURE | {_P.SERVICE_RECEIPT}, 10),
    _G.CONTROL_CHANGE: GroupRule(_MEASURE, 10),
    _G.DEDUCT: GroupRule(_MEASURE | {_P.CASE_FUND_ACCOUNT}, 10),
    _G.TRANSFER: GroupRule(_MEASURE, 20),
    _G.SERVE: GroupRule(frozenset({_P.DOCUMENTS_TO_SERVE, _P.SERVICE_RECEIPT}), 10),
    _G.LOCATE: GroupRule(frozenset({_P.LOCATE_LETTER}), 10),
    _G.SUMMONS: GroupRule(frozenset({_P.SUMMONS_WARRANT, _P.EARLIER_SUMMONS_PROOF}), 10, Approval.PRESIDENT),
    _G.DETENTION: GroupRule(frozenset({_P.DETENTION_DECISION, _P.DETENTION_NOTICE}), 10, Approval.PRESIDENT),
    _G.PREMISES_SEARCH: GroupRule(frozenset({_P.SEARCH_WARRANT}), 10, Approval.PRESIDENT),
    _G.ONSITE: GroupRule(frozenset({_P.INVESTIGATION_NOTICE}), 30),
    _G.OTHER: GroupRule(frozenset(), 30),
}


_VIEWING: Final[Mapping[DelegatedMatterType, int]] = {_M.ASSIST_VIEWING: 20}
"""Showing a thing to bidders is help with its disposal, though it needs no ruling of its own."""


@dataclass(frozen=True, slots=True)
class MatterRule:
    """What holds for one matter."""

    matter: DelegatedMatterType
    papers: frozenset[RequiredPaper]
    approval: Approval
    sign_for_within: Term
    sign_for_within_urgent: timedelta
    answer_within_days: int
    in_national_list: bool
    needs_evidence: bool  # a result that claims the act proves it by a receipt or an inventory


@dataclass(frozen=True, slots=True)
class MatterRules:
    """The configuration; `answer_within_days` overrides a group's default for one matter, `more_papers` adds to it."""

    groups: Mapping[MatterGroup, GroupRule] = field(default_factory=lambda: _DEFAULTS)
    answer_within_days: Mapping[DelegatedMatterType, int] = field(default_factory=lambda: _VIEWING)
    terms: TaskTerms = DEFAULT_TERMS
    more_papers: Mapping[DelegatedMatterType, frozenset[RequiredPaper]] = field(default_factory=dict)

    def rule(self, matter: DelegatedMatterType) -> MatterRule:
        group = GROUPS[matter]
        common = self.groups[group]
        return MatterRule(
            matter=matter,
            papers=_ALWAYS | common.papers | self.more_papers.get(matter, frozenset()),
            approval=common.approval,
            sign_for_within=self.terms.sign_for,
            sign_for_within_urgent=self.terms.sign_for_urgent,
            answer_within_days=self.answer_within_days.get(matter, common.answer_within_days),
            in_national_list=matter in IN_NATIONAL_LIST,
            needs_evidence=group in {_G.CONTROL, _G.CONTROL_CHANGE, _G.DEDUCT},
        )


DEFAULT_RULES: Final = MatterRules()


def rule(matter: str, rules: MatterRules = DEFAULT_RULES) -> MatterRule:
    """What holds for `matter`, a DelegatedMatterType or its name.

    Raises:
        ValueError: no such matter.
    """
    return rules.rule(DelegatedMatterType(matter))


def check_papers(matter: str, attached: Iterable[str], rules: MatterRules = DEFAULT_RULES) -> None:
    """Return if every paper that `matter` needs is among the kinds `attached`.

    Raises:
        LegalDocumentMissing: with the missing kinds, sorted.
    """
    missing = rule(matter, rules).papers - {RequiredPaper(kind) for kind in attached if kind in set(RequiredPaper)}
    if missing:
        raise LegalDocumentMissing(tuple(sorted(missing)))
