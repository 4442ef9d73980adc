"""Ready tabs: documents with their variables, one pair of files each in api/static/examples/<program>.

The first line of a document is its title, Chinese and English: `# 中文 · English`.
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
        title_zh, _, title_en = query.partition("\n")[0].removeprefix("#").strip().partition(" · ")
        companion = file.with_suffix(".json")
        variables = companion.read_text("utf-8") if companion.exists() else "{}"
        found.append(Example(file.stem.partition("-")[2], title_zh, title_en, query, variables))
    return found
