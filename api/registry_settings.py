"""The settings of the demo's registries."""
# ruff: noqa: RUF009 (`setting` makes a dataclass field)

from dataclasses import dataclass
from pathlib import Path

from api.setting_field import setting
from api.settings import ServerSettings


@dataclass(frozen=True, kw_only=True)
class RegistrySettings(ServerSettings):
    """The demo's registries."""

    registry_data: Path = setting(
        "What the registries know, by county.", example="/run/xiezhi/registries-data.json", unit="file"
    )
    clock_file: Path | None = setting(
        "Shared offset of the civil clock; only the demo sets it.",
        example="/run/xiezhi/clock",
        unit="file",
        default=None,
    )
