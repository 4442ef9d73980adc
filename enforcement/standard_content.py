"""The text of a unified standard that courts sign (委托事项统一标准): strict JSON, the same bytes for every court.

Invariant: what does not follow the rules of standards is no standard, whoever signed it.
"""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from enforcement.rules import task_standards
from enforcement.rules.matter import DelegatedMatterType, RequiredPaper
from enforcement.rules.refusals import Malformed
from enforcement.rules.task_standards import Demands
from federation.wire import strict_json
from federation.wire.header import Count

_Days = Annotated[int, Meta(ge=1, le=366)]


class StandardContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One revision of a standard, complete: a later one replaces it."""

    id: UUID
    revision: Count
    matter: DelegatedMatterType
    province: str | None
    papers: list[RequiredPaper]
    answer_within_days: _Days | None
    sign_for_working_days: _Days | None
    from_on: date
    to_on: date | None


class NotAStandard(Exception):
    """The bytes are no standard of this release."""


_CONTENT: Final = msgspec.json.Decoder(StandardContent)


def write(content: StandardContent) -> bytes:
    """The bytes that are signed."""
    return msgspec.json.encode(content)


def read(raw: bytes) -> StandardContent:
    """The standard in `raw`.

    Raises:
        NotAStandard.
    """
    try:
        content, _ = strict_json.decode(raw, _CONTENT)
        task_standards.check(demands(content))
    except (strict_json.NotStrict, Malformed):
        raise NotAStandard from None
    if content.to_on is not None and content.to_on < content.from_on:
        raise NotAStandard
    return content


def demands(content: StandardContent) -> Demands:
    """What the standard demands."""
    return Demands(
        content.matter,
        content.province,
        tuple(content.papers),
        content.answer_within_days,
        content.sign_for_working_days,
    )
