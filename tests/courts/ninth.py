"""A ninth court, 江山 浙0881: its keys and facts, its node beside the zone's, and the other courts' liaisons."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg

from api.demo import fixtures
from api.demo.directory import PASSPHRASE
from api.demo.processes import Program
from api.demo.zone import Zone
from api.membership.own_keys import GOVERNANCE, NODE

NINTH: Final = "浙0881"
DIVISION: Final = "330881"
_OWN_PASSPHRASE: Final = "only for this test"


@dataclass(frozen=True, slots=True)
class Ninth:
    """The applicant's folder and address."""

    zone: Zone
    folder: Path
    port: int

    @classmethod
    def beside(cls, zone: Zone) -> "Ninth":
        """Facts in the zone's folder, and a port that is free now."""
        folder = zone.folder / "ninth"
        folder.mkdir(mode=0o700)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        made = cls(zone, folder, port)
        made.write_facts()
        return made

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    def write_facts(self, **changes: Any) -> None:
        facts = {
            "division": DIVISION,
            "name_zh": "江山市人民法院",
            "name_en": "Jiangshan City People's Court",
            "level": "GRASSROOTS",
            "county_zh": "江山市",
            "county_en": "Jiangshan",
            "province": "浙江",
            "parent": "浙08",
            "url": self.url,
            "issuer": self.zone.addresses.issuer(DIVISION),
            "officers": [{"id": "o-330881-09", "roles": ["LIAISON_OFFICER"]}],
            "liaison": [{"officer": "o-330881-09", "hours": "08:30-17:30"}],
        }
        (self.folder / "court.json").write_text(json.dumps(facts | changes, ensure_ascii=False), encoding="utf-8")

    def join(self, **settings: str) -> "subprocess.CompletedProcess[str]":
        """`xiezhi join`, as its operator runs it."""
        words = ("join", "--court", NINTH, "--keys", str(self.keys), "--facts", str(self.folder / "court.json"))
        return command(self.zone, words, {"XIEZHI_PASSPHRASE": _OWN_PASSPHRASE, **settings})

    async def program(self) -> Program:
        """Its node, with an empty database of its own."""
        conn = await asyncpg.connect(self.zone.server.dsn())
        try:
            await conn.execute(f'CREATE DATABASE "node_{DIVISION}" TEMPLATE "node_template" STRATEGY file_copy')
        finally:
            await conn.close()
        (self.folder / "state").mkdir(mode=0o700)
        another = self.zone.programs.programs[fixtures.courts()[0].code].environment
        environment = {
            **another,
            "XIEZHI_PORT": str(self.port),
            "XIEZHI_COURT": NINTH,
            "XIEZHI_DIVISION": DIVISION,
            "XIEZHI_DSN": self.zone.server.dsn(f"node_{DIVISION}"),
            "XIEZHI_KEY_FILE": str(self.keys / NODE),
            "XIEZHI_STATE_DIR": str(self.folder / "state"),
            "XIEZHI_ISSUER": self.zone.addresses.issuer(DIVISION),
            "XIEZHI_HEAD_S": "1",  # for which the conformance kit waits
            "XIEZHI_BODY_S": "1",
        }
        return Program(NINTH, "node", environment, self.url, self.zone.folder / "logs" / "ninth.log")


def key_of(zone: Zone, court: str) -> tuple[Path, str]:
    """A court's governance key file, and its passphrase."""
    if court == NINTH:
        return zone.folder / "ninth" / "keys" / GOVERNANCE, _OWN_PASSPHRASE
    division = next(facts.division for facts in fixtures.courts() if facts.code == court)
    return zone.folder / f"{division}.governance", PASSPHRASE


def membership(zone: Zone, act: str, court: str, *words: str, yes: str = "1") -> "subprocess.CompletedProcess[str]":
    """`xiezhi membership ACT` on that court's machine."""
    file, passphrase = key_of(zone, court)
    said = ("membership", act, "--court", court, "--key", str(file), *words)
    return command(zone, said, {"XIEZHI_PASSPHRASE": passphrase, "XIEZHI_YES": yes})


def command(zone: Zone, words: Sequence[str], settings: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """A command of the program, with the zone's address, root and clock."""
    environment = {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "XIEZHI_LANG": "en",
        "XIEZHI_GATEWAY_URL": zone.addresses.gateway,
        "XIEZHI_DIRECTORY_ROOT": zone.root,
        "XIEZHI_CLOCK_FILE": str(zone.folder / "clock"),
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "api", *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
