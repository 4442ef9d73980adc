"""Ready tabs: documents with their variables, one pair of files each in api/static/examples/<program>.

A document begins with its title in two comments: `# 中文`, then `# English`.
"""

from dataclasses import dataclass

from api.page import STATIC


@dataclass(frozen=True, slots=True)
class Example:
    """A named document; `variables` is JSON text."""

    name: str
    title_zh: str
    title_en: str
    query: str
    variables: str


def of(program: str) -> list[Example]:
    """The examples of "node" or "gateway", in the order of their numbers (`2-profile.graphql` is `profile`)."""
    files = sorted((STATIC / "examples" / program).glob("*.graphql"))
    found = []
    for file in files:
        query = file.read_text("utf-8")
        title_zh, title_en = (line.removeprefix("#").strip() for line in query.split("\n", 2)[:2])
        companion = file.with_suffix(".json")
        variables = companion.read_text("utf-8") if companion.exists() else "{}"
        found.append(Example(file.stem.partition("-")[2], title_zh, title_en, query, variables))
    return found
