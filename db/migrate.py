"""Brings a database to the newest revision of its branch: "node" for a court, "gateway" for the zone."""

from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config

Branch = Literal["node", "gateway"]


def _scripts() -> Path:
    """The migration scripts: beside this package in a checkout, inside it in an installed wheel."""
    packaged = Path(__file__).parent / "migrations"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "alembic"


def config(dsn: str, branch: Branch) -> Config:
    """Alembic's configuration for `branch`, without an ini file."""
    scripts = _scripts()
    cfg = Config()
    cfg.set_main_option("script_location", str(scripts).replace("%", "%%"))
    cfg.set_main_option("version_locations", str(scripts / branch).replace("%", "%%"))
    cfg.set_main_option("path_separator", "newline")
    cfg.attributes["dsn"] = dsn
    cfg.attributes["branch"] = branch
    return cfg


def upgrade(dsn: str, branch: Branch, revision: str = "head") -> None:
    """Run the missing revisions, each in its own transaction; an advisory lock lets many processes call this."""
    command.upgrade(config(dsn, branch), revision)


def downgrade(dsn: str, branch: Branch, revision: str) -> None:
    """Undo revisions down to `revision`."""
    command.downgrade(config(dsn, branch), revision)
