"""Pages: plain HTML of our own, filled in here. Invariant: every value is escaped, and no page loads from elsewhere.

Chinese and English stand in the page together; a rule of the style sheet shows one of them.
"""

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any, Final

import orjson
from starlette.responses import HTMLResponse

STATIC: Final = Path(__file__).parent / "static"
_INLINE: Final = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that is safe to place as it is."""

    text: str


def both(zh: str, en: str) -> Markup:
    """A text in both languages, of which one is shown."""
    return Markup(f'<span lang="zh-CN">{escape(zh)}</span><span lang="en">{escape(en)}</span>')


def each(parts: Iterable[Markup]) -> Markup:
    """Several pieces, one after another."""
    return Markup("\n".join(part.text for part in parts))


def fill(template: str, **values: str | Markup) -> Markup:
    """The template with its `$name`s replaced; plain text is escaped."""
    safe = {key: value.text if isinstance(value, Markup) else escape(value) for key, value in values.items()}
    return Markup(Template(template).substitute(safe))


def template(name: str) -> str:
    """The text of one of api/static/pages."""
    return (STATIC / "pages" / f"{name}.html").read_text("utf-8")


def asset(name: str) -> Markup:
    """The text of one of api/static/site, to be placed in a page."""
    return Markup((STATIC / "site" / name).read_text("utf-8"))


def data(value: Mapping[str, Any]) -> Markup:
    """JSON that is safe inside a `<script type="application/json">`."""
    return Markup(orjson.dumps(value).decode().replace("<", "\\u003c"))


def respond(page: Markup, *, policy: Mapping[str, str], inline: bool = True, status: int = 200) -> HTMLResponse:
    """The page with its content security policy; inline scripts and styles are allowed by their digests."""
    rules = {"default-src": "'none'", "base-uri": "'none'", "frame-ancestors": "'none'", "img-src": "data:", **policy}
    if inline:
        rules |= _digests(page.text)
    headers = {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in rules.items()),
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
    }
    return HTMLResponse(page.text, status, headers)


def _digests(text: str) -> dict[str, str]:
    found: dict[str, list[str]] = {"script-src": [], "style-src": []}
    for kind, content in _INLINE.findall(text):
        digest = base64.b64encode(sha256(content.encode()).digest()).decode()
        found[f"{kind}-src"].append(f"'sha256-{digest}'")
    return {rule: " ".join(digests) or "'none'" for rule, digests in found.items()}
