"""What `xiezhi directory` reads."""
# ruff: noqa: RUF009 (`setting` makes a dataclass field)

from dataclasses import dataclass
from pathlib import Path

from api.setting_field import setting


@dataclass(frozen=True, kw_only=True)
class DirectorySettings:
    """`xiezhi directory`: the program's own database, and from which root trust starts."""

    dsn: str = setting(
        "The program's own PostgreSQL database.", example="postgresql://xiezhi@db/node", unit="DSN", secret=True
    )
    directory_root: str = setting(
        "Fingerprint of a root document of the zone, from which trust starts: the SHA-256 of its body.",
        example="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        unit="64 hex digits",
    )
    clock_file: Path | None = setting(
        "Shared offset of the civil clock; only the demo sets it.",
        example="/run/xiezhi/clock",
        unit="file",
        default=None,
    )
    lang: str = setting("Language of the output; empty: by LANG.", example="zh", unit="zh, en", default="")
