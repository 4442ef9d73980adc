"""Division codes (行政区划代码) of GB/T 2260: six digits. Abolished ones are division codes too."""

import re
from typing import Final

from enforcement.rules.refusals import Malformed

_DIVISION: Final = re.compile(r"[1-9]\d{5}", re.ASCII)


def check(division: str | None, part: str = "division") -> str | None:
    """The code as it is; None stays None.

    Raises:
        Malformed: DIVISION; `part` names the argument.
    """
    if division is not None and not _DIVISION.fullmatch(division):
        raise Malformed("DIVISION", part)
    return division
