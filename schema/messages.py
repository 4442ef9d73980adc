"""The texts of refusals, Chinese and English, by code. Invariant: no text has a place for a caller's value."""

from typing import Final

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "FORBIDDEN": ("您的岗位无权进行此项操作。", "Your office does not allow this."),
    "NOT_FOUND": ("没有这个对象,或您无权知悉。", "There is no such object, or none that you may know of."),
    "STALE_VERSION": (
        "数据已被他人更新,请重新读取后再试。",
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
    "LEGAL_BASIS_REQUIRED": (
        "查询须有本院案件依据,且您须为该案承办人或指挥中心人员。",
        "A look-up needs a case of this court, and an officer of that case.",
    ),
    "PURPOSE_NOT_PERMITTED": ("该查询目的不允许查询所选内容。", "The purpose does not allow these sections."),
    "RATE_LIMITED": ("一小时内查询次数已达上限。", "This hour's look-ups are used up."),
    "NOT_COVERED": ("必须答复的法院未答复,不能给出结果。", "Courts that had to answer did not: there is no answer."),
    "DIRECTORY_OUTDATED": (
        "本院持有的成员目录已过期,暂不能查询。",
        "The directory held here is past its time: nobody can be asked.",
    ),
    "INVALID_SCOPE": ("查询范围不正确。", "The scope is malformed."),
    "INVALID_IDENTITY": ("须且只须提供一个证件号码。", "Exactly one number is needed."),
    "INVALID_PAGE": ("条数须在 1 至 100 之间。", "Ask for 1 to 100 rows."),
    "CASE_NOT_OPEN": ("案件已结。", "The case is closed."),
    "NOT_JUDGMENT_DEBTOR": ("该人不是本案被执行人。", "The person is not a judgment debtor of the case."),
    "MEMBERSHIP_SUSPENDED": ("成员资格已暂停。", "A court's membership is suspended."),
    "UNKNOWN_COURT": ("协作区内没有这个法院。", "No court of the zone has this code."),
}


def message(code: str, language: str) -> str:
    """The text of `code` in `language`: "zh", or English for anything else."""
    zh, en = _TEXTS[code]
    return zh if language == "zh" else en
