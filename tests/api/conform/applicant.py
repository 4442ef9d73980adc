"""江山 (浙0881) as an applicant: our own node, over real HTTP, in a zone whose directory does not list it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
from starlette.types import ASGIApp

from api import transport
from api.conform.inputs import examined
from api.conform.kit import Examined
from api.conform.report import Outcome, Report
from api.conform.running import Zone as ExaminedZone
from api.conform.running import examine
from api.node import running
from api.settings import NodeSettings
from db.clock import Clock
from federation.directory.document import CourtEntry
from federation.wire import keyfile
from federation.wire.header import EXAMINER
from federation.wire.keyfile import NodeKeys
from tests.federation.zone import KAIHUA, Zone, key_entries
from tests.listening import listening

JIANGSHAN: Final = "浙0881"
DIVISION: Final = "330881"
NewDatabase = Callable[..., Awaitable[str]]


@dataclass(slots=True)
class Applicant:
    """The zone that it applies to, its own keys, and the examiner's; `url` is set while its node runs."""

    folder: Path
    clock: Clock
    zone: Zone = field(default_factory=Zone)
    keys: NodeKeys = field(default_factory=lambda: keyfile.generate(JIANGSHAN))
    examiner: NodeKeys = field(default_factory=lambda: keyfile.generate(EXAMINER))
    url: str = ""
    app: Any = None

    def signed(self, version: int = 1, *, is_member: bool = False) -> bytes:
        """The directory; 江山 stands in it once it is a member."""
        if is_member:
            self.zone.keys[JIANGSHAN] = self.keys
        document = self.zone.document(version)
        gateway = msgspec.structs.replace(document.gateway, examiner=key_entries(self.examiner))
        courts = [*document.courts, self.entry()] if is_member else document.courts
        return self.zone.signed(version, gateway=gateway, courts=courts)

    def entry(self) -> CourtEntry:
        return msgspec.structs.replace(
            self.zone.court(KAIHUA),
            code=JIANGSHAN,
            division=DIVISION,
            name_zh="江山市人民法院",
            name_en="Jiangshan City People's Court",
            url=self.url,
            keys=key_entries(self.keys),
        )

    def examined(self) -> Examined:
        """The node as its application says."""
        return examined(JIANGSHAN, self.url, key_entries(self.keys))

    async def report(self, **options: Any) -> Report:
        """What the kit finds."""
        return await examine(self.examined(), ExaminedZone(1, KAIHUA), self.examiner, self.clock, **options)

    async def failed(self) -> set[str]:
        """The codes of the checks that do not hold."""
        return {check.code for check in (await self.report()).checks if check.outcome is Outcome.FAILED}


def settings(made: Applicant, dsn: str, *, port: int = 0, **changes: Any) -> NodeSettings:
    """The settings of its node; the files that they name are written here."""
    keyfile.write(made.folder / "node.keys", made.keys)
    (made.folder / "directory.signed").write_bytes(made.signed())
    (made.folder / "state").mkdir(mode=0o700)
    given: dict[str, Any] = {
        "port": port,
        "dsn": dsn,
        "key_file": made.folder / "node.keys",
        "state_dir": made.folder / "state",
        "directory_file": made.folder / "directory.signed",
        "directory_root": made.zone.root,
        "issuer": "http://127.0.0.1:9",
        "court": JIANGSHAN,
        "division": DIVISION,
        "gateway_url": "http://127.0.0.1:9",
        "head_s": 0.4,
        "body_s": 0.6,
        "drain_s": 0.5,
    }
    return NodeSettings(**(given | changes))


def _alone(app: ASGIApp) -> ASGIApp:
    return app


@asynccontextmanager
async def node_of(
    made: Applicant, dsn: str, *, around: Callable[[ASGIApp], Any] = _alone, **changes: Any
) -> AsyncIterator[None]:
    """Its node runs here and answers at `made.url`; `around` stands before it."""
    given = settings(made, dsn, **changes)
    async with running(given, made.clock) as app:
        made.app = around(app)
        program = transport.server(made.app, given)
        async with listening(program) as address:
            made.url = f"http://{address}"
            yield
