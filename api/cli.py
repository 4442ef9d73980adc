"""`xiezhi`: one command per program and per act of an operator; the rest is read from `XIEZHI_*` (docs/settings.md)."""

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer

from api import command_settings, settings
from api.conform import cli as conform_cli
from api.founding import cli as founding_cli
from api.membership import cli as membership_cli
from api.settings import BadSetting
from federation.wire.errors import KeyFileRefused

app: Final = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
_BAD_INPUT: Final = 2


def main() -> None:
    """The entry point; a bad setting or key file ends it with one line."""
    try:
        app()
    except BadSetting as error:
        _end(str(error))
    except KeyFileRefused as error:
        _end(f"The key file cannot be used: {error.part} (docs/operations.md).")


def _end(text: str, code: int = _BAD_INPUT) -> NoReturn:
    sys.stderr.write(text + "\n")
    raise SystemExit(code)


def _read(program: type[Any]) -> Any:
    return settings.read(program, os.environ)


@contextmanager
def _kept() -> Iterator[None]:
    """What is imported here lives as long as the process: garbage is looked for neither meanwhile nor among it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@app.command()
def node() -> None:
    """Run one court's node (运行法院节点)."""
    with _kept():
        from api.node import serve  # noqa: PLC0415  (each command imports its own program only)

    serve(_read(settings.NodeSettings))


@app.command()
def gateway() -> None:
    """Run the zone's gateway (运行协作区网关)."""
    from api import wiping  # noqa: PLC0415

    wiping.ensure()
    with _kept():
        from api.gateway import serve  # noqa: PLC0415

    serve(_read(settings.GatewaySettings))


@app.command(hidden=True)
def provider() -> None:
    """Run the demo's identity provider, on loopback only."""
    from api.provider import serve  # noqa: PLC0415

    serve(_read(settings.ProviderSettings))


@app.command(hidden=True)
def registry() -> None:
    """Run the demo's registries."""
    from api.registry import serve  # noqa: PLC0415
    from api.registry_settings import RegistrySettings  # noqa: PLC0415

    serve(_read(RegistrySettings))


@app.command()
def migrate(
    branch: Annotated[str, typer.Argument(help="node or gateway")],
    dsn: Annotated[str, typer.Option(envvar="XIEZHI_DSN", help="The database; better by XIEZHI_DSN.")],
) -> None:
    """Bring a database to the newest revision (升级数据库)."""
    from db import migrate as migrations  # noqa: PLC0415

    if branch not in ("node", "gateway"):
        _end("The branch is node or gateway.")
    migrations.upgrade(dsn, branch)  # type: ignore[arg-type]  # checked above


@app.command()
def keygen(
    path: Annotated[Path, typer.Argument(help="The new key file, mode 0600; never overwritten.")],
    court: Annotated[str | None, typer.Option(help="The court's code; without it a gateway's key is made.")] = None,
    governance: Annotated[bool, typer.Option(help="The court's governance key; asks for a passphrase.")] = False,
) -> None:
    """Make a key file and print its public keys (生成密钥)."""
    from api.keygen import make, make_governance  # noqa: PLC0415

    if governance and court is None:
        _end("A governance key is a court's: say which with --court.")
    if governance and court is not None:
        passphrase = typer.prompt("Passphrase (口令)", hide_input=True, confirmation_prompt=True)
        lines = make_governance(path, court, passphrase)
    else:
        lines = make(path, court)
    for line in lines:
        typer.echo(line)


@app.command()
def load(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV or JSONL files, or folders of them.")],
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong; write nothing.")] = False,
) -> None:
    """Load a court's own data into its database (导入本院数据)."""
    from api.load import run  # noqa: PLC0415

    read = _read(command_settings.LoadSettings)
    raise SystemExit(run(read, paths, check_only=check, language=language(read.lang)))


search_app: Final = typer.Typer(no_args_is_help=True, help="Asset searches by file (文件查控).")
app.add_typer(search_app, name="search")


