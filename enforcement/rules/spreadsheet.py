"""Cells that spreadsheet programs neither run nor round: a leading apostrophe says that the rest is text.

Invariant: `plain(guarded(text))` is `text`, for every text that is not blank at its ends.
Source: OWASP, CSV injection; spreadsheet programs keep 15 significant digits of a number.
"""

import re
from typing import Final

_GUARD: Final = "'"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a program may take for the beginning of a formula, the full-width forms among them."""
_LONG_NUMBER: Final = re.compile(r"\d{12,}[\dXx]?", re.ASCII)


def guarded(text: str) -> str:
    """The text so that a spreadsheet program shows it as it is."""
    needs = text.startswith((*_FORMULA, _GUARD)) or _LONG_NUMBER.fullmatch(text) is not None
    return _GUARD + text if needs else text


def plain(text: str) -> str:
    """The text without the guard, as a cell comes back."""
    rest = text.removeprefix(_GUARD)
    return rest if rest != text and guarded(rest) == text else text
