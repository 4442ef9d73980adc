"""Issuers as a door sees them: what each publishes, who is silent, what was asked; two keys; the doors' addresses."""

import json
from collections.abc import Mapping, Sequence

from joserfc.jwk import Key, RSAKey

from api.issuer_documents import Fetched
from api.issuer_keys import IssuerKeys
from api.signin import TokenVerifier

ISSUER = "http://127.0.0.1:8409/330824"
ELSEWHERE = "http://127.0.0.1:8409/330822"
DOOR = "http://127.0.0.1:8401"
GATEWAY = "http://127.0.0.1:8400"


def new_key() -> RSAKey:
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"})
    key.ensure_kid()
    return key


KEY = new_key()
OTHER = new_key()


class Web:
    """Issuers as the network shows them: what each publishes, who is down, what was asked."""

    def __init__(self, published: Mapping[str, Sequence[Key]]) -> None:
        self.published = dict(published)
        self.down = False
        self.asked: list[str] = []
        self.now_s = 0.0
        self.max_age_s: float | None = None

    async def fetch(self, url: str) -> Fetched:
        self.asked.append(url)
        if self.down:
            raise OSError("unreachable")
        for issuer, keys in self.published.items():
            if url == issuer + "/.well-known/openid-configuration":
                return Fetched(json.dumps({"issuer": issuer, "jwks_uri": issuer + "/jwks"}).encode())
            if url == issuer + "/jwks":
                return Fetched(
                    json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode(), self.max_age_s
                )
        raise OSError("no such page")

    def keys(self) -> IssuerKeys:
        return IssuerKeys(self.fetch, monotonic=lambda: self.now_s)


def verifier(web: Web, door: str = DOOR) -> TokenVerifier:
    return TokenVerifier(web.keys(), audience=door)
