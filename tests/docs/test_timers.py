"""docs/timers.md has a row for every sweep, every setting of days and every term in the rules, with its figure."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from api.settings import GatewaySettings, NodeSettings, variable
from enforcement.rules.deadlines import Term
from enforcement.timers import SWEEPS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "timers.md").read_text("utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
OF_TIME: Final = ("minutes", "hours", "days", "working days", "list of days", "years")
"""Units of settings that people wait for; what is counted in seconds is how programs look after one another."""
_CODE = re.compile(r"`([A-Z][A-Z_]+)`")

TIMERS: Final = {
    "case_transfer.FILE": "filing an entrusted case",
    "case_transfer.STRIKE_OFF": "striking the own case off",
    "case_transfer.SUPPLEMENT": "supplementing papers",
    "complaint.DEFAULT_COMPLAINTS.answer_within": "answer to a complaint",
    "correction.TERMS.review": "review of a correction",
    "correction.TERMS.correct": "correction of what was upheld",
    "correction.TERMS.reconsider": "going to the superior court",
    "correction.TERMS.reconsideration": "the superior court's decision",
    "deadlines.DEFAULT_TERMS.sign_for": "sign for",
    "deadlines.DEFAULT_TERMS.sign_for_urgent": "sign for, urgent",
    "deadlines.DEFAULT_TERMS.first_act_urgent": "first act on an urgent task",
    "deadlines.DEFAULT_TERMS.begin": "begin",
    "deadlines.DEFAULT_TERMS.supplement": "supplement papers",
    "deadlines.DEFAULT_TERMS.confirm": "confirm what was fed back",
    "distribution.OBJECTION": "objection of a creditor or debtor to a distribution plan; opposing it; suing",
    "escalation.DEFAULT_ESCALATION.high_court_after": "overdue: the high court is told",
    "escalation.DEFAULT_ESCALATION.respond_within": "answer to such a supervision",
    "evaluation.WITHIN": "evaluation",
    "handling.CLOCKS": "clocks of two courts",
    "maintenance.LONGEST": "announced maintenance",
    "maintenance.FURTHEST": "announced maintenance",
    "membership.GREEN_FOR": "a green conformance run",
    "objection.DECIDE_WITHIN": "an objection is decided",
    "objection.SUE_WITHIN": "a third party sues over a dismissal",
    "over_freezing.TERMS.release": "equity frozen beyond the debt",
    "over_freezing.TERMS.warn_before": "equity frozen beyond the debt",
    "transfer.TERMS.wait": "wait since the first seal",
    "transfer.TERMS.answer": "the first court's answer",
    "transfer.TERMS.warn_before": "the first court's answer",
    "unit_answers.TERMS.answer_objection": "the court's answer to a unit's objection",
    "unit_answers.TERMS.warn_before": "the court's answer to a unit's objection",
}
"""Where the page tells each term of the rules."""
NO_TIMERS: Final = {
    "correction.TERMS.warn_before",  # told with the review
    "framework.FURTHEST",  # how far ahead a date of a record may lie
    "maintenance.LATE",  # how late an announcement may arrive
    "membership.FURTHEST",  # how far ahead a date of an agreement may lie
    "lookup.RATE_WINDOW",  # told as "in any hour"
}
"""Spans that nobody waits for, or that another row tells."""


def _spans(name: str, value: Any) -> Iterator[tuple[str, Term | timedelta]]:
    if isinstance(value, Term | timedelta):
        yield name, value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            if field.name == "terms":  # of tasks, told where they are defined
                continue
            yield from _spans(f"{name}.{field.name}", getattr(value, field.name))


def terms() -> dict[str, Term | timedelta]:
    """Every term and span that a module of the rules defines, by module and name, but for names of its own."""
    found: dict[str, Term | timedelta] = {}
    for path in sorted((ROOT / "enforcement" / "rules").glob("*.py")):
        module = importlib.import_module(f"enforcement.rules.{path.stem}")
        for node in ast.parse(path.read_text("utf-8")).body:
            target = node.target if isinstance(node, ast.AnnAssign) else None
            if isinstance(target, ast.Name) and not target.id.startswith("_"):
                found |= dict(_spans(f"{path.stem}.{target.id}", getattr(module, target.id)))
    return found


CODE: Final = terms()


def figure(term: Term | timedelta) -> set[int]:
    """The numbers by which the page may tell it."""
    if isinstance(term, Term):
        return {term.days}
    return {term.days, int(term.total_seconds() // 3600), int(term.total_seconds() // 60)} - {0}


@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_has_a_row(name: str) -> None:
    assert [row for row in ROWS if f"sweep `{name}`" in row[4]]


def test_no_row_names_another_sweep() -> None:
    assert set(re.findall(r"sweep `([^`]+)`", PAGE)) == set(SWEEPS)


def test_rows_have_all_columns() -> None:
    assert [row for row in ROWS if len(row) != 5 or not all(row)] == []


def test_no_timer_is_told_twice() -> None:
    names = [row[0] for row in ROWS if row[0] not in {"timer", "---"}]

    assert {name for name in names if names.count(name) > 1} == set()


def test_named_settings_exist() -> None:
    known = {variable(item) for program in (NodeSettings, GatewaySettings) for item in fields(program)}

    assert set(re.findall(r"XIEZHI_[A-Z_]+", PAGE)) <= known


def test_named_codes_exist() -> None:
    said = [ROOT / "schema" / "node.graphql", ROOT / "docs" / "errors.md", *(ROOT / "enforcement").rglob("*.py")]
    words = "".join(path.read_text("utf-8") for path in said)

    assert {code for code in _CODE.findall(PAGE) if "XIEZHI" not in code and code not in words} == set()


@pytest.mark.parametrize("program", [NodeSettings, GatewaySettings])
def test_every_setting_of_time_has_a_row_with_its_default(program: Any) -> None:
    missing = []
    for item in fields(program):
        if item.metadata["unit"] in OF_TIME:
            default = item.default if isinstance(item.default, tuple) else (item.default,)
            rows = [row for row in ROWS if variable(item) in " ".join(row)]
            told = [row for row in rows if set(map(str, default)) <= set(re.findall(r"\d+", " ".join(row)))]
            missing += [] if told else [variable(item)]

    assert missing == []


def test_every_term_of_the_rules_is_known() -> None:
    """A new term needs a row, or is none that anybody waits for."""
    assert set(CODE) == TIMERS.keys() | NO_TIMERS


@pytest.mark.parametrize("name", TIMERS)
def test_a_term_has_a_row_with_its_figure(name: str) -> None:
    (row,) = [row for row in ROWS if row[0] == TIMERS[name]]
    told = {int(number) for number in re.findall(r"\d+", " ".join((row[1], row[4])))}

    assert figure(CODE[name]) & told
