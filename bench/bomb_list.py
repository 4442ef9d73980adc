"""Requests made to hurt: each small, or read no further than its limit, and each refused before it is executed.

Documents are against a node's schema. Only the names and the codes are asserted elsewhere; what each costs is measured.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

_TASKS: Final = "{ delegatedTasks(first: 100) { ... on DelegatedTaskConnection { edges { node { %s } } } } }"
_SCOPED: Final = (
    "query ($s: Scope!, $i: DebtorIdentityInput!, $b: LegalBasisInput!)"
    " { debtorPresence(scope: $s, identity: $i, basis: $b) { __typename } }"
)
_TOO_LARGE: Final = "DOCUMENT_TOO_LARGE"
_INVALID: Final = "DOCUMENT_INVALID"


@dataclass(frozen=True, slots=True)
class Bomb:
    """The body of a request, and the code of its refusal; on a socket perhaps a close code instead."""

    code: str
    body: bytes
    close: int = 0


def _document(code: str, query: str, variables: Mapping[str, Any] = MappingProxyType({})) -> Bomb:
    return Bomb(code, json.dumps({"query": query, "variables": dict(variables)}).encode())


def _many(text: str, count: int) -> str:
    """`text` again and again; a star in it is the number."""
    return " ".join(text.replace("*", str(number)) for number in range(count))


def _doubling(levels: int) -> str:
    step = "fragment F{} on DelegatedTask {{ a: followUpOf {{ ...F{} }} b: followUpOf {{ ...F{} }} }}"
    parts = " ".join(step.format(n, n + 1, n + 1) for n in range(levels))
    return f"{_TASKS % '...F0'} {parts} fragment F{levels} on DelegatedTask {{ id }}"


_DOCUMENTS: Final = {
    "deep": _document(_TOO_LARGE, _TASKS % ("followUpOf { " * 200 + "id" + " }" * 200)),
    "wide": _document(_TOO_LARGE, "{ " + "courtCode " * 3_100 + "}"),
    "wide, within the tokens": _document(_INVALID, "{ " + _many("nothing*", 900) + " }"),
    "cyclic in types": _document(_TOO_LARGE, _TASKS % ("followUps { " * 5 + "id" + " }" * 5)),
    "cyclic in fragments": _document(
        _INVALID, _TASKS % "...A" + " fragment A on DelegatedTask { followUpOf { ...B } }"
        " fragment B on DelegatedTask { followUpOf { ...A } }"
    ),
    "aliases": _document(_TOO_LARGE, "{ " + _many("a*: courtCode", 400) + " }"),
    "fragments that double": _document(_TOO_LARGE, _doubling(40)),
    "fragments, unused": _document(_TOO_LARGE, "{ __typename } " + _many("fragment F* on Zone { code }", 140)),
    "fragments, as many as may be": _document(
        _INVALID, "{ node(id: 1) { " + _many("...F*", 58) + " } } " + _many("fragment F* on Node { a* b* c* }", 58)
    ),
    "directives": _document(_TOO_LARGE, "{ courtCode " + "@include(if: true) " * 160 + "}"),
    "directives, unknown": _document(_INVALID, "{ courtCode " + _many("@d*", 60) + " }"),
    "operations": _document(_TOO_LARGE, _many("query Q* { __typename }", 150)),
    "variables": _document(_INVALID, "query (" + _many("$v*: Int", 240) + ") { courtCode }"),
    "arguments": _document(_INVALID, "{ courtCode(" + "a: 1 " * 320 + ") }"),
    "fragments, valid": _document(
        _INVALID, "query ($i: ID!) { node(id: $i) { " + _many("...F*", 57) + " } } "
        + _many("fragment F* on Node { id a*: id }", 57) + " fragment X on Node { nothing }",
    ),
    "input fields": _document(
        _INVALID, "{ debtorPresence(identity: {" + _many("a*: 1", 300) + "}) { __typename } }"
    ),
    "items": _document(_INVALID, "{ debtorPresence(scope: {courts: [" + "A " * 900 + "]}) { __typename } }"),
    "nested lists": _document(_TOO_LARGE, "{ lookupLog(first: " + "[" * 15_000 + "]" * 15_000 + ") { __typename } }"),
    "one key": _document(_TOO_LARGE, "{ " + _many("courtCode", 320) + " }"),
    "one name": _document(_TOO_LARGE, "{ " + "x" * 31_000 + " }"),
    "names": _document(_INVALID, "{ " + _many("x*" + "x" * 28, 900) + " }"),
    "one text": _document(_INVALID, '{ debtorPresence(scope: "' + "x" * 31_000 + '") { __typename } }'),
    "comments": _document(_TOO_LARGE, "{ courtCode } " + "#\n" * 15_000),
    "introspection": _document(_TOO_LARGE, "{ " + _many("a*: __schema { types { name } }", 30) + " }"),
    "a page of pages": _document(
        _TOO_LARGE,
        "{ enforcementCases(first: 100) { ... on EnforcementCaseConnection { nodes { searches { nodes { findings {"
        " nodes { kind identity { part value } } } } } assets { nodes { kind identity { part value } } } } } } }",
    ),
}  # fmt: skip
_KEYS: Final = {f"key{n}": n for n in range(1_000)}
_VARIABLES: Final = {
    "unknown keys": _document("VARIABLES_INVALID", _SCOPED, {"s": _KEYS, "i": _KEYS, "b": _KEYS}),
    "wrong items": _document(
        "VARIABLES_INVALID", _SCOPED, {"s": {"courts": [{}] * 1_000, "requiredCourts": [{}] * 1_000}, "i": {}, "b": {}}
    ),
    "values": _document("VARIABLES_TOO_LARGE", _SCOPED, {"s": [[0] * 1_000 for _ in range(6)]}),
    "nested values": _document("VARIABLES_TOO_LARGE", _SCOPED, {"s": json.loads("[" * 200 + "]" * 200)}),
}
_BODIES: Final = {
    "a body of ten megabytes": Bomb("BODY_TOO_LARGE", b'{"query":"{ __typename }"' + b" " * 10_000_000 + b"}", 1009),
    "a body of 50,000 lists": Bomb("MALFORMED_REQUEST", b"[" * 50_000 + b"]" * 50_000, 4400),
    "50,000 lists among the variables": Bomb(
        "MALFORMED_REQUEST", b'{"query":"{ __typename }","variables":' + b"[" * 50_000 + b"]" * 50_000 + b"}", 4400
    ),
    "a number of 90,000 digits": Bomb(
        "MALFORMED_REQUEST", b'{"query":"{ __typename }","variables":{"a":' + b"9" * 90_000 + b"}}"
    ),
}
BOMBS: Final[Mapping[str, Bomb]] = MappingProxyType(_DOCUMENTS | _VARIABLES | _BODIES)
"""By what they are of."""
