"""Papers that a court's program writes itself (文书): the delegation letter, the ruling's extract and the notice.

Each is a function of what the task says, so that both courts can write it again and hold it against the digest that
travels with the task. Invariant: pure; the same content gives the same bytes in every release that writes them.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from enforcement.payloads import AssetRef, DocumentRef, TaskContent
from enforcement.rules.matter import RequiredPaper


def _thing(asset: AssetRef | None) -> str:
    if asset is None:
        return "无"
    parts = "，".join(f"{part} {value}" for part, value in sorted(asset.identity.items()))
    return f"{asset.kind}（{parts}），位于 {asset.division}"


def _about(content: TaskContent) -> list[str]:
    term = "" if content.term_years is None else f"，期限 {content.term_years} 年"
    return [
        f"案号：{content.case_number}",
        f"被执行人：{content.debtor.name}，{content.debtor.identifier}",
        f"财产：{_thing(content.asset)}",
        f"裁定：{content.ruling_no or '无'}",
        f"措施：{content.measure_kind or '无'}{term}",
    ]


def _letter(content: TaskContent, delegating: str, entrusted: str) -> list[str]:
    return [
        "委托函",
        f"委托法院：{delegating}",
        f"受托法院：{entrusted}",
        f"委托事项：{content.matter}",
        *_about(content),
        f"联系人：{content.contact or '承办人'}",
    ]


def _ruling(content: TaskContent, delegating: str, entrusted: str) -> list[str]:
    del entrusted
    return ["执行裁定书（登记摘要）", f"裁定法院：{delegating}", *_about(content)]


def _notice(content: TaskContent, delegating: str, entrusted: str) -> list[str]:
    return ["协助执行通知书", f"裁定法院：{delegating}", f"送达法院：{entrusted}", *_about(content)]


_WRITERS: Final[Mapping[RequiredPaper, Callable[[TaskContent, str, str], list[str]]]] = {
    RequiredPaper.DELEGATION_LETTER: _letter,
    RequiredPaper.RULING: _ruling,
    RequiredPaper.ASSISTANCE_NOTICE: _notice,
}
"""What the program can name; every other paper comes from an officer."""


def written(content: TaskContent, kind: str, delegating: str, entrusted: str) -> str | None:
    """The text of the paper as the program writes it; None for a kind that it does not write."""
    writer = _WRITERS.get(RequiredPaper(kind)) if kind in set(RequiredPaper) else None
    return None if writer is None else "\n".join(writer(content, delegating, entrusted)) + "\n"


def text_of(content: TaskContent, document: DocumentRef, delegating: str, entrusted: str) -> str | None:
    """The text of a paper of the task, if the program wrote it: the digest says so."""
    text = written(content, document.kind, delegating, entrusted)
    return text if text is not None and digest(text) == document.sha256 else None


def completed(content: TaskContent, delegating: str, entrusted: str) -> list[DocumentRef]:
    """The documents of `content`, and after them each paper that the program writes and nobody attached."""
    attached = {document.kind for document in content.documents}
    added = [
        DocumentRef(
            kind=kind.value,
            number=content.case_number if kind is RequiredPaper.DELEGATION_LETTER else content.ruling_no or "",
            sha256=digest(text),
        )
        for kind in _WRITERS
        if kind.value not in attached and (text := written(content, kind.value, delegating, entrusted)) is not None
    ]
    return [*content.documents, *added]


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()
