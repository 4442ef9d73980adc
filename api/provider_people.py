"""Who can sign in at the demo's provider: one file of issuers and their officers."""

from pathlib import Path
from typing import Final

import msgspec

GATEWAY_PATH: Final = "gateway"


class Officer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Someone who can be chosen on the sign-in page."""

    id: str
    name: str
    roles: list[str]


class Issuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One OpenID issuer: a court's, at /<division>, or the gateway's, at /gateway."""

    path: str
    court: str  # 代字, or "gateway"
    name_zh: str
    name_en: str
    officers: list[Officer]
    resources: list[str] = []  # the doors for which it gives tokens, by public URL: its own court's, and the gateway

    def officer(self, officer_id: str) -> Officer | None:
        return next((officer for officer in self.officers if officer.id == officer_id), None)


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    issuers: list[Issuer]

    def issuer(self, path: str) -> Issuer | None:
        return next((issuer for issuer in self.issuers if issuer.path == path), None)


def read(path: Path) -> People:
    """The people in `path`."""
    return msgspec.json.decode(path.read_bytes(), type=People)


def write(path: Path, people: People) -> None:
    """Write what `read` reads."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(people)))
