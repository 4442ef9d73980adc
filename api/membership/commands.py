"""`xiezhi join` and `xiezhi membership show | sign | send | withdraw | address`: options in, words and a code out."""

import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn

import anyio
import typer

from api.membership import acts, joining, own_document, proposals, words
from api.membership import facts as own_facts
from api.membership.acts import Bench, NotAMember, NotSaid, NoVote, Person
from api.membership.calls import Gateway, Refused, Unreachable
from api.membership.facts import FactsRefused
from api.membership.joining import Invitation
from api.membership.proposals import DoesNotFollow, NoProposal, Proposal
from api.membership.settings import MembershipSettings
from api.membership.trusted import Untrusted
from api.peers import UnsafeTransport
from db.clock import OffsetClock, WallClock
from federation.directory.documents import CourtDocument

_REFUSED: Final = 1
_BAD_INPUT: Final = 2
_SAID: Final[tuple[tuple[type[Exception], str, int], ...]] = (
    (DoesNotFollow, "does not follow", _REFUSED),
    (NotSaid, "not signed", _REFUSED),
    (NoVote, "no vote", _REFUSED),
    (NotAMember, "not a member", _REFUSED),
    (Unreachable, "unreachable", _REFUSED),
    (UnsafeTransport, "unsafe", _BAD_INPUT),
    (NoProposal, "no proposal", _BAD_INPUT),
    (FactsRefused, "facts", _BAD_INPUT),
)


@dataclass(frozen=True, slots=True)
class Terminal:
    """The settings, the language, and how the commands speak."""

    settings: MembershipSettings
    language: str

    @property
    def gateway(self) -> Gateway:
        return Gateway(self.settings.gateway_url, self.settings.token, self.settings.gateway_ca)

    @property
    def person(self) -> Person:
        return Person(self.language, typer.echo, self._agree, self._passphrase)

    def now(self) -> datetime:
        """The civil instant; the demo's, where its clock is set."""
        file = self.settings.clock_file
        return (WallClock() if file is None else OffsetClock(file)).now()

    def text(self, name: str, **values: object) -> str:
        return words.text(name, self.language, **values)

    def _agree(self, question: str) -> bool:
        return self.settings.yes or typer.confirm(question, default=False)

    def _passphrase(self) -> str:
        return self.settings.passphrase or str(typer.prompt(self.text("passphrase"), hide_input=True))


@contextmanager
def ending(terminal: Terminal) -> Iterator[None]:
    """End the command with one line and a code when something is refused inside."""
    try:
        yield
    except Refused as refused:
        _end(refused.words(terminal.language), _REFUSED)
    except Untrusted as refused:
        _end(terminal.text("untrusted", code=refused.code), _REFUSED)
    except tuple(kind for kind, _, _ in _SAID) as refused:
        name, code = next((name, code) for kind, name, code in _SAID if isinstance(refused, kind))
        _end(terminal.text(name), code)


def _end(text: str, code: int) -> NoReturn:
    typer.echo(text, err=True)
    raise SystemExit(code)


def join(terminal: Terminal, court: str, keys: Path, facts: Path) -> None:
    """Apply for membership, and print the words of the keys."""
    with ending(terminal):
        invitation = Invitation(terminal.gateway, terminal.settings.directory_root, court)
        told = own_facts.read(facts)
        made = _run(joining.join, invitation, keys, told, terminal.person.passphrase(), terminal.now())
        typer.echo(terminal.text("same" if made.is_same else "applied", status=made.status))
        typer.echo(terminal.text("call"))
        typer.echo(f"  {made.words_zh}\n  {made.words_en}")
        typer.echo(terminal.text("next"))


def show(terminal: Terminal, proposal: str, court: str, out: Path | None, directory: Path | None) -> None:
    """Say what a proposal would have the court sign; with `out`, keep it in a file."""
    with ending(terminal):
        found = _proposal(terminal, proposal)
        acts.show(found, _bench(terminal, court, Path(), directory), terminal.person)
        if out is not None:
            proposals.write(out, found)
            typer.echo(terminal.text("kept", file=out.name))


def sign(terminal: Terminal, proposal: str, court: str, key: Path, out: Path | None, directory: Path | None) -> None:
    """Sign a proposal and hand the signatures in; with `out`, only write them down."""
    with ending(terminal):
        found = _proposal(terminal, proposal)
        given = acts.sign(found, _bench(terminal, court, key, directory), terminal.person)
        if out is None:
            _say_signed(terminal, _run(proposals.send, terminal.gateway, given))
        else:
            out.write_text(json.dumps(given, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            typer.echo(terminal.text("written", file=out.name))


def send(terminal: Terminal, file: Path) -> None:
    """Hand in signatures that another machine wrote down."""
    with ending(terminal):
        try:
            given = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise NoProposal from None
        _say_signed(terminal, _run(proposals.send, terminal.gateway, given))


def withdraw(terminal: Terminal, court: str, key: Path, effective_at: datetime | None) -> None:
    """Leave the zone."""
    with ending(terminal):
        at = _bench(terminal, court, key, None)
        made = _run(acts.withdraw, terminal.gateway, at, terminal.person, effective_at or at.now)
        typer.echo(terminal.text("left", status=made["status"]))


def change_address(terminal: Terminal, court: str, key: Path, url: str, issuer: str | None) -> None:
    """Publish another address of the court's node."""
    with ending(terminal):
        at = _bench(terminal, court, key, None)
        _publish(terminal, at, partial(own_document.moved, url=url, issuer=issuer))


def restate(terminal: Terminal, court: str, key: Path, facts: Path) -> None:
    """Publish the court's addresses and officers as its file of facts says them."""
    with ending(terminal):
        known = own_facts.read(facts, may_supervise=True)
        _publish(terminal, _bench(terminal, court, key, None), partial(own_document.restated, facts=known))


def _publish(terminal: Terminal, at: Bench, change: Callable[[CourtDocument], CourtDocument]) -> None:
    version = _run(own_document.publish, terminal.gateway, at, terminal.person, change)
    typer.echo(terminal.text("changed", version=version))


def _proposal(terminal: Terminal, named: str) -> Proposal:
    """The proposal in that file, or of that number."""
    path = Path(named)
    return proposals.read(path) if path.is_file() else _run(proposals.fetch, terminal.gateway, named)


def _bench(terminal: Terminal, court: str, key: Path, directory: Path | None) -> Bench:
    async def made() -> Bench:
        root, gateway = terminal.settings.directory_root, terminal.gateway
        return await acts.bench(court, key, root, terminal.now(), gateway=gateway, directory=directory)

    found: Bench = _run(made)
    return found


def _say_signed(terminal: Terminal, made: dict[str, Any]) -> None:
    typer.echo(terminal.text("signed", state=made["state"], missing=made["missing"]))


def _run(act: Callable[..., Awaitable[Any]], *given: Any) -> Any:
    return anyio.run(act, *given)
