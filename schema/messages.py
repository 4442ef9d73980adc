"""The texts of refusals, Chinese and English, by code. Invariant: no text has a place for a caller's value."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "FORBIDDEN": ("您的岗位无权进行此项操作。", "Your office does not allow this."),
    "NOT_FOUND": ("没有这个对象，或您无权知悉。", "There is no such object, or none that you may know of."),
    "STALE_VERSION": (
        "数据已被他人更新，请重新读取后再试。",
        "It changed since you read it: read it again, then retry.",
    ),
    "TRANSITION_NOT_ALLOWED": ("当前状态不允许这一步。", "Its state does not allow this step."),
    "DUPLICATE_OF": ("同一事项已存在。", "The same thing exists already."),
    "INVALID_ID_NUMBER": ("公民身份号码不符合 GB 11643。", "The resident id number breaks GB 11643."),
    "INVALID_USCC": ("统一社会信用代码不符合 GB 32100。", "The unified social credit code breaks GB 32100."),
    "INVALID_CASE_NUMBER": ("案号格式不正确。", "The case number is malformed."),
    "INVALID_PLATE": ("机动车号牌不符合 GA 36。", "The plate number breaks GA 36."),
    "INVALID_VIN": ("车辆识别代号不符合 GB 16735。", "The vehicle identification number breaks GB 16735."),
    "INVALID_MONEY": ("金额应为最多两位小数的正数。", "An amount is positive with at most two decimals."),
    "NOT_THE_HOLDER": ("目前应由对方法院办理，本院只能提出请求。", "The other court acts next: send it a request."),
    "TASK_DISPUTED": ("两院记录存在冲突，须先协商解决。", "The log forked: the two courts must settle it first."),
    "REQUEST_PENDING": ("同样的请求已发出，尚未答复。", "The same request was sent and is not answered yet."),
    "APPROVAL_REQUIRED": ("此事项须经更高级别审批。", "This needs the approval of a higher office."),
    "SELF_APPROVAL_FORBIDDEN": ("不得审批本人提交的事项。", "Nobody approves what they submitted."),
    "LEGAL_DOCUMENT_MISSING": ("缺少法律文书。", "Legal documents are missing."),
    "EVIDENCE_REQUIRED": ("须附回执或清单。", "A receipt or an inventory must prove it."),
    "TWO_OFFICERS_REQUIRED": ("现场办理须有两名以上人员。", "A step on site needs at least two officers."),
    "UNKNOWN_OFFICER": ("本院没有该承办人。", "This court has no such officer."),
    "RETURN_REASON_REQUIRED": ("须说明理由或所需文书。", "Say why, or which papers are wanted."),
    "COMMUNICATION_REQUIRED_BEFORE_RETURN": (
        "退回前须先与委托法院沟通；因文书退回的，须先要求补充。",
        "Speak with the delegating court before a return; papers must be asked for first.",
    ),
    "NOT_ASSIGNED": ("该事项不由您承办。", "It is in another officer's hands."),
    "CONTENT_NOT_ACCEPTED": (
        "内容中有对方法院无法保存的数值、代码或时间。",
        "It holds a figure, word or instant that the other court could not keep.",
    ),
    "CONTENT_TOO_LARGE": ("内容过大，无法一次发送。", "It is too large for one message."),
    "RESYNCING": ("本院数据恢复中，请稍后再试。", "This court's data are being restored: try again later."),
    "INVALID_DOCUMENT": ("文书摘要应为 64 位小写十六进制。", "A document's digest is 64 lower-case hex digits."),
    "LEGAL_BASIS_REQUIRED": (
        "查询须有本院案件依据，且您须为该案承办人或指挥中心人员。",
        "A look-up needs a case of this court, and an officer of that case.",
    ),
    "PURPOSE_NOT_PERMITTED": ("该查询目的不允许查询所选内容。", "The purpose does not allow these sections."),
    "RATE_LIMITED": ("一小时内查询次数已达上限。", "This hour's look-ups are used up."),
    "NOT_COVERED": ("必须答复的法院未答复，不能给出结果。", "Courts that had to answer did not: there is no answer."),
    "DIRECTORY_OUTDATED": (
        "本院持有的成员目录已过期，暂不能查询。",
        "The directory held here is past its time: nobody can be asked.",
    ),
    "INVALID_SCOPE": ("查询范围不正确。", "The scope is malformed."),
    "INVALID_SECTIONS": ("请至少选择一项查询内容。", "Name at least one section."),
    "INVALID_OFFICERS": ("请写明办理人员。", "Name the officers of the step."),
    "INVALID_INVENTORY": (
        "清单须写明物品、数量、地点、保管人和签名。",
        "An inventory says what, how many, where, who keeps it and who signed.",
    ),
    "INVALID_IDENTITY": ("须且只须提供一个证件号码。", "Exactly one number is needed."),
    "INVALID_PAGE": ("条数须在 1 至 100 之间。", "Ask for 1 to 100 rows."),
    "CASE_NOT_OPEN": ("案件已结。", "The case is closed."),
    "NOT_JUDGMENT_DEBTOR": ("该人不是本案被执行人。", "The person is not a judgment debtor of the case."),
    "MEMBERSHIP_SUSPENDED": ("成员资格已暂停。", "A court's membership is suspended."),
    "UNKNOWN_COURT": ("协作区内没有这个法院。", "No court of the zone has this code."),
    "NOT_SIGNED_IN": ("请先登录。", "Sign in first."),
    "GATEWAY_UNREACHABLE": ("暂时无法联系协作区网关。", "The zone's gateway cannot be reached now."),
    "GATEWAY_FAULTY": (
        "网关的答复无法核验或格式有误。",
        "The gateway's answer is not genuine, or not of the right form.",
    ),
    "UNSUPPORTED_FIELD": (
        "协作区网关的版本低于本院，尚不提供所查内容；协作区的其他内容请另行查询。",
        "The gateway's release is older than this court's and does not serve all of this yet: ask for the rest alone.",
    ),
    "UNSUPPORTED_CONTRACT": (
        "本院系统与协作区网关的版本不兼容，暂时无法提供协作区内容。",
        "This court's release and the gateway's do not understand each other here: one of them must be updated.",
    ),
    "ASK_OWN_COURT": (
        "涉及个人的内容已加密，网关无法解读，请在本院节点查询。",
        "Ask your own court's node: the gateway cannot answer what is encrypted.",
    ),
    "UNKNOWN_DIVISION": ("协作区内没有法院管辖该行政区划。", "No court of the zone serves this division."),
    "SAME_COURT": ("该地属于本院辖区，无需委托。", "The division is the court's own: nothing is delegated."),
    "NO_AGREEMENT": ("两院之间没有现行协作协议。", "No agreement of the two courts is in force."),
    "MATTER_NOT_AGREED": ("协作协议未包含该事项。", "The agreement leaves this matter out."),
    "TASK_ENDED": ("该事项已结束，无需催办。", "The task has ended: there is nothing left to urge."),
    "ALREADY_URGED": ("该事项今日已催办。", "The task was urged today."),
    "MAINTENANCE_OVERLAPS": ("与本院已公告的维护窗口重叠。", "It overlaps another window of the court."),
    "TOO_MANY_MAINTENANCES": ("本院待执行的维护窗口已达上限。", "The court has too many windows ahead."),
    "MAINTENANCE_OVER": ("该维护窗口已结束。", "The window is over."),
    "IDEMPOTENCY_KEY_REUSED": ("该幂等键已用于其他请求。", "The key was used for something else."),
    "INVALID_KEY": ("幂等键须为 1 至 128 个字符。", "An idempotency key has 1 to 128 characters."),
    "INVALID_SCHEMA": ("接口定义无法读取。", "The schema cannot be read."),
    "INVALID_CURSOR": ("分页游标无效。", "The cursor is none of ours."),
    "NOT_DEBTORS_ASSET": ("该财产不属于本案被执行人。", "The asset belongs to no debtor of the case."),
    "EXEMPT_PROPERTY": ("该财产依法不得采取执行措施。", "The law keeps this asset out of reach."),
    "TERM_TOO_LONG": ("控制期限超过法定最长期限。", "The term is longer than the law allows, or shorter than a year."),
    "EXCEEDS_CLAIM": ("拟控制财产价值超过尚欠金额。", "More would be controlled than is owed."),
    "ASSISTANCE_OUT_OF_SCOPE": (
        "本地没有办理该事项的协助执行单位，或所选单位不办理。",
        "No assisting unit of this county does this, or not the one that was named.",
    ),
    "MEASURE_NOT_FOR_ASSET": ("该措施不适用于该类财产。", "This measure does not fit this kind of asset."),
    "ASSET_NOT_NAMED": ("请指明拍卖的财产。", "Say which asset the auction is of."),
    "DEBTOR_NOT_NAMED": ("本案有多名被执行人，请指明。", "The case has several debtors: say which one."),
    "UNIT_NOT_NAMED": ("有多家协助执行单位可办理，请指明。", "Several assisting units do this: say which one."),
    "INSTALMENTS_DO_NOT_ADD_UP": ("各期金额之和与和解金额不符。", "The instalments do not add up to what was settled."),
    "INVALID_PERIOD": ("日期不正确。", "A date is not possible here."),
    "INVALID_KINDS": ("请至少选择一种财产。", "Name at least one kind of asset."),
    "INVALID_BASIS": (
        "须且只须指明一个依据：案件(或措施)或委托事项。",
        "Name exactly one basis: the own case or measure, or the task.",
    ),
    "INVALID_ACCOUNT": ("账号格式不正确。", "The account is malformed."),
    "INVALID_DIVISION": ("行政区划代码应为六位数字。", "A division code has six digits."),
    "INVALID_UNIT_NUMBER": ("不动产单元号格式不正确。", "The real-estate unit number is malformed."),
}


def message(code: str, language: str) -> str:
    """The text of `code` in `language`: "zh", or English for anything else."""
    zh, en = TEXTS[code]
    return zh if language == "zh" else en
