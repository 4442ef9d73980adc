"""Papers that the program writes: the same at both courts, known by their digest, never instead of an officer's."""

import msgspec
import pytest

from enforcement.payloads import DocumentRef
from enforcement.rules import papers
from enforcement.rules.matter import RequiredPaper
from tests.enforcement.registry_zone import DEBTOR_NO, NUMBER, PLATE, RULING, seizure

CONTENT = seizure(None)
WRITTEN = {RequiredPaper.DELEGATION_LETTER, RequiredPaper.RULING, RequiredPaper.ASSISTANCE_NOTICE}


def test_missing_papers_are_written() -> None:
    added = papers.completed(CONTENT, "浙0824", "皖1021")

    assert {one.kind for one in added} == WRITTEN
    assert {one.kind: one.number for one in added} == {
        "DELEGATION_LETTER": NUMBER,
        "RULING": RULING,
        "ASSISTANCE_NOTICE": RULING,
    }


def test_an_officers_paper_stays() -> None:
    ruling = DocumentRef(kind="RULING", number=RULING, sha256="1" * 64)
    content = msgspec.structs.replace(CONTENT, documents=[ruling])

    added = papers.completed(content, "浙0824", "皖1021")

    assert [one for one in added if one.kind == "RULING"] == [ruling]
    assert papers.text_of(content, ruling, "浙0824", "皖1021") is None


def test_both_courts_read_the_same_text() -> None:
    added = papers.completed(CONTENT, "浙0824", "皖1021")
    sent = msgspec.json.decode(
        msgspec.json.encode(msgspec.structs.replace(CONTENT, documents=added)), type=type(CONTENT)
    )

    for document in sent.documents:
        text = papers.text_of(sent, document, "浙0824", "皖1021")
        assert text is not None
        assert {NUMBER, RULING, PLATE, DEBTOR_NO} <= {
            word for word in (NUMBER, RULING, PLATE, DEBTOR_NO) if word in text
        }


@pytest.mark.parametrize("change", [{"ruling_no": RULING + "二"}, {"term_years": 1}, {"case_number": NUMBER + "一"}])
def test_another_content_is_another_paper(change: dict[str, object]) -> None:
    ruling = next(one for one in papers.completed(CONTENT, "浙0824", "皖1021") if one.kind == "RULING")

    assert papers.text_of(msgspec.structs.replace(CONTENT, **change), ruling, "浙0824", "皖1021") is None
