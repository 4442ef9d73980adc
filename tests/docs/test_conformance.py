"""docs/conformance.md names every check of the kit, in both languages, and only those."""

import re
from pathlib import Path

from api.conform.table import CHECKS
from federation.ask import examining

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"


def test_the_page_lists_the_checks() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.+) \| (.+) \|$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert rows == [(check.code, check.en, check.zh) for check in CHECKS]


def test_codes_are_each_ones_own() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS)


def test_the_page_says_whom_the_examiner_asks_about() -> None:
    text = PAGE.read_text("utf-8")

    for said in (examining.OFFICER, examining.CASE, examining.SUBJECT, examining.PURPOSE, *examining.SECTIONS):
        assert f"`{said}`" in text
    assert str(examining.LOOKS_PER_HOUR) in text
