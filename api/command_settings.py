"""The settings of the commands that work on a program's own database: `load`, `documents`, `audit`."""
# ruff: noqa: RUF009 (`setting` makes a dataclass field)

from dataclasses import dataclass
from pathlib import Path

from api.setting_field import setting


@dataclass(frozen=True, kw_only=True)
class LoadSettings:
    """`xiezhi load`."""

    dsn: str = setting(
        "The program's own PostgreSQL database.", example="postgresql://xiezhi@db/node", unit="DSN", secret=True
    )
    key_file: Path = setting("The program's keys, mode 0600.", example="/etc/xiezhi/keys.json", unit="file")
    court: str = setting("The court's code (法院代字).", example="浙0824", unit="text")
    lang: str = setting("Language of the output; empty: by LANG.", example="zh", unit="zh, en", default="")


@dataclass(frozen=True, kw_only=True)
class SearchSettings(LoadSettings):
    """`xiezhi search`."""

    file_units: tuple[str, ...] = setting(
        "Ids of the assisting units that are asked by file (`xiezhi search`).",
        example="u-330824-bank-1,u-330824-fund",
        unit="ids, commas",
        default=(),
    )
    search_folder: Path | None = setting(
        "Where requests are written; open to its owner alone.",
        example="/var/lib/xiezhi/requests",
        unit="folder",
        default=None,
    )


@dataclass(frozen=True, kw_only=True)
class DocumentsSettings:
    """`xiezhi documents`."""

    dsn: str = setting(
        "The program's own PostgreSQL database.", example="postgresql://xiezhi@db/node", unit="DSN", secret=True
    )
    lang: str = setting("Language of the output; empty: by LANG.", example="zh", unit="zh, en", default="")


@dataclass(frozen=True, kw_only=True)
class AuditSettings:
    """`xiezhi audit`."""

    dsn: str = setting(
        "The program's own PostgreSQL database.", example="postgresql://xiezhi@db/node", unit="DSN", secret=True
    )
    lang: str = setting("Language of the output; empty: by LANG.", example="zh", unit="zh, en", default="")
