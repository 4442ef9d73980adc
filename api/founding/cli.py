"""The options of `xiezhi zone`; what it does is in commands.py."""

import os
from pathlib import Path
from typing import Annotated, Any, Final

import typer

Folder = Annotated[Path, typer.Argument(help="The founders' folder: zone.json, entries, signatures.")]
Court = Annotated[str, typer.Option(help="The court's code, for example 浙0824.")]

zone_app: Final = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _founders() -> Any:
    from api.cli import language  # noqa: PLC0415  (which imports this module)
    from api.founding.commands import Founders  # noqa: PLC0415
    from api.founding.settings import FoundingSettings  # noqa: PLC0415
    from api.settings import read  # noqa: PLC0415

    settings = read(FoundingSettings, os.environ)
    return Founders(settings, language(settings.lang))


@zone_app.callback()
def zone() -> None:
    """How a zone begins: the founding courts sign its first directory, each with keys that stay with it."""


@zone_app.command()
def enter(
    folder: Folder,
    court: Court,
    keys: Annotated[Path, typer.Option(help="Folder of the court's keys; made if it is not there.")],
    facts: Annotated[Path, typer.Option(help="JSON file of the court's facts.")],
) -> None:
    """Put the court's facts and public keys into the folder, signed by each of its keys (申报)."""
    from api.founding import commands  # noqa: PLC0415

    commands.enter(_founders(), folder, court, keys, facts)


@zone_app.command()
def show(folder: Folder) -> None:
    """Say in words what the founding courts sign (查看)."""
    from api.founding import commands  # noqa: PLC0415

    commands.show(_founders(), folder)


@zone_app.command()
def sign(
    folder: Folder, court: Court, key: Annotated[Path, typer.Option(help="The court's governance key file.")]
) -> None:
    """Sign root, members and framework agreement, after reading what they say (签署)."""
    from api.founding import commands  # noqa: PLC0415

    commands.sign(_founders(), folder, court, key)


@zone_app.command("open")
def open_(folder: Folder, key: Annotated[Path, typer.Option(help="The gateway's key file.")]) -> None:
    """Put the first directory together; run again when two courts have witnessed it (启用)."""
    from api.founding import commands  # noqa: PLC0415

    commands.open_(_founders(), folder, key)


@zone_app.command()
def witness(folder: Folder, court: Court, keys: Annotated[Path, typer.Option(help="The node's key file.")]) -> None:
    """Say that the court has seen the directory that the gateway offers (见证)."""
    from api.founding import commands  # noqa: PLC0415

    commands.witness(_founders(), folder, court, keys)
