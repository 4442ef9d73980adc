"""What the other court may say of a case that it entrusts: what a court can file, and every list can show.

Invariant: pure; asked before anything is kept.
"""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from db.records.parties import IdentifierKind, PartyKind, PartyRole
from enforcement.case_transfers.contents import CaseTransferPayload, TransferredParty
from enforcement.payloads import DocumentRef
from enforcement.rules import identity
from enforcement.rules.case_number import canonical, parse
from enforcement.rules.case_transfer import CaseTransferPaper
from enforcement.rules.claims import Livelihood
from enforcement.rules.money import LARGEST, not_negative, total
from enforcement.rules.refusals import RuleBroken
from enforcement.rules.transfer import check_digest
from enforcement.tasks.contents import NotAPayload
from enforcement.tasks.overlay_checks import is_day

MOST_PARTIES: Final = 100
MOST_DOCUMENTS: Final = 20
_MOST_TEXT: Final = 200
_WORD: Final = re.compile(r"[A-Z][A-Z_]{0,59}", re.ASCII)
_DIVISION: Final = re.compile(r"\d{6}", re.ASCII)
_NEEDED: Final = frozenset({PartyRole.APPLICANT, PartyRole.DEBTOR})
W = TypeVar("W", bound=StrEnum)


def check(payload: CaseTransferPayload, author: str, today: date) -> None:
    """Return if a case can be filed of this. Raises NotAPayload."""
    try:
        parse(payload.case_number, today=today, known_courts={author})
        _require(canonical(payload.case_number, today=today) == payload.case_number)
        for amount in (payload.principal, payload.general_interest, payload.costs):
            not_negative(amount)
        _require(total([payload.principal, payload.general_interest, payload.costs]) <= LARGEST)
        for entry in payload.parties:
            _check_party(entry, today)
    except (RuleBroken, ValueError, ArithmeticError):
        raise NotAPayload from None
    _require(0 < len(payload.parties) <= MOST_PARTIES)
    _require({PartyRole(entry.role) for entry in payload.parties} >= _NEEDED)
    _require(is_line(payload.cause) and is_line(payload.basis_number))
    _require(_WORD.fullmatch(payload.basis_kind) is not None)
    _require(payload.performance_due_on is None or is_day(payload.performance_due_on))
    if payload.livelihood is not None:
        word(Livelihood, payload.livelihood)
    check_documents(payload.documents)


def _check_party(entry: TransferredParty, today: date) -> None:
    PartyRole(entry.role)
    kind = IdentifierKind(entry.identifier_kind)
    is_person = PartyKind(entry.kind) is PartyKind.NATURAL
    _require((kind is IdentifierKind.ID_NUMBER) == is_person)
    identity.canonical(kind, entry.identifier, today=today)
    _require(is_line(entry.name) and _DIVISION.fullmatch(entry.domicile_division) is not None)


def check_documents(documents: Sequence[DocumentRef]) -> None:
    """Return if each is one of the papers, once, by its digest. Raises NotAPayload."""
    kinds = [word(CaseTransferPaper, each.kind) for each in documents]
    _require(len(kinds) == len(set(kinds)) <= MOST_DOCUMENTS)
    for each in documents:
        _require(len(each.number) <= _MOST_TEXT)
        try:
            check_digest(each.sha256)
        except RuleBroken:
            raise NotAPayload from None


def word(kind: type[W], text: str) -> W:
    """The word of an enum. Raises NotAPayload."""
    try:
        return kind(text)
    except ValueError:
        raise NotAPayload from None


def is_line(text: str) -> bool:
    """Whether it says something, on one line of a length that a list shows."""
    return bool(text.strip()) and len(text) <= _MOST_TEXT and text.isprintable()


def _require(holds: bool) -> None:
    if not holds:
        raise NotAPayload
