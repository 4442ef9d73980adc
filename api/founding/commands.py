"""`xiezhi zone enter | show | sign | open | witness`: options in, words and a code out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

import typer

from api.founding import opening, signing, table, words
from api.founding.plan import FoundingRefused
from api.founding.settings import FoundingSettings
from api.membership import facts as own_facts
from api.membership import own_keys
from api.membership.facts import FactsRefused
from db.clock import OffsetClock, WallClock
from federation.wire import gateway_keyfile, keyfile

_NOT_SIGNED: Final = 1
_BAD_INPUT: Final = 2


@dataclass(frozen=True, slots=True)
class Founders:
    """The settings, and the language in which the commands speak."""

    settings: FoundingSettings
    language: str

    def now(self) -> datetime:
        """The civil instant."""
        file = self.settings.clock_file
        return (WallClock() if file is None else OffsetClock(file)).now()

    def say(self, name: str, **values: object) -> None:
        """One line."""
        typer.echo(words.text(name, self.language, **values))

    def passphrase(self) -> str:
        """Of the governance key."""
        return self.settings.passphrase or str(typer.prompt(words.text("passphrase", self.language), hide_input=True))

    def end(self, name: str, code: int = _BAD_INPUT, **values: object) -> NoReturn:
        """The last line, and the program."""
        typer.echo(words.text(name, self.language, **values), err=True)
        raise SystemExit(code)


@contextmanager
def _ending(by: Founders) -> Iterator[None]:
    try:
        yield
    except FoundingRefused as refused:
        by.end(refused.part, who=refused.who)
    except FactsRefused:
        by.end("facts")
    except OSError:
        by.end("folder")


def enter(by: Founders, folder: Path, court: str, keys: Path, facts: Path) -> None:
    """Make the court's keys where there are none, and put its entry into the folder."""
    with _ending(by):
        known = own_facts.read(facts, may_supervise=True)
        file = signing.enter(folder, court, known, own_keys.make_or_read(keys, court, by.passphrase()), by.now())
        by.say("entered", file=file.name)
        typer.echo("  " + words.of_keys(table.table(folder).court(court), by.language))


def show(by: Founders, folder: Path) -> None:
    """Say what the founding courts sign."""
    with _ending(by):
        _show(by, table.table(folder))


def sign(by: Founders, folder: Path, court: str, key: Path) -> None:
    """Sign what follows from the folder, after reading it."""
    with _ending(by):
        at = table.table(folder)
        _show(by, at)
        if not by.settings.yes and not typer.confirm(words.text("sure", by.language), default=False):
            by.end("not signed", _NOT_SIGNED)
        file = signing.sign(at, court, own_keys.governance_of(key, court, by.passphrase()))
        by.say("written", file=file.name)


def open_(by: Founders, folder: Path, key: Path) -> None:
    """Offer the first directory; once it is witnessed, write it whole."""
    with _ending(by):
        at = table.table(folder)
        file, missing = opening.complete(at, opening.offer(at, gateway_keyfile.read(key), by.now()))
        if file is None:
            by.say("missing", count=missing)
        else:
            by.say("root", root=at.founding.fingerprint)
            by.say("open", file=file.name)


def witness(by: Founders, folder: Path, court: str, keys: Path) -> None:
    """Say by the node's key that the court has seen the offered directory."""
    with _ending(by):
        file = opening.witness(table.table(folder), court, keyfile.read(keys).signing)
        by.say("written", file=file.name)


def _show(by: Founders, at: table.Table) -> None:
    for line in words.of_table(at, by.language):
        typer.echo(line)
