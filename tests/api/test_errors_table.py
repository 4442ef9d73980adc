"""docs/errors.md names every stable code, and only those."""

import re
from pathlib import Path
from typing import Final

from api import error_codes_between_courts as between
from api.error_codes import DOORS, PROBLEMS
from api.errors_table import document
from api.graphql.errors import TEXTS
from federation.ask.status import Reason
from schema import messages

FOLDERS: Final = ("federation", "enforcement/tasks")
GIVEN: Final = re.compile(
    r'(?:Refused|NotYet|NotGenuine|CannotVerifyNow)\("([A-Z_]+)"\)|^ +code(?:: \w+)? = "([A-Z_]+)"', re.MULTILINE
)


def between_courts() -> set[str]:
    parts = (between.REFUSED_AT_ONCE, between.NOT_NOW, between.SIGNED_REFUSALS, between.KEPT_OUT)
    return {code for part in parts for code in part} | {reason.value for reason in Reason}


def test_the_page_is_the_codes() -> None:
    assert Path("docs/errors.md").read_text("utf-8") == document()


def test_every_problem_stands_on_the_page() -> None:
    assert set(PROBLEMS) == set(messages.TEXTS)


def test_every_error_of_a_door_stands_on_the_page() -> None:
    assert set(DOORS) == set(TEXTS)


def test_every_reason_of_silence_stands_on_the_page() -> None:
    assert set(between.COVERAGE) == set(Reason)


def test_every_code_in_the_sources_between_courts_stands_on_the_page() -> None:
    sources = [file for folder in FOLDERS for file in Path(folder).rglob("*.py")]
    sources.append(Path("enforcement/rules/task_log.py"))

    given = {code for file in sources for found in GIVEN.findall(file.read_text("utf-8")) for code in found if code}

    assert len(given) > 30
    assert given - between_courts() <= {"GAP", "BEHIND"}  # these two are told apart before anybody hears of them
