"""What `xiezhi load` says, Chinese and English. Invariant: no text has a place for a value of a file."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_FAULTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ALREADY_LOADED": ("库中已有同一记录。", "The database has this row already."),
        "CONTROL_CHARACTER": ("含有控制字符。", "It holds a control character."),
        "DATABASE_REFUSED": (
            "数据库拒绝了本文件，未写入任何数据。",
            "The database refused the file; nothing was written.",
        ),
        "DATES_OUT_OF_ORDER": ("日期先后矛盾。", "The dates are out of order."),
        "DATE_IN_FUTURE": ("日期晚于今天。", "It lies in the future."),
        "DOUBLED_COLUMN": ("同一列出现两次。", "The column stands there twice."),
        "DOUBLED_ROW": ("文件中前面已有同一记录。", "The file has this row already, further up."),
        "FOREIGN_CASE": ("案号不属于本院。", "The case number is not this court's."),
        "IDENTITY_REQUIRED": (
            "缺少登记机关据以识别该财产的号码。",
            "The number by which its registry knows the asset is missing.",
        ),
        "INSTALMENTS_DO_NOT_ADD_UP": (
            "各期金额之和不等于和解总额。",
            "The instalments do not add up to the settlement.",
        ),
        "INVALID_ACCOUNT": ("账号或卡号不正确。", "The account or card number is malformed."),
        "INVALID_CASE_NUMBER": ("案号格式不正确。", "The case number is malformed."),
        "INVALID_DATE": ("日期应写作 YYYY-MM-DD 且真实存在。", "Write a day that exists as YYYY-MM-DD."),
        "INVALID_DIVISION": ("行政区划代码应为六位数字。", "A division code has six digits."),
        "INVALID_ID_NUMBER": ("公民身份号码不符合 GB 11643。", "The resident id number breaks GB 11643."),
        "INVALID_INSTANT": (
            "时间应带时区，例如 2025-07-14T09:00:00+08:00。",
            "Write an instant with its offset: 2025-07-14T09:00:00+08:00.",
        ),
        "INVALID_MONEY": ("金额应为最多两位小数的非负数。", "An amount has at most two decimals and is not negative."),
        "INVALID_NUMBER": ("数字超出允许范围。", "The number is malformed or out of bounds."),
        "INVALID_PLATE": ("机动车号牌不符合 GA 36。", "The plate number breaks GA 36."),
        "INVALID_UNIT_NUMBER": ("不动产单元号不符合 GB/T 37346。", "The real-estate unit number breaks GB/T 37346."),
        "INVALID_USCC": ("统一社会信用代码不符合 GB 32100。", "The unified social credit code breaks GB 32100."),
        "INVALID_UTF8": ("不是 UTF-8 文本，请另存为 UTF-8。", "This is not UTF-8: save the file as UTF-8."),
        "INVALID_VIN": ("车辆识别代号不符合 GB 16735。", "The vehicle identification number breaks GB 16735."),
        "LINE_TOO_LONG": ("一行超过 128 KiB。", "The line is longer than 128 KiB."),
        "MALFORMED_CSV": ("CSV 引号或字段不完整。", "The quotes of the CSV do not close, or a field is too long."),
        "MALFORMED_JSON": ("不是一个 JSON 对象。", "The line is no JSON object."),
        "MEASURE_NOT_FOR_ASSET": ("该措施不适用于这种财产。", "The measure does not fit the kind of asset."),
        "MISSING_COLUMN": ("缺少必需的列。", "A required column is missing."),
        "NOT_CLOSED": (
            "未结案件不应有结案方式或结案日期。",
            "A case that is not closed has no closing method or date.",
        ),
        "NOT_TRIED": ("它所引用的文件被退回，本文件未处理。", "A file that it may refer to was refused: not tried."),
        "NUL_BYTE": ("含有 NUL 字节。", "The line holds a NUL byte."),
        "PAID_ON_AND_AMOUNT": ("付款日期与已付金额应同时填写。", "A day of payment and an amount paid go together."),
        "REQUIRED": ("此项必填。", "This must be filled in."),
        "TERM_TOO_LONG": ("期限超过该类财产的最长期限。", "The term is longer than this kind of asset allows."),
        "TOO_LONG": ("文字过长。", "The text is too long."),
        "UNKNOWN_ASSET": ("没有这项财产。", "There is no such asset."),
        "UNKNOWN_CASE": ("没有这个案件。", "There is no such case."),
        "UNKNOWN_COLUMN": ("没有这一列。", "There is no such column."),
        "UNKNOWN_COURT": ("没有这个法院代字。", "No court has this code."),
        "UNKNOWN_OFFICER": ("没有这位工作人员。", "There is no such officer."),
        "UNKNOWN_PARTY": ("没有这位当事人。", "There is no such party."),
        "UNKNOWN_SETTLEMENT": ("没有这份和解协议。", "There is no such settlement."),
        "UNKNOWN_TABLE": ("文件名或 table 不是已知的表。", "The file's name, or `table`, is no known table."),
        "UNKNOWN_VALUE": ("不在允许的取值之内。", "It is not one of the words that may stand here."),
        "UNREADABLE_FILE": ("文件无法读取。", "The file cannot be read."),
        "WRONG_NUMBER_OF_CELLS": ("单元格数与表头不一致。", "The row has more or fewer cells than the header."),
        "WRONG_TYPE": ("JSON 类型不正确。", "This kind of JSON value cannot stand here."),
    }
)


def codes() -> frozenset[str]:
    """Every code that has a text."""
    return frozenset(_FAULTS)


def fault(language: str, code: str) -> str:
    return _FAULTS[code][language != "zh"]


def progress(language: str, name: str, rows: int) -> str:
    return f"{name}：已读 {rows} 行" if language == "zh" else f"{name}: {rows} rows read"


def more(language: str, name: str, count: int) -> str:
    return f"{name}: 另有 {count} 处" if language == "zh" else f"{name}: {count} more"


def loaded(language: str, name: str, rows: int, *, check_only: bool) -> str:
    if language == "zh":
        return f"{name}：{rows} 行" + ("，检查通过，未写入" if check_only else "，已写入")
    return f"{name}: {rows} rows " + ("are good; nothing was written" if check_only else "written")


def refused(language: str, files: int, faults: int) -> str:
    if language == "zh":
        return f"{files} 个文件被退回，共 {faults} 处问题；被退回的文件未写入任何数据。"
    return (
        f"{files} file{'s' * (files != 1)} refused, {faults} fault{'s' * (faults != 1)}; of them nothing was written."
    )


def other_court(language: str) -> str:
    return "密钥文件属于另一法院。" if language == "zh" else "The key file is another court's."


def no_key_file(language: str) -> str:
    return "密钥文件无法读取。" if language == "zh" else "The key file cannot be read."


def no_database(language: str) -> str:
    return "数据库无法连接，或尚未升级。" if language == "zh" else "The database cannot be reached, or is not migrated."