@search_app.command("export")
def search_export(
    again: Annotated[bool, typer.Option("--again", help="Also requests that were written before.")] = False,
) -> None:
    """Write the open requests of the units that are asked by file (导出查询请求)."""
    from api.search_files import export  # noqa: PLC0415

    read = _read(command_settings.SearchSettings)
    raise SystemExit(export(read, again=again, language=language(read.lang)))


@search_app.command("import")
def search_import(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="answers*.csv, or a .jsonl file.")],
) -> None:
    """Read units' answers from a file, wholly or not at all (导入查询答复)."""
    from api.search_files import take  # noqa: PLC0415

    read = _read(command_settings.SearchSettings)
    raise SystemExit(take(read, path, language=language(read.lang)))


app.command()(membership_cli.join)
app.add_typer(founding_cli.zone_app, name="zone", help="How a zone begins (组建协作区).")
app.add_typer(membership_cli.membership_app, name="membership", help="Membership of the zone (成员资格).")


app.command()(conform_cli.conform)
app.command("conform-order", hidden=True)(conform_cli.conform_order)


documents_app: Final = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(documents_app, name="documents", help="Trusted GraphQL documents (登记的文档).")


@documents_app.callback()
def documents() -> None:
    """Trusted GraphQL documents, stored in a program's database."""


@documents_app.command("add")
def documents_add(
    file: Annotated[Path, typer.Argument(help="persisted-documents.json: from ids to documents.")],
    at_gateway: Annotated[bool, typer.Option("--gateway", help="For the gateway, not a node.")] = False,
) -> None:
    """Check and store every document of the file, or none (登记文档)."""
    from api.documents_add import run  # noqa: PLC0415

    read = _read(command_settings.DocumentsSettings)
    raise SystemExit(run(read, file, at_gateway=at_gateway, language=language(read.lang)))


audit_app: Final = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(audit_app, name="audit", help="A node's audit trail (审计日志).")


@audit_app.callback()
def audit() -> None:
    """A node's audit trail."""


@audit_app.command("verify")
def audit_verify(
    head: Annotated[str | None, typer.Option(help="A head of the chain that was kept: NUMBER:HASH.")] = None,
) -> None:
    """Prove that no event was changed, left out or put in; print the head (核验审计日志)."""
    from api.audit_verify import run  # noqa: PLC0415

    read = _read(command_settings.AuditSettings)
    raise SystemExit(run(read, head, language=language(read.lang)))


directory_app: Final = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(directory_app, name="directory", help="The signed directory of the zone (协作区名录).")


@directory_app.callback()
def directory() -> None:
    """The signed directory of the zone, in a program's database or in a file."""


@directory_app.command("show")
def directory_show(
    file: Annotated[Path | None, typer.Argument(help="A bundle; without it what the database holds.")] = None,
    root: Annotated[
        str, typer.Option(envvar="XIEZHI_DIRECTORY_ROOT", help="Fingerprint of a root of the zone; better by setting.")
    ] = "",
) -> None:
    """Check it and tell its documents, versions, ages and who signed (查看名录)."""
    from api import directory_show  # noqa: PLC0415
    from api.directory_settings import DirectorySettings  # noqa: PLC0415

    spoken = language(os.environ.get("XIEZHI_LANG", ""))
    if file is None:
        raise SystemExit(directory_show.of_database(_read(DirectorySettings), language=spoken))
    raise SystemExit(directory_show.of_file(file, root, language=spoken))


@directory_app.command("import")
def directory_import(file: Annotated[Path, typer.Argument(help="A bundle, brought here by hand.")]) -> None:
    """Take a newer directory over without the network; a running program sees it within seconds (离线导入名录)."""
    from api.directory_import import run  # noqa: PLC0415
    from api.directory_settings import DirectorySettings  # noqa: PLC0415

    read = _read(DirectorySettings)
    raise SystemExit(run(read, file, language=language(read.lang)))


