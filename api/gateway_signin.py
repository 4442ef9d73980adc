"""Signing in at the gateway: a member court's provider, or the gateway's own; roles as the directory lists them.

Invariant: nothing outlives the directory. Whose court it does not trust, or whom it does not list, is refused with the
next request, and a connection that is held ends (`api/held_connections.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Self

from api.signin import SignInRefused, TokenVerifier, bearer
from enforcement.rules.rights import OFFICES, Caller, Role
from federation.directory.view import DirectoryView
from federation.wire.header import GATEWAY

_WHOLE: Final = frozenset({"ACTIVE", "SUPERVISING"})
_RUNNING_OFF: Final = frozenset({"SUSPENDED", "WITHDRAWING"})
"""States of courts whose officers may still follow the tasks that are open. Source: docs/gateway.md."""


def are_trusted(state: str) -> bool:
    """Whether the people of a court in that state may sign in here."""
    return state in _WHOLE | _RUNNING_OFF


@dataclass(frozen=True, slots=True)
class _Trusted:
    """Whom one version of the directory trusts."""

    view: DirectoryView
    issuers: dict[str, list[str]] = field(default_factory=dict)  # and whose people each vouches for
    running_off: set[str] = field(default_factory=set)
    doors: set[str] = field(default_factory=set)  # the courts' own

    @classmethod
    def by(cls, view: DirectoryView) -> Self:
        found = cls(view)
        found.issuers[view.gateway.issuer] = [GATEWAY]
        for court in (*view.courts(), *view.supervisors()):
            if are_trusted(court.state):
                found.issuers.setdefault(court.issuer, []).append(court.code)
            if court.url:  # a court that only supervises has no node
                found.doors.add(court.url.rstrip("/"))
            if court.state in _RUNNING_OFF:
                found.running_off.add(court.code)
        return found


class GatewaySignIn:
    """From an Authorization header to an officer of a member court, or to an admin (whose court is "gateway")."""

    def __init__(self, verifier: TokenVerifier, *, current: Callable[[], DirectoryView]) -> None:
        self._verifier = verifier
        self._current = current
        self._last: _Trusted | None = None

    async def __call__(self, authorization: str | None) -> Caller | None:
        """The caller; None without a header.

        Raises:
            SignInRefused: the token is not valid here, or the directory does not list its subject.
        """
        token = bearer(authorization)
        if token is None:
            return None
        trusted = self._trusted()
        identity = await self._verifier.verify(token, trusted.issuers, trusted.doors)
        for court in trusted.issuers[identity.issuer]:
            if (entry := trusted.view.officer(court, identity.subject)) is not None:
                roles = frozenset(Role(role) for role in entry.roles if role in OFFICES)
                return Caller(entry.id, court, roles, identity.expires_at, court in trusted.running_off)
        raise SignInRefused("TOKEN_REJECTED")

    def _trusted(self) -> _Trusted:
        view = self._current()
        if self._last is None or self._last.view is not view:
            self._last = _Trusted.by(view)
        return self._last
