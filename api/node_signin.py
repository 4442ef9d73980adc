"""Signing in at a court's node: this court's own provider, this court's own officers and parties."""

from api.signin import SignInRefused, TokenVerifier, bearer
from db import officers, party_accounts
from db.pool import Pool
from enforcement.rules.rights import OFFICES, Caller, Role


class NodeSignIn:
    """From an Authorization header to an officer of this court, or to a party whom it has bound to their row."""

    def __init__(self, verifier: TokenVerifier, *, issuer: str, court: str, gateway_url: str, pool: Pool) -> None:
        self._verifier = verifier
        self._issuer = issuer
        self._court = court
        self._other_doors = (gateway_url.rstrip("/"),)
        self._pool = pool

    async def __call__(self, authorization: str | None) -> Caller | None:
        """Who calls; None without a header.

        Raises:
            SignInRefused: the token is not valid here, or names nobody who serves, or stands as a party, here now.
        """
        token = bearer(authorization)
        if token is None:
            return None
        identity = await self._verifier.verify(token, (self._issuer,), self._other_doors)
        async with self._pool.acquire() as conn:
            officer = await officers.get(conn, identity.subject)
            party = await party_accounts.get(conn, identity.subject) if officer is None else None
        if officer is not None and officer.active:
            roles = frozenset(Role(role) for role in officer.roles if role in OFFICES)
            return Caller(officer.id, self._court, roles, identity.expires_at)
        if party is not None and party.active:
            is_party, own = frozenset({Role.PARTY}), frozenset(party.case_ids)
            return Caller(
                party.subject, self._court, is_party, identity.expires_at, party_id=party.party_id, own_cases=own
            )
        raise SignInRefused("TOKEN_REJECTED")
