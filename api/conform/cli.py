"""The options of `xiezhi conform`; what it does is in command.py."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from api.conform.kit import Examined
    from api.conform.settings import ConformSettings

Url = Annotated[str, typer.Argument(help="The node's base address; https, or http on this machine.")]
Directory = Annotated[str, typer.Option(help="The zone's directory: a file, or the gateway's address.")]
Root = Annotated[str, typer.Option(envvar="XIEZHI_DIRECTORY_ROOT", help="Fingerprint of the zone's root.")]
KeyFile = Annotated[Path, typer.Option(help="The examiner's keys, mode 0600.")]
Alone = Annotated[Path | None, typer.Option(help="Instead of a zone: a folder in which the kit makes one.")]
Port = Annotated[int, typer.Option(help="On which the gateway of that zone listens, on loopback.")]
Application = Annotated[Path | None, typer.Option(help="The court's signed application.")]
Court = Annotated[str, typer.Option(help="Without an application: the court's code.")]
Keys = Annotated[Path | None, typer.Option(help="Without one: its public keys, as keygen prints them.")]
Token = Annotated[str | None, typer.Option(envvar="XIEZHI_OFFICER_TOKEN", help="Of one of its officers.")]
AsJson = Annotated[bool, typer.Option("--json", help="The report as JSON.")]
Lang = Annotated[str, typer.Option(help="zh or en; without it by XIEZHI_LANG, LANG.")]


def conform(
    url: Url,
    directory: Directory = "",
    root: Root = "",
    key_file: KeyFile = Path(),
    self_contained: Alone = None,
    port: Port = 8499,
    application: Application = None,
    court: Court = "",
    keys: Keys = None,
    token: Token = None,
    as_json: AsJson = False,
    lang: Lang = "",
) -> None:
    """Hold an applicant's node against the zone's rules (一致性测试): 0 green, 1 red, 2 no run."""
    from api.conform import command, inputs  # noqa: PLC0415  (each command imports its own program only)

    def applicant() -> "Examined":
        if application is not None:
            return inputs.of_application(inputs.content(application, "APPLICATION"), url)
        listed = b"" if keys is None else inputs.content(keys, "KEYS")
        return inputs.of_key_list(court, url, listed.decode("utf-8", "replace"))

    settings, language = _settings(lang)
    told = command.Told(language, as_json, token)
    if self_contained is not None:
        raise SystemExit(command.self_contained(settings, applicant, self_contained, port, told))
    raise SystemExit(command.in_zone(settings, applicant, directory, root, key_file, told))


def conform_order(key_file: KeyFile) -> None:
    """Make the run that the gateway orders on the standard input."""
    from api.conform.command import run_order  # noqa: PLC0415

    raise SystemExit(run_order(_settings("")[0], key_file))


def _settings(lang: str) -> "tuple[ConformSettings, str]":
    """The settings, and the language of the output."""
    from api.cli import language  # noqa: PLC0415  (which imports this module)
    from api.conform.settings import ConformSettings  # noqa: PLC0415
    from api.settings import read  # noqa: PLC0415

    settings = read(ConformSettings, os.environ)
    return settings, language(lang or settings.lang)
