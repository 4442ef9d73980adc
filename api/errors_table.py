"""Prints docs/errors.md from the codes and their texts: `python -m api.errors_table > docs/errors.md`."""

import sys
from collections.abc import Iterable, Mapping
from typing import Final

from graphql import GraphQLEnumType

from api import error_codes_between_courts as between
from api.error_codes import DOORS, PROBLEMS, Meanings
from api.graphql.errors import TEXTS
from schema import messages
from schema.node.schema import SCHEMA

_HEAD: Final = """\
# Errors

Every refusal has a stable code. Programs go by the code; `message` is for people, Chinese or English by
`Accept-Language`, and may be reworded. No text repeats a value that was sent, and nothing of a peer's text reaches a
caller. This page is printed from the code, by `python -m api.errors_table`, and a test holds the two equal.

*Again?* says what a caller may do: **no**: not as this caller, or not until something outside has changed ·
**corrected**: with other input · **reread**: read the object, its state decides · **later**: the same again, later ·
**signed in**: after signing in · **own court**: at the own court's node.
"""
_PROBLEMS: Final = """
## Problems

What a caller can foresee is a value in the data: each mutation and most queries return a union, and `... on Problem
{ code message }` catches every refusal of it. Nothing was changed, and nothing was sent to another court, except before
`NOT_COVERED`; a refused look-up, and a refused act at a node, stand in the audit trail all the same. `Refusal` says in
`part` which field of the input is wrong, or what in it; what carries more has a type of its own, which the schema
describes.

| code | again? | when | 中文 | English |
|---|---|---|---|---|
"""
_DOORS: Final = """
## GraphQL errors

What stands in `errors`, with the code under `extensions.code`. Except for `INTERNAL`, nothing was executed. The status
is that of `application/graphql-response+json`; to a caller that accepts only `application/json`, a well-formed request
is answered with 200. `ASK_OWN_COURT` and `FORBIDDEN` come here too when a document is refused as a whole, and
`INVALID_MONEY`, with status 400, for a variable that is no amount, such as one of three decimals.

| code | status | again? | when | 中文 | English |
|---|---|---|---|---|---|
"""
_COVERAGE: Final = """
## Why a court is silent

`coverage.courts.reason` of a look-up ([how to read coverage](look-ups.md)). **later** means a new look-up, which is
counted and logged as another; **no** is for the two courts to look into.

| reason | again? | English | 中文 |
|---|---|---|---|
"""
_ROAD: Final = """
## Between courts

On the durable road ([the life of a message](delivery.md)) and in the files behind it. People meet these codes as
`lastCode` of a delivery at the gateway and as the `code` of an overlay at the node; wherever it says **later**, the
sender tries again by itself.
"""
_ROWS: Final = """
| code | again? | when |
|---|---|---|
"""
_PARTS: Final[tuple[tuple[str, Meanings], ...]] = (
    ("Refused at once, with a status; noted, nothing kept", between.REFUSED_AT_ONCE),
    ("Not now", between.NOT_NOW),
    ("Inside a destination's signed refusal", between.SIGNED_REFUSALS),
    ("For the operator", between.KEPT_OUT),
)


def document() -> str:
    """The whole of docs/errors.md."""
    parts = [
        _HEAD,
        _PROBLEMS,
        _table(_problem_rows()),
        _DOORS,
        _table(_door_rows()),
        _COVERAGE,
        _table(_reason_rows()),
        _ROAD,
    ]
    for title, meanings in _PARTS:
        rows = ((f"`{code}`", again.value, when) for code, (again, when) in meanings.items())
        parts += [f"\n### {title}\n", _ROWS, _table(rows)]
    return "".join(parts)


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in rows)


def _problem_rows() -> Iterable[tuple[str, ...]]:
    for code, (again, when) in PROBLEMS.items():
        zh, en = messages.TEXTS[code]
        yield f"`{code}`", again.value, when, zh, en


def _door_rows() -> Iterable[tuple[str, ...]]:
    for code, (again, when) in DOORS.items():
        text = TEXTS[code]
        yield f"`{code}`", str(text.status), again.value, when, text.zh, text.en


def _reason_rows() -> Iterable[tuple[str, ...]]:
    words = _reason_words()
    for reason, again in between.COVERAGE.items():
        english, _, chinese = words[reason.value].rpartition(" ")
        yield f"`{reason.value}`", again.value, english, chinese


def _reason_words() -> Mapping[str, str]:
    """English sentence and Chinese term of each reason, as the schema describes it."""
    kind = SCHEMA._schema.type_map["CoverageReason"]  # noqa: SLF001  (strawberry has no public way to the core schema)
    assert isinstance(kind, GraphQLEnumType)  # a reason is an enum value
    return {name: value.description or "" for name, value in kind.values.items()}


if __name__ == "__main__":
    sys.stdout.write(document())
