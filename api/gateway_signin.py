"""Signing in at the gateway: any active court's provider, or the gateway's own; roles as the directory lists them."""

from collections.abc import Callable
from typing import Final

from api.signin import SignInRefused, TokenVerifier, bearer
from enforcement.rules.rights import Caller, Role
from federation.directory.view import DirectoryView
from federation.wire.header import GATEWAY

_ROLES: Final = frozenset(Role)


class GatewaySignIn:
    """From an Authorization header to an officer of a member court, or to an admin (whose court is "gateway")."""

    def __init__(self, verifier: TokenVerifier, *, current: Callable[[], DirectoryView]) -> None:
        self._verifier = verifier
        self._current = current

    async def __call__(self, authorization: str | None) -> Caller | None:
        """The caller; None without a header.

        Raises:
            SignInRefused: the token is not valid here, or the directory does not list its subject.
        """
        token = bearer(authorization)
        if token is None:
            return None
        view = self._current()
        issuers = _issuers(view)
        identity = await self._verifier.verify(token, issuers)
        for court in issuers[identity.issuer]:
            if (entry := view.officer(court, identity.subject)) is not None:
                roles = frozenset(Role(role) for role in entry.roles if role in _ROLES)
                return Caller(entry.id, court, roles, identity.expires_at)
        raise SignInRefused("TOKEN_REJECTED")


def _issuers(view: DirectoryView) -> dict[str, list[str]]:
    """The trusted issuers and whose people they vouch for."""
    issuers: dict[str, list[str]] = {view.gateway.issuer: [GATEWAY]}
    for court in view.courts():
        if view.is_active(court.code):
            issuers.setdefault(court.issuer, []).append(court.code)
    return issuers
