"""What a rule says when it is broken: typed fields, no prose. schema/problems.py turns these into GraphQL problems.

Invariant: no field of a refusal ever holds an identifier, a name, an account or an address.
Source of the codes: the shared error contract, docs/errors.md.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


class RuleBroken(Exception):
    """A rule refused; `code` is stable and documented."""

    code: ClassVar[str]


class Forbidden(RuleBroken):
    """The caller's roles do not allow the act."""

    code = "FORBIDDEN"


class NotFound(RuleBroken):
    """No such object, or none that the caller may know of."""

    code = "NOT_FOUND"


@dataclass(eq=False)
class Malformed(RuleBroken):
    """A value fails its format or check digit; `part` names the failing part, never its content.

    `kind` is the code's tail: ID_NUMBER, CASE_NUMBER, USCC, PLATE, VIN, UNIT_NUMBER, MONEY, PERIOD.
    """

    kind: str
    part: str

    @property
    def code(self) -> str:  # type: ignore[override]
        return f"INVALID_{self.kind}"


@dataclass(eq=False)
class StaleVersion(RuleBroken):
    """The object changed since the caller read it."""

    current: int
    code = "STALE_VERSION"


@dataclass(eq=False)
class TransitionNotAllowed(RuleBroken):
    """The state table has no such edge."""

    current: str
    wanted: str
    code = "TRANSITION_NOT_ALLOWED"


@dataclass(eq=False)
class DuplicateOf(RuleBroken):
    """The same thing exists already."""

    id: UUID
    code = "DUPLICATE_OF"
