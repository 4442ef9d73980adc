"""What a conformance run (一致性测试) found, check by check: strict JSON without free text.

It is what the gateway stores and shows; nothing here decrypts. Invariant: of the examined node stand here only stable
codes, numbers, and places in the contract; whatever else it says is `OTHER`.
"""

import re
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from federation.wire import strict_json
from federation.wire.header import Count, Court, Instant

FORMAT: Final = "xiezhi/conformance/1"
MAX_BYTES: Final = 256 * 1024
_MOST_CHECKS: Final = 200
MOST_FINDINGS: Final = 100
"""Of one check."""
MOST_PATH: Final = 200
OTHER: Final = "OTHER"
_WORDS: Final = re.compile(r"[A-Z0-9][A-Z0-9_-]{0,63}", re.ASCII)

Token = Annotated[str, Meta(pattern=r"\A[A-Z][A-Z0-9_]{0,39}\Z")]
Words = Annotated[str, Meta(pattern=r"\A[A-Z0-9][A-Z0-9_-]{0,63}\Z")]  # codes and numbers, such as 401-BAD_SIGNATURE
Path = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.<>():@]*\Z", max_length=MOST_PATH)]  # in the contract, from its root


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "PASSED"
    FAILED = "FAILED"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of all parts: strict."""


class Finding(Entry, frozen=True, kw_only=True):
    """One thing that is not as it must be: what was expected, what was found, and where in the contract."""

    expected: Words
    found: Words
    path: Path = ""


class Checked(Entry, frozen=True, kw_only=True):
    """One check: it passed when it found nothing. Notes are to be read, and are no failure."""

    code: Token
    outcome: Outcome
    took_ms: Annotated[int, Meta(ge=0, le=3_600_000)]
    findings: Annotated[list[Finding], Meta(max_length=MOST_FINDINGS)]
    notes: Annotated[list[Finding], Meta(max_length=MOST_FINDINGS)]


class Report(Entry, frozen=True, kw_only=True):
    """A whole run."""

    format: Literal["xiezhi/conformance/1"] = FORMAT
    court: Court
    contract: Count  # against which the node was held
    started_at: Instant
    ended_at: Instant
    checks: Annotated[list[Checked], Meta(min_length=1, max_length=_MOST_CHECKS)]

    @property
    def is_green(self) -> bool:
        """Whether every check passed."""
        return all(check.outcome is Outcome.PASSED for check in self.checks)


class BadReport(Exception):
    """The text is no report."""


_REPORT: Final = msgspec.json.Decoder(Report)


def write(report: Report) -> bytes:
    """The report as JSON."""
    return msgspec.json.encode(report)


def read(raw: bytes) -> Report:
    """The report in `raw`.

    Raises:
        BadReport: it is none, is too large, or contradicts itself.
    """
    if len(raw) > MAX_BYTES:
        raise BadReport
    try:
        report, _ = strict_json.decode(raw, _REPORT)
    except strict_json.NotStrict:
        raise BadReport from None
    codes = {check.code for check in report.checks}
    agrees = all((check.outcome is Outcome.FAILED) == bool(check.findings) for check in report.checks)
    if len(codes) != len(report.checks) or not agrees:
        raise BadReport
    return report


def words(*said: object) -> str:
    """What a node said, if it is made of codes and numbers; else `OTHER`."""
    text = "-".join(str(each) for each in said if each is not None)
    return text if _WORDS.fullmatch(text) else OTHER
