"""The texts of refusals, Chinese and English, by code. Invariant: no text has a place for a caller's value."""

from typing import Final

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "FORBIDDEN": ("您的岗位无权进行此项操作。", "Your office does not allow this."),
    "NOT_FOUND": ("没有这个对象,或您无权知悉。", "There is no such object, or none that you may know of."),
    "STALE_VERSION": ("数据已被他人更新,请重新读取后再试。", "It changed since you read it: read it again, then retry."),
    "TRANSITION_NOT_ALLOWED": ("当前状态不允许这一步。", "Its state does not allow this step."),
    "DUPLICATE_OF": ("同一事项已存在。", "The same thing exists already."),
    "INVALID_ID_NUMBER": ("公民身份号码不符合 GB 11643。", "The resident id number breaks GB 11643."),
    "INVALID_USCC": ("统一社会信用代码不符合 GB 32100。", "The unified social credit code breaks GB 32100."),
    "INVALID_CASE_NUMBER": ("案号格式不正确。", "The case number is malformed."),
    "INVALID_PLATE": ("机动车号牌不符合 GA 36。", "The plate number breaks GA 36."),
    "INVALID_VIN": ("车辆识别代号不符合 GB 16735。", "The vehicle identification number breaks GB 16735."),
    "INVALID_MONEY": ("金额应为最多两位小数的正数。", "An amount is positive with at most two decimals."),
}


def message(code: str, language: str) -> str:
    """The text of `code` in `language`: "zh", or English for anything else."""
    zh, en = _TEXTS[code]
    return zh if language == "zh" else en
