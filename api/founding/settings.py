"""The settings of `xiezhi zone`."""
# ruff: noqa: RUF009 (`setting` makes a dataclass field)

from dataclasses import dataclass
from pathlib import Path

from api.setting_field import setting


@dataclass(frozen=True, kw_only=True)
class FoundingSettings:
    """`xiezhi zone`."""

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
