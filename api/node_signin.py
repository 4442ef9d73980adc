"""Signing in at a court's node: this court's own provider, this court's own officers."""

from typing import Final

from api.signin import SignInRefused, TokenVerifier, bearer
from db import officers
from db.pool import Pool
from enforcement.rules.rights import Caller, Role

_ROLES: Final = frozenset(Role)


class NodeSignIn:
    """From an Authorization header to an officer of this court."""

    def __init__(self, verifier: TokenVerifier, *, issuer: str, court: str, gateway_url: str, pool: Pool) -> None:
        self._verifier = verifier
        self._issuer = issuer
        self._court = court
        self._other_doors = (gateway_url.rstrip("/"),)
        self._pool = pool

    async def __call__(self, authorization: str | None) -> Caller | None:
        """The officer; None without a header.

        Raises:
            SignInRefused: the token is not valid here, or names nobody who serves at this court now.
        """
        token = bearer(authorization)
        if token is None:
            return None
        identity = await self._verifier.verify(token, (self._issuer,), self._other_doors)
        async with self._pool.acquire() as conn:
            officer = await officers.get(conn, identity.subject)
        if officer is None or not officer.active:
            raise SignInRefused("TOKEN_REJECTED")
        roles = frozenset(Role(role) for role in officer.roles if role in _ROLES)
        return Caller(officer.id, self._court, roles, identity.expires_at)
