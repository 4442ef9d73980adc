"""The options of `xiezhi join` and `xiezhi membership`; what they do is in commands.py."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

Court = Annotated[str, typer.Option(help="The court's code, for example 浙0881.")]
Key = Annotated[Path, typer.Option(help="The court's governance key file.")]
Out = Annotated[Path | None, typer.Option(help="Write it to this file.")]
Url = Annotated[str, typer.Option("--gateway", envvar="XIEZHI_GATEWAY_URL", help="The zone's gateway.")]
Root = Annotated[str, typer.Option("--root", envvar="XIEZHI_DIRECTORY_ROOT", help="Fingerprint of the zone's root.")]
Bundle = Annotated[Path | None, typer.Option("--directory", help="A directory file, instead of the gateway's.")]
Named = Annotated[str, typer.Argument(help="The proposal's number, or a file that `show --out` wrote.")]

membership_app: Final = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _terminal(gateway: str, root: str) -> Any:
    from api.cli import language  # noqa: PLC0415  (which imports this module)
    from api.membership.commands import Terminal  # noqa: PLC0415
    from api.membership.settings import MembershipSettings  # noqa: PLC0415
    from api.settings import read  # noqa: PLC0415

    given = {**os.environ, "XIEZHI_GATEWAY_URL": gateway, "XIEZHI_DIRECTORY_ROOT": root}
    settings = read(MembershipSettings, given)
    return Terminal(settings, language(settings.lang))


@membership_app.callback()
def membership() -> None:
    """What a court decides with the others, signed by its own governance key."""


@membership_app.command()
def show(
    proposal: Named, court: Court = "", gateway: Url = "", root: Root = "", out: Out = None, directory: Bundle = None
) -> None:
    """Say in words what a proposal would have the court sign (查看提案)."""
    from api.membership import commands  # noqa: PLC0415

    commands.show(_terminal(gateway, root), proposal, court, out, directory)


@membership_app.command()
def sign(
    proposal: Named,
    court: Court,
    key: Key,
    gateway: Url = "",
    root: Root = "",
    out: Out = None,
    directory: Bundle = None,
) -> None:
    """Sign every document of a proposal, after reading what it says (签署提案)."""
    from api.membership import commands  # noqa: PLC0415

    commands.sign(_terminal(gateway, root), proposal, court, key, out, directory)


@membership_app.command()
def send(
    file: Annotated[Path, typer.Argument(help="What `sign --out` wrote.")], gateway: Url = "", root: Root = ""
) -> None:
    """Hand in what was signed on a machine without network (送交签名)."""
    from api.membership import commands  # noqa: PLC0415

    commands.send(_terminal(gateway, root), file)


@membership_app.command()
def withdraw(
    court: Court,
    key: Key,
    gateway: Url = "",
    root: Root = "",
    effective_at: Annotated[datetime | None, typer.Option(help="From when; now by default. In UTC.")] = None,
) -> None:
    """Leave the zone: sign it, and have the others sign it (退出协作区)."""
    from api.membership import commands  # noqa: PLC0415

    at = None if effective_at is None else effective_at.replace(tzinfo=UTC)
    commands.withdraw(_terminal(gateway, root), court, key, at)


@membership_app.command()
def address(
    court: Court,
    key: Key,
    url: Annotated[str, typer.Option(help="The node's new address.")],
    gateway: Url = "",
    root: Root = "",
    issuer: Annotated[str | None, typer.Option(help="The court's OpenID provider, if it moves too.")] = None,
) -> None:
    """Publish another address of the court's node (变更地址)."""
    from api.membership import commands  # noqa: PLC0415

    commands.change_address(_terminal(gateway, root), court, key, url, issuer)


@membership_app.command()
def restate(
    court: Court,
    key: Key,
    facts: Annotated[Path, typer.Option(help="JSON file of the court's facts, as they are now.")],
    gateway: Url = "",
    root: Root = "",
) -> None:
    """Publish the court's officers, liaison and addresses as its file of facts says them (更新本院文件)."""
    from api.membership import commands  # noqa: PLC0415

    commands.restate(_terminal(gateway, root), court, key, facts)


def join(
    court: Court,
    keys: Annotated[Path, typer.Option(help="Folder of the court's keys; made if it is not there.")],
    facts: Annotated[Path, typer.Option(help="JSON file of the court's facts (docs/membership.md).")],
    gateway: Url = "",
    root: Root = "",
) -> None:
    """Apply for membership of the zone whose root was told with the invitation (申请加入协作区)."""
    from api.membership import commands  # noqa: PLC0415

    commands.join(_terminal(gateway, root), court, keys, facts)
