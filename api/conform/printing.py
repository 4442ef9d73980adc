"""A report for people: what was looked at, what holds, and of what does not, where, what was expected and what came."""

from collections.abc import Iterator, Mapping
from typing import Final

from api.conform.checks import Check
from api.conform.report import Checked, Finding, Outcome, Report
from api.conform.table import AREAS

_MARKS: Final[Mapping[Outcome, str]] = {Outcome.PASSED: "✓", Outcome.FAILED: "✗"}
_MOST_LINES: Final = 20
"""Of one check; the JSON has all."""


def lines(report: Report, language: str) -> Iterator[str]:
    """The report, line by line, in "zh" or "en"."""
    is_zh = language == "zh"
    made = {checked.code: checked for checked in report.checks}
    head = f"{report.court} · {'接口契约' if is_zh else 'contract'} {report.contract}"
    yield f"{'一致性测试' if is_zh else 'Conformance run'}: {head}"
    for (zh, en), checks in AREAS.items():
        yield ""
        yield zh if is_zh else en
        for check in checks:
            yield from _check(check, made[check.code], is_zh=is_zh)
    yield ""
    failed = sum(checked.outcome is Outcome.FAILED for checked in report.checks)
    total = len(report.checks)
    if is_zh:
        yield f"通过：{total} 项全部符合" if report.is_green else f"未通过：{total} 项中有 {failed} 项不符合"
    else:
        yield f"Green: all {total} checks hold" if report.is_green else f"Red: {failed} of {total} checks do not hold"


def _check(check: Check, made: Checked, *, is_zh: bool) -> Iterator[str]:
    text = check.zh if is_zh else check.en
    yield f"  {_MARKS[made.outcome]} {made.code}  {text}  ({made.took_ms} ms)"
    for finding in made.findings[:_MOST_LINES]:
        yield "      " + _finding(finding, is_zh=is_zh)
    if len(made.findings) > _MOST_LINES:
        yield f"      … {len(made.findings) - _MOST_LINES}"
    for note in made.notes[:_MOST_LINES]:
        yield f"      {'提示' if is_zh else 'note'}: {note.found} {note.path}".rstrip()


def _finding(finding: Finding, *, is_zh: bool) -> str:
    said = (
        f"应为 {finding.expected}，实为 {finding.found}"
        if is_zh
        else f"expected {finding.expected}, found {finding.found}"
    )
    return f"{finding.path}: {said}" if finding.path else said
