"""Prints docs/settings.md from the settings' own fields: `python -m api.settings_table > docs/settings.md`."""

import sys
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, Final

from api.command_settings import AuditSettings, DocumentsSettings, LoadSettings, SearchSettings
from api.conform.settings import ConformSettings
from api.directory_settings import DirectorySettings
from api.founding.settings import FoundingSettings
from api.membership.settings import MembershipSettings
from api.registry_settings import RegistrySettings
from api.settings import (
    DemoSettings,
    GatewaySettings,
    NodeSettings,
    ProviderSettings,
    variable,
)

PROGRAMS: Final[Mapping[str, type]] = {
    "node": NodeSettings,
    "gateway": GatewaySettings,
    "provider": ProviderSettings,
    "registry": RegistrySettings,
    "load": LoadSettings,
    "search": SearchSettings,
    "documents": DocumentsSettings,
    "audit": AuditSettings,
    "directory": DirectorySettings,
    "join, membership": MembershipSettings,
    "zone": FoundingSettings,
    "conform": ConformSettings,
    "demo": DemoSettings,
}
_HEAD: Final = """\
# Settings

Every program reads its settings from environment variables, and from nothing else. A program that misses a required
one, or cannot read one, says which and does not start. This table is printed from the code, by
`python -m api.settings_table`, and a test holds the two equal.

| variable | program | unit | default | example | meaning |
|---|---|---|---|---|---|
"""


def document() -> str:
    """The whole of docs/settings.md."""
    rows: dict[str, tuple[Field[Any], list[str]]] = {}
    for program, settings in PROGRAMS.items():
        for item in fields(settings):
            rows.setdefault(variable(item), (item, []))[1].append(program)
    return _HEAD + "".join(_row(name, item, programs) for name, (item, programs) in sorted(rows.items()))


def _row(name: str, item: Field[Any], programs: list[str]) -> str:
    meta = item.metadata
    cells = (f"`{name}`", ", ".join(programs), meta["unit"], _default(item), f"`{meta['example']}`", meta["about"])
    return f"| {' | '.join(cells)} |\n"


def _default(item: Field[Any]) -> str:
    value = item.default
    if value is MISSING:
        return "required"
    if value is None or value in {"", ()}:
        return "none"
    return f"`{int(value) if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    sys.stdout.write(document())
