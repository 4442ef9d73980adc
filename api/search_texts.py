"""What `xiezhi search` says, Chinese and English. Invariant: no text has a place for a value of a file."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api import load_texts

_FAULTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ANSWERED_BEFORE": ("该单位已就此种财产作出其他答复。", "The unit said something else of this kind before."),
        "CONTRADICTS_ROW": (
            "与同一请求、同一种财产的前一行矛盾。",
            "It contradicts an earlier row of this request and kind.",
        ),
        "INVALID_FACTS": (
            "此项与财产种类不符，或超出范围。",
            "This does not suit the kind of asset, or is out of bounds.",
        ),
        "INVALID_IDENTITY_PARTS": (
            "缺少登记机关据以识别该财产的号码，或过长。",
            "The number by which its registry knows the asset is missing, or too long.",
        ),
        "INVALID_PRIOR_MEASURES": ("在先措施的法院、顺位或时间不正确。", "A standing measure is malformed."),
        "NOTHING_WAS_FOUND": ("结果不是 FOUND 时不应填写财产。", "Only a row that says FOUND names an asset."),
        "NOT_ASKED_FOR": ("该请求未查询此种财产。", "The request does not ask for this kind."),
        "TOO_MANY_ROWS": ("一个文件最多 20000 行。", "A file has at most 20,000 rows."),
        "UNKNOWN_REQUEST": ("没有这个请求编号。", "No request has this id."),
    }
)
_FOLDER: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "MISSING": ("目录不存在。", "The folder does not exist."),
        "NOT_A_FOLDER": ("所指路径不是目录。", "The path is no folder."),
        "EXPOSED": ("目录须仅本人可访问（chmod 700）。", "The folder must be open to its owner alone (chmod 700)."),
    }
)


def _said(language: str, texts: tuple[str, str]) -> str:
    return texts[language != "zh"]


def codes() -> frozenset[str]:
    """Every code that has a text here."""
    return frozenset(_FAULTS)


def fault(language: str, code: str) -> str:
    """What a code means: ours, or one that all of a court's files share."""
    return _said(language, _FAULTS[code]) if code in _FAULTS else load_texts.fault(language, code)


def folder(language: str, part: str) -> str:
    return _said(language, _FOLDER[part])


def no_folder(language: str) -> str:
    return _said(language, ("未设置 XIEZHI_SEARCH_FOLDER。", "XIEZHI_SEARCH_FOLDER is not set."))


def not_written(language: str) -> str:
    return _said(language, ("文件无法写入。", "The file cannot be written."))


def nothing_open(language: str) -> str:
    return _said(language, ("没有待导出的查询请求。", "No request is waiting to be written."))


def exported(language: str, path: str, rows: int) -> str:
    return _said(language, (f"{path}：已写入 {rows} 条查询请求", f"{path}: {rows} requests written"))


def imported(language: str, name: str, answers: int, finds: int, known: int) -> str:
    return _said(
        language,
        (
            f"{name}：已导入 {answers} 条答复、{finds} 项财产，{known} 条此前已导入",
            f"{name}: {answers} answers with {finds} finds taken in, {known} known before",
        ),
    )


def refused(language: str, name: str, faults: int) -> str:
    return _said(
        language,
        (f"{name}：有 {faults} 处错误，未写入任何数据", f"{name}: {faults} faults; nothing of it was written."),
    )
