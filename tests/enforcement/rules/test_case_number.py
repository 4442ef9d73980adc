"""Case numbers: one canonical form, and refusals that say which part fails."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.records.cases import CaseClass, CaseType
from enforcement.rules import case_number
from enforcement.rules.case_number import CaseNumber
from enforcement.rules.refusals import Malformed

TODAY = date(2025, 7, 14)
CANONICAL = "（2025）浙0824执365号"


@pytest.mark.parametrize(
    "text", [CANONICAL, "(2025)浙0824执365号", "〔2025〕浙0824执365号", " （２０２５） 浙0824 执 365 号 "]
)
def test_every_input_form_becomes_canonical(text: str) -> None:
    assert case_number.canonical(text, today=TODAY) == CANONICAL


def test_parts_are_told_apart() -> None:
    number = case_number.parse("（2021）浙0824执恢12号之十二", today=TODAY)

    assert number == CaseNumber(2021, "浙0824", "执恢", 12, 12)
    assert number.type is CaseType.RESUMED_ENFORCEMENT
    assert case_number.parse("（2020）最高法执监1号", today=TODAY).court == "最高法"
    assert case_number.parse("（2024）浙08民终1号", today=TODAY).type is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("浙0824执365号", "FORM"),
        ("（2025）浙0824执365", "FORM"),
        ("（2026）浙0824执365号", "YEAR"),
        ("（2025）某0824执365号", "COURT"),
        ("（2025）浙082执365号", "COURT"),
        ("（2025）浙08240执365号", "COURT"),
        ("（2025）浙0824执法365号", "TYPE"),
        ("（2025）浙0824执0365号", "SEQUENCE"),
        ("（2025）浙0824执12345678号", "SEQUENCE"),
        ("（2025）浙0824执365号之零", "DOCUMENT"),
    ],
)
def test_refusal_names_part(text: str, part: str) -> None:
    with pytest.raises(Malformed) as refused:
        case_number.parse(text, today=TODAY)

    assert (refused.value.code, refused.value.part) == ("INVALID_CASE_NUMBER", part)


def test_known_courts_narrow_the_number() -> None:
    with pytest.raises(Malformed):
        case_number.parse("（2025）浙0802执1号", today=TODAY, known_courts={"浙0824"})


def test_canonical_refuses_documents_and_judgments() -> None:
    for text in ("（2025）浙0824执365号之一", "（2024）浙0824民初1号"):
        with pytest.raises(Malformed):
            case_number.canonical(text, today=TODAY)


def test_document_number_counts_in_chinese() -> None:
    assert case_number.document_number(CANONICAL, 1) == CANONICAL + "之一"
    assert [case_number.ordinal(n) for n in (10, 11, 20, 99)] == ["十", "十一", "二十", "九十九"]


def test_two_classes_and_the_rest() -> None:
    classes = {kind: case_number.class_of(kind) for kind in CaseType}

    assert classes[CaseType.RESUMED_ENFORCEMENT] is CaseClass.IMPLEMENTATION
    assert classes[CaseType.ENFORCEMENT_OBJECTION] is CaseClass.REVIEW
    assert classes[CaseType.PRESERVATION_ENFORCEMENT] is CaseClass.OTHER


@given(
    st.integers(2000, 2025),
    st.sampled_from(["浙0824", "赣11", "皖", "最高法"]),
    st.sampled_from(sorted(case_number.TYPES)),
    st.integers(1, 9_999_999),
    st.one_of(st.none(), st.integers(1, 99)),
)
def test_printing_and_parsing_agree(year: int, court: str, kind: str, sequence: int, document: int | None) -> None:
    number = CaseNumber(year, court, kind, sequence, document)

    assert case_number.parse(str(number), today=TODAY) == number
