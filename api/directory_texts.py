"""What `xiezhi directory` says, Chinese and English."""

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from federation.wire.errors import MalformedDirectory, ThresholdNotReached, WireError

GOOD, REFUSED, BAD_INPUT = 0, 1, 2
_SAID: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "NO_FILE": ("无法读取该文件。", "The file cannot be read."),
        "NO_DATABASE": ("无法连接数据库，或数据库尚未升级。", "The database cannot be reached, or is not migrated."),
        "NOTHING_HELD": ("数据库中还没有名录。", "The database holds no directory yet."),
        "NOT_PINNED": (
            "注意：未给出根文件指纹，以下仅以文件自带的首个根文件核验。请通过电话核对指纹。",
            "Note: no root was given; checked from the file's own first root. Compare its fingerprint by phone.",
        ),
        "EXPIRED": ("已过期。", "It has expired."),
        "TAKEN": ("现行名录版本：{}", "Directory version in force: {}"),
        "BAD_SIGNATURE": (
            "签名无效，或不属于该根文件所在的协作区。",
            "A signature is false, or it is not the directory of that root's zone.",
        ),
        "THRESHOLD_NOT_REACHED": (
            "签署法院不足：{}（{}/{}）。",
            "Too few signed: {} ({} of {}).",
        ),
        "MALFORMED_DIRECTORY": ("不是有效的名录：{}。", "It is no sound directory: {}."),
        "DIRECTORY_ROLLED_BACK": (
            "版本低于已见到的最高版本，未导入。",
            "It is older than the highest version seen; nothing was taken over.",
        ),
        "DIRECTORY_FORKED": (
            "同一版本出现两种内容：请立即联系各法院联络员。",
            "One version with two contents: call the other courts' liaison officers now.",
        ),
        "DIRECTORY_EXPIRED": ("已过期，未导入。", "It has expired; nothing was taken over."),
    }
)


def said(key: str, language: str, *values: object) -> str:
    """The text of that key."""
    zh, en = _SAID[key]
    return (zh if language == "zh" else en).format(*values)


def refusal(error: WireError, language: str) -> str:
    """The code of a refusal, and what it means."""
    values: tuple[object, ...] = ()
    if isinstance(error, ThresholdNotReached):
        values = (error.part, error.signed, error.needed)
    elif isinstance(error, MalformedDirectory):
        values = (error.part,)
    return f"{error.code}: {said(error.code, language, *values)}"


def tell(text: str) -> None:
    """To standard output."""
    sys.stdout.write(text + "\n")


def complain(text: str) -> None:
    """To standard error."""
    sys.stderr.write(text + "\n")
