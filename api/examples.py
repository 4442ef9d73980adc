"""Ready tabs: documents with their variables, one pair of files each in api/static/examples/<program>.

A document begins with comments: its title, `# 中文`, then `# English`; two more say who may run it, if that matters.
"""

from dataclasses import dataclass
from itertools import takewhile

from api.page import STATIC


@dataclass(frozen=True, slots=True)
class Example:
    """A named document; `variables` is JSON text."""

    name: str
    title_zh: str
    title_en: str
    query: str
    variables: str
    hint_zh: str = ""
    hint_en: str = ""


def of(program: str) -> list[Example]:
    """The examples of "node" or "gateway", in the order of their numbers (`2-profile.graphql` is `profile`)."""
    files = sorted((STATIC / "examples" / program).glob("*.graphql"))
    found = []
    for file in files:
        query = file.read_text("utf-8")
        comments = [line.removeprefix("#").strip() for line in takewhile(_is_comment, query.splitlines())]
        companion = file.with_suffix(".json")
        variables = companion.read_text("utf-8") if companion.exists() else "{}"
        name = file.stem.partition("-")[2]
        found.append(Example(name, comments[0], comments[1], query, variables, *comments[2:4]))
    return found


def _is_comment(line: str) -> bool:
    return line.startswith("#")
