"""Who may do what in a court: one table of acts and roles.

Source: docs/safeguards.md, role matrix.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from enforcement.rules.refusals import Forbidden


class Role(StrEnum):
    """The offices of a court and of the zone, and who reads without an office. Source: docs/safeguards.md."""

    HANDLER = "HANDLER"  # 承办人
    CLERK = "CLERK"  # 书记员
    BUREAU_CHIEF = "BUREAU_CHIEF"  # 执行局长
    PRESIDENT = "PRESIDENT"  # 院长
    COMMAND_CENTRE = "COMMAND_CENTRE"  # 执行指挥中心
    SUPERVISOR = "SUPERVISOR"  # 上级法院监督
    PARTNER_COURT = "PARTNER_COURT"  # 协作法院: the machine that asks
    GRASSROOTS = "GRASSROOTS"  # 镇村联络员
    PARTY = "PARTY"  # 当事人
    GATEWAY_ADMIN = "GATEWAY_ADMIN"  # 网关管理员
    AUDITOR = "AUDITOR"  # 审计
    PROCURATOR = "PROCURATOR"  # 检察
    LIAISON_OFFICER = "LIAISON_OFFICER"  # 联络员
    DEVELOPER = "DEVELOPER"  # 前端开发者


OFFICES: Final = frozenset(Role) - {Role.PARTNER_COURT, Role.PARTY}
"""What a record of a person may name: a court that asks shows a mandate, and a party is bound to their own row."""


class Act(StrEnum):
    """What a use-case asks leave for. Each use-case calls `check` with its own act first."""

    LOOK_UP = "LOOK_UP"
    READ_CASE = "READ_CASE"
    READ_TASK = "READ_TASK"
    CREATE_TASK = "CREATE_TASK"
    SUBMIT_TASK = "SUBMIT_TASK"
    APPROVE_TASK = "APPROVE_TASK"
    DISPATCH_TASK = "DISPATCH_TASK"
    SIGN_FOR_TASK = "SIGN_FOR_TASK"
    ASSIGN_TASK = "ASSIGN_TASK"
    RECORD_STEP = "RECORD_STEP"
    REQUEST_SUPPLEMENT = "REQUEST_SUPPLEMENT"
    SUPPLEMENT_TASK = "SUPPLEMENT_TASK"
    SUBMIT_FEEDBACK = "SUBMIT_FEEDBACK"
    CONFIRM_TASK = "CONFIRM_TASK"
    RETURN_TASK = "RETURN_TASK"
    WITHDRAW_TASK = "WITHDRAW_TASK"
    POST_NOTE = "POST_NOTE"
    EVALUATE_TASK = "EVALUATE_TASK"
    COMPLAIN_OF_TASK = "COMPLAIN_OF_TASK"
    ANSWER_COMPLAINT = "ANSWER_COMPLAINT"
    FORWARD_OBJECTION = "FORWARD_OBJECTION"
    DECIDE_OBJECTION = "DECIDE_OBJECTION"
    READ_WORKLOAD = "READ_WORKLOAD"
    REQUEST_ASSET_SEARCH = "REQUEST_ASSET_SEARCH"
    RECORD_SEARCH_ANSWER = "RECORD_SEARCH_ANSWER"
    ADOPT_FINDING = "ADOPT_FINDING"
    SUBMIT_CLUE = "SUBMIT_CLUE"
    VERIFY_CLUE = "VERIFY_CLUE"
    READ_CLUES = "READ_CLUES"
    DELEGATE_SEIZURE = "DELEGATE_SEIZURE"
    DELEGATE_SEARCH = "DELEGATE_SEARCH"
    RULE_MEASURE = "RULE_MEASURE"
    APPROVE_MEASURE = "APPROVE_MEASURE"
    REQUEST_TRANSFER = "REQUEST_TRANSFER"
    ANSWER_TRANSFER = "ANSWER_TRANSFER"
    SERVE_NOTICE = "SERVE_NOTICE"
    READ_QUEUE = "READ_QUEUE"
    CHANGE_MEASURE = "CHANGE_MEASURE"
    RECORD_PAYMENT = "RECORD_PAYMENT"
    RECORD_SETTLEMENT = "RECORD_SETTLEMENT"
    REQUEST_DEFERRAL = "REQUEST_DEFERRAL"
    RECORD_CLAIMS = "RECORD_CLAIMS"
    SUSPEND_CASE = "SUSPEND_CASE"
    DECIDE_SETTLEMENT = "DECIDE_SETTLEMENT"
    RESUME_CASE = "RESUME_CASE"
    CLOSE_CASE = "CLOSE_CASE"
    DISTRIBUTE = "DISTRIBUTE"
    APPROVE_DISTRIBUTION = "APPROVE_DISTRIBUTION"
    PROPOSE_CASE_TRANSFER = "PROPOSE_CASE_TRANSFER"
    DECIDE_CASE_TRANSFER = "DECIDE_CASE_TRANSFER"
    PROPOSE_CROSS_ENFORCEMENT = "PROPOSE_CROSS_ENFORCEMENT"
    READ_AUDIT = "READ_AUDIT"
    READ_ACCESSES = "READ_ACCESSES"
    READ_WARNINGS = "READ_WARNINGS"
    DECLARE_RELATIVE = "DECLARE_RELATIVE"
    REQUEST_CORRECTION = "REQUEST_CORRECTION"
    DECIDE_CORRECTION = "DECIDE_CORRECTION"
    TRACK_TASK = "TRACK_TASK"
    URGE_TASK = "URGE_TASK"
    READ_TRAFFIC = "READ_TRAFFIC"
    READ_OWN_TRAFFIC = "READ_OWN_TRAFFIC"
    ANNOUNCE_MAINTENANCE = "ANNOUNCE_MAINTENANCE"
    READ_ZONE = "READ_ZONE"
    CHECK_COMPOSITION = "CHECK_COMPOSITION"
    READ_FRAMEWORK = "READ_FRAMEWORK"
    KEEP_LIAISON = "KEEP_LIAISON"
    PUBLISH_STANDARD = "PUBLISH_STANDARD"
    SIGN_STANDARD = "SIGN_STANDARD"
    HOLD_MEETING = "HOLD_MEETING"
    SUPERVISE_TASK = "SUPERVISE_TASK"
    ANSWER_SUPERVISION = "ANSWER_SUPERVISION"
    LEND_RESOURCES = "LEND_RESOURCES"
    KEEP_FRAMEWORK_TEXT = "KEEP_FRAMEWORK_TEXT"
    READ_MEMBERSHIP = "READ_MEMBERSHIP"
    READ_APPLICATIONS = "READ_APPLICATIONS"


_AUDITORS: Final = frozenset({Role.AUDITOR, Role.PROCURATOR})
_READERS: Final = _AUDITORS | {
    Role.HANDLER,
    Role.CLERK,
    Role.BUREAU_CHIEF,
    Role.PRESIDENT,
    Role.COMMAND_CENTRE,
    Role.SUPERVISOR,
}
_HANDLER: Final = frozenset({Role.HANDLER})
_CHIEF: Final = frozenset({Role.BUREAU_CHIEF, Role.PRESIDENT})
_CENTRE: Final = frozenset({Role.COMMAND_CENTRE})

RIGHTS: Final[dict[Act, frozenset[Role]]] = {
    Act.LOOK_UP: frozenset({Role.HANDLER, Role.COMMAND_CENTRE}),
    Act.READ_CASE: _READERS | {Role.PARTY},
    Act.READ_TASK: _READERS | {Role.PARTY, Role.GRASSROOTS},
    Act.CREATE_TASK: _HANDLER,
    Act.SUBMIT_TASK: _HANDLER,
    Act.APPROVE_TASK: _CHIEF,
    Act.DISPATCH_TASK: _CENTRE,
    Act.SIGN_FOR_TASK: _CENTRE,
    Act.ASSIGN_TASK: frozenset({Role.BUREAU_CHIEF}),
    Act.RECORD_STEP: _HANDLER,
    Act.REQUEST_SUPPLEMENT: frozenset({Role.HANDLER, Role.COMMAND_CENTRE}),
    Act.SUPPLEMENT_TASK: _HANDLER,
    Act.SUBMIT_FEEDBACK: _HANDLER,
    Act.CONFIRM_TASK: _HANDLER,
    Act.RETURN_TASK: frozenset({Role.BUREAU_CHIEF}),
    Act.WITHDRAW_TASK: frozenset({Role.HANDLER, Role.BUREAU_CHIEF}),
    Act.POST_NOTE: frozenset({Role.HANDLER, Role.COMMAND_CENTRE}),
    Act.EVALUATE_TASK: frozenset({Role.HANDLER, Role.BUREAU_CHIEF}),
    Act.COMPLAIN_OF_TASK: _CHIEF | _CENTRE,
    Act.ANSWER_COMPLAINT: _CHIEF | _CENTRE,
    Act.FORWARD_OBJECTION: frozenset({Role.HANDLER, Role.BUREAU_CHIEF, Role.COMMAND_CENTRE}),
    Act.DECIDE_OBJECTION: _CHIEF,
    Act.READ_WORKLOAD: _AUDITORS | _CHIEF | _CENTRE | {Role.HANDLER, Role.SUPERVISOR},
    Act.REQUEST_ASSET_SEARCH: _HANDLER,
    Act.RECORD_SEARCH_ANSWER: _HANDLER,
    Act.ADOPT_FINDING: _HANDLER,
    Act.SUBMIT_CLUE: frozenset({Role.HANDLER, Role.CLERK, Role.COMMAND_CENTRE}),
    Act.VERIFY_CLUE: _HANDLER,
    Act.READ_CLUES: _READERS,
    Act.DELEGATE_SEIZURE: _HANDLER,
    Act.DELEGATE_SEARCH: _HANDLER,
    Act.RULE_MEASURE: _HANDLER,
    Act.APPROVE_MEASURE: _CHIEF,
    Act.REQUEST_TRANSFER: _HANDLER,
    Act.ANSWER_TRANSFER: _CHIEF,
    Act.SERVE_NOTICE: _HANDLER,
    Act.READ_QUEUE: _READERS,
    Act.CHANGE_MEASURE: _HANDLER,
    Act.RECORD_PAYMENT: frozenset({Role.HANDLER, Role.CLERK}),
    Act.RECORD_SETTLEMENT: frozenset({Role.HANDLER, Role.CLERK}),
    Act.REQUEST_DEFERRAL: frozenset({Role.HANDLER, Role.CLERK}),
    Act.RECORD_CLAIMS: _HANDLER,
    Act.SUSPEND_CASE: _HANDLER,
    Act.DECIDE_SETTLEMENT: _HANDLER,
    Act.RESUME_CASE: _HANDLER,
    Act.CLOSE_CASE: _HANDLER,
    Act.DISTRIBUTE: frozenset({Role.HANDLER, Role.CLERK}),
    Act.APPROVE_DISTRIBUTION: _CHIEF,
    Act.PROPOSE_CASE_TRANSFER: _HANDLER,
    Act.DECIDE_CASE_TRANSFER: _CHIEF,
    Act.PROPOSE_CROSS_ENFORCEMENT: _CHIEF | _HANDLER,
    Act.READ_AUDIT: _AUDITORS | {Role.BUREAU_CHIEF, Role.PRESIDENT, Role.COMMAND_CENTRE, Role.SUPERVISOR},
    Act.READ_ACCESSES: _AUDITORS | {Role.PRESIDENT, Role.SUPERVISOR},
    Act.READ_WARNINGS: _AUDITORS | {Role.HANDLER, Role.BUREAU_CHIEF, Role.PRESIDENT},
    Act.DECLARE_RELATIVE: frozenset({Role.HANDLER, Role.CLERK, Role.BUREAU_CHIEF, Role.PRESIDENT, Role.COMMAND_CENTRE}),
    Act.REQUEST_CORRECTION: frozenset({Role.HANDLER, Role.CLERK, Role.PARTY}),
    Act.DECIDE_CORRECTION: _CHIEF,
    Act.TRACK_TASK: frozenset({Role.COMMAND_CENTRE, Role.LIAISON_OFFICER}),
    Act.URGE_TASK: frozenset({Role.COMMAND_CENTRE, Role.LIAISON_OFFICER}),
    Act.READ_TRAFFIC: _AUDITORS | {Role.GATEWAY_ADMIN},
    Act.READ_OWN_TRAFFIC: _CENTRE,
    Act.ANNOUNCE_MAINTENANCE: _CENTRE,
    Act.READ_ZONE: frozenset({Role.COMMAND_CENTRE, Role.LIAISON_OFFICER, Role.SUPERVISOR, Role.GATEWAY_ADMIN}),
    Act.CHECK_COMPOSITION: frozenset({Role.GATEWAY_ADMIN}),
    Act.READ_FRAMEWORK: frozenset(
        {Role.COMMAND_CENTRE, Role.LIAISON_OFFICER, Role.PRESIDENT, Role.SUPERVISOR, Role.GATEWAY_ADMIN}
    ),
    Act.KEEP_LIAISON: frozenset({Role.COMMAND_CENTRE, Role.LIAISON_OFFICER}),
    Act.PUBLISH_STANDARD: frozenset({Role.COMMAND_CENTRE, Role.PRESIDENT}),
    Act.SIGN_STANDARD: frozenset({Role.PRESIDENT}),
    Act.HOLD_MEETING: frozenset({Role.COMMAND_CENTRE, Role.LIAISON_OFFICER}),
    Act.SUPERVISE_TASK: frozenset({Role.SUPERVISOR}),
    Act.ANSWER_SUPERVISION: frozenset({Role.COMMAND_CENTRE, Role.LIAISON_OFFICER}),
    Act.LEND_RESOURCES: frozenset({Role.COMMAND_CENTRE, Role.LIAISON_OFFICER}),
    Act.KEEP_FRAMEWORK_TEXT: frozenset({Role.COMMAND_CENTRE, Role.LIAISON_OFFICER}),
    Act.READ_MEMBERSHIP: _READERS | {Role.LIAISON_OFFICER, Role.GATEWAY_ADMIN},
    Act.READ_APPLICATIONS: frozenset({Role.GATEWAY_ADMIN, Role.AUDITOR, Role.PRESIDENT, Role.LIAISON_OFFICER}),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """A signed-in person: whose court, which office. Roles come from that court's records, never from the token.

    `party_id` and `own_cases` are a party's: their row, and the cases in which they stand.
    """

    officer_id: str
    court: str
    roles: frozenset[Role]
    token_expires_at: float = float("inf")  # wall clock, Unix seconds
    is_running_off: bool = False  # their court is suspended or withdraws: they follow open tasks, no more
    party_id: UUID | None = None
    own_cases: frozenset[UUID] = frozenset()


def check(caller: Caller | None, act: Act) -> Caller:
    """The caller, if one of their roles allows `act`.

    Raises:
        Forbidden: no caller, or none of the roles does.
    """
    if caller is None or not caller.roles & RIGHTS[act]:
        raise Forbidden
    return caller