@app.command()
def token(
    court: Annotated[str | None, typer.Option(help="The court's code, for example 浙0824.")] = None,
    of_gateway: Annotated[bool, typer.Option("--gateway", help="A token of the gateway's own people.")] = False,
    role: Annotated[str | None, typer.Option(help="The first officer of this role.")] = None,
    case: Annotated[str | None, typer.Option(help="The handler of this case.")] = None,
    officer: Annotated[str | None, typer.Option(help="This officer.")] = None,
    door: Annotated[
        str, typer.Option("--for", help="The door that it opens: node (the court's own) or gateway.")
    ] = "node",
) -> None:
    """Print one bearer token of the running demo, for one door, and nothing else (打印一个令牌)."""
    from api.demo.people import NoSuchOfficer, find_token  # noqa: PLC0415

    demo = _read(settings.DemoSettings)
    try:
        text = find_token(
            demo.demo_port, court=court, of_gateway=of_gateway, role=role, case=case, officer=officer, door=door
        )
    except NoSuchOfficer as error:
        _end(str(error))
    else:
        typer.echo(text)


demo_app: Final = typer.Typer(invoke_without_command=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(demo_app, name="demo", help="Eight courts, one gateway, the whole story; then serve. 演示")


@demo_app.callback()
def demo(
    ctx: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="End after the story: 0 if every figure held, else 1.")] = False,
) -> None:
    """Run the demo."""
    if ctx.invoked_subcommand is not None:
        return
    from api.demo.demo import run  # noqa: PLC0415

    read = _read(settings.DemoSettings)
    raise SystemExit(run(once=once, language=language(read.lang), base_port=read.demo_port, origins=read.demo_origins))


@demo_app.command()
def stop(court: Annotated[str, typer.Argument(help="The court's code, for example 皖1022.")]) -> None:
    """Stop one court's node in the running demo (停止一个节点)."""
    _tell_demo("stop", court)


@demo_app.command()
def start(court: Annotated[str, typer.Argument(help="The court's code, for example 皖1022.")]) -> None:
    """Start it again (启动一个节点)."""
    _tell_demo("start", court)


@demo_app.command()
def upgrade(court: Annotated[str, typer.Argument(help="The court's code: 浙0881.")]) -> None:
    """Stop one court's node and start it in this release (升级一个节点)."""
    _tell_demo("upgrade", court)


@demo_app.command()
def where() -> None:
    """Print the running demo's folder, the fingerprint of its root, and what its clock says, for a shell's eval."""
    import shlex  # noqa: PLC0415

    from api.demo import people, texts  # noqa: PLC0415
    from db.clock import OffsetClock  # noqa: PLC0415

    read = _read(settings.DemoSettings)
    try:
        told = people.told_of(read.demo_port)
    except FileNotFoundError:
        _end(texts.no_demo(language(read.lang), read.demo_port), 1)
    now = OffsetClock(Path(told["folder"]) / "clock").now().isoformat()
    typer.echo(f"folder={shlex.quote(told['folder'])} root={shlex.quote(told['root'])} now={shlex.quote(now)}")


def _tell_demo(act: str, court: str) -> None:
    import anyio  # noqa: PLC0415

    from api.demo import control, texts  # noqa: PLC0415

    read = _read(settings.DemoSettings)
    try:
        reply = anyio.run(control.send, read.demo_port, act, court)
    except control.NoDemo:
        _end(texts.no_demo(language(read.lang), read.demo_port), 1)
    if not reply.is_done:
        _end(reply.words, 1)
    typer.echo(reply.words)


def language(wanted: str) -> str:
    """The language "zh" or "en": as wanted, else by LANG."""
    if wanted in ("zh", "en"):
        return wanted
    return "zh" if os.environ.get("LC_ALL", os.environ.get("LANG", "")).lower().startswith("zh") else "en"
