"""The settings of `xiezhi conform`."""
# ruff: noqa: RUF009 (`setting` makes a dataclass field)

from dataclasses import dataclass
from pathlib import Path

from api.setting_field import setting


@dataclass(frozen=True, kw_only=True)
class ConformSettings:
    """`xiezhi conform`."""

    tls_cert: Path | None = setting("Certificate chain.", example="/etc/xiezhi/tls.pem", unit="file", default=None)
    tls_key: Path | None = setting(
        "Key of the certificate.", example="/etc/xiezhi/tls.key", unit="file", default=None, secret=True
    )
    tls_ca: Path | None = setting(
        "Authorities whose client certificates are required.", example="/etc/xiezhi/ca.pem", unit="file", default=None
    )
    clock_file: Path | None = setting(
        "Shared offset of the civil clock; only the demo sets it.",
        example="/run/xiezhi/clock",
        unit="file",
        default=None,
    )
    lang: str = setting("Language of the output; empty: by LANG.", example="zh", unit="zh, en", default="")
