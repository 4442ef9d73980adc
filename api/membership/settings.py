"""The settings of `xiezhi join` and `xiezhi membership`."""
# ruff: noqa: RUF009 (`setting` makes a dataclass field)

from dataclasses import dataclass
from pathlib import Path

from api.setting_field import setting


@dataclass(frozen=True, kw_only=True)
class MembershipSettings:
    """`xiezhi join` and `xiezhi membership`."""

    gateway_url: str = setting("The zone's gateway.", example="https://gateway.example", unit="URL")
    directory_root: str = setting(
        "Fingerprint of a root document of the zone, from which trust starts: the SHA-256 of its body.",
        example="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        unit="64 hex digits",
    )
    gateway_ca: str = setting(
        "Authorities of the gateway's certificate; empty: the machine's.",
        example="/etc/xiezhi/ca.pem",
        unit="file",
        default="",
    )
    token: str = setting(
        "Bearer token of the court's liaison officer; the court's key alone is enough.",
        example="eyJhbGciOiJFUzI1NiJ9.e30.c2ln",
        unit="text",
        default="",
        secret=True,
    )
    passphrase: str = setting(
        "Passphrase of the governance key; empty: it is asked for.",
        example="correct horse battery staple",
        unit="text",
        default="",
        secret=True,
    )
    yes: bool = setting("Whether to sign without asking.", example="1", unit="0, 1", default=False)
    clock_file: Path | None = setting(
        "Shared offset of the civil clock; only the demo sets it.",
        example="/run/xiezhi/clock",
        unit="file",
        default=None,
    )
    lang: str = setting("Language of the output; empty: by LANG.", example="zh", unit="zh, en", default="")
