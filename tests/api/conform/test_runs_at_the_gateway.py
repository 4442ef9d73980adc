"""A queued run is made by the kit in a process of its own, and recorded; also when it cannot be made."""

import socket
from dataclasses import MISSING, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import msgspec
import pytest

from api import conformance_runs as runs
from api.conform import report
from api.conformance_runs import ConformanceDesk
from api.settings import GatewaySettings
from db import applications
from db import conformance_runs as rows
from db.clock import OffsetClock
from db.pool import Pool, transaction
from db.records.membership import ApplicationRecord, ApplicationState
from enforcement.desk.membership import conformance
from federation.directory import signed
from federation.directory.directory import Directory
from federation.directory.document import KeyEntry
from federation.directory.documents import ApplicationDocument, CourtDocument, MemberEntry, PublicKeyEntry
from federation.wire import keyfile
from federation.wire.signing import generate_signing, public_text
from tests.api.conform.applicant import DIVISION, JIANGSHAN, Applicant, NewDatabase, node_of
from tests.conftest import REFERENCE
from tests.enforcement.desk_zone import ADMIN
from tests.federation.zone import key_entries

pytestmark = pytest.mark.anyio
DIGEST = "a" * 64


@dataclass(slots=True)
class Gateway:
    """A gateway's database with the applicant in it."""

    desk: ConformanceDesk
    made: Applicant

    async def apply(self, **changes: Any) -> None:
        async with transaction(self.desk.pool) as conn:
            await applications.add(conn, application(self.made, **changes))

    async def order(self, digest: str = DIGEST) -> None:
        """An admin starts a run."""
        async with transaction(self.desk.pool) as conn:
            await conformance.begin(conn, JIANGSHAN, digest, ADMIN, self.desk.clock.now())

    async def recorded(self) -> tuple[bool | None, list[tuple[str, str, str, str]]]:
        """The newest run: whether it is green, and what differs."""
        async with transaction(self.desk.pool) as conn:
            (newest, *_) = (await rows.of_courts(conn, [JIANGSHAN]))[JIANGSHAN]
            found = (await rows.findings(conn, [newest.id]))[newest.id]
        return newest.is_green, [(each.check_code, each.expected, each.found, each.path) for each in found]


def application(made: Applicant, *, url: str | None = None, keys: list[KeyEntry] | None = None) -> ApplicationRecord:
    """The application of 江山, as it is stored."""
    root = generate_signing()
    governing = PublicKeyEntry(id=root.id, public=public_text(root.public))
    court = CourtDocument(
        version=1,
        court=JIANGSHAN,
        url=url or made.url,
        issuer="https://id.example",
        keys=keys or key_entries(made.keys),
        officers=[],
        liaison=[],
        contracts=[1],
        wire=[1],
    )
    member = MemberEntry(
        code=JIANGSHAN,
        division=DIVISION,
        name_zh="江山市人民法院",
        name_en="Jiangshan City People's Court",
        level="GRASSROOTS",
        county_zh="江山市",
        county_en="Jiangshan",
        province="浙江",
        parent="浙08",
        state="ACTIVE",
        since=date(2025, 9, 1),
        effective_at=REFERENCE,
        identity=governing,
        governance=governing,
    )
    said = ApplicationDocument(root="0" * 64, made_at=REFERENCE, member=member, court=court)
    return ApplicationRecord(
        id=uuid4(),
        court=JIANGSHAN,
        state=ApplicationState.PENDING_CONFORMANCE,
        applied_at=REFERENCE,
        changed_at=REFERENCE,
        identity=governing.public,
        application=signed.write(said),
        court_document=signed.write(court),
        document_digest=DIGEST,
        reason=None,
        version=1,
    )


@pytest.fixture
async def gateway(gateway_pool: Pool, tmp_path: Path) -> Gateway:
    clock = OffsetClock.create(tmp_path / "clock", REFERENCE)
    made = Applicant(tmp_path, clock)
    keyfile.write(tmp_path / "examiner.keys", made.examiner)
    directory = Directory(made.zone.root, clock)
    async with gateway_pool.acquire() as conn:
        await directory.accept(conn, made.signed(), clock.now())
    environment = {"XIEZHI_CLOCK_FILE": str(tmp_path / "clock")}
    desk = ConformanceDesk(gateway_pool, clock, directory, tmp_path / "examiner.keys", environment, is_local=True)
    return Gateway(desk, made)


async def test_a_queued_run_is_made_and_green(gateway: Gateway, new_database: NewDatabase) -> None:
    async with node_of(gateway.made, await new_database("node")):
        await gateway.apply()
        await gateway.order()

        assert await runs.run_next(gateway.desk)

    assert await gateway.recorded() == (True, [])
    assert not await runs.run_next(gateway.desk)


async def test_another_courts_keys_are_found_out(gateway: Gateway, new_database: NewDatabase) -> None:
    stranger = keyfile.generate(JIANGSHAN)
    async with node_of(gateway.made, await new_database("node")):
        await gateway.apply(keys=key_entries(stranger))
        await gateway.order()

        await runs.run_queued(gateway.desk)

    is_green, differences = await gateway.recorded()
    assert is_green is False
    assert ("ANSWER_SIGNED", "SIGNED_ANSWER", "200-BAD_SIGNATURE", "") in differences


UNCALLED = {
    "nobody there": ("http://127.0.0.1:9", ("ANSWER", "ANSWER", "NO_ANSWER", "")),
    "plain HTTP elsewhere": ("http://10.20.0.8:8400", ("KIT", "ADDRESS", "NOT_CALLABLE", "")),
    "where clouds keep secrets": ("https://169.254.169.254/latest", ("KIT", "ADDRESS", "NOT_CALLABLE", "")),
}


@pytest.mark.parametrize("where", UNCALLED)
async def test_an_address_that_does_not_answer_is_red(gateway: Gateway, where: str) -> None:
    url, difference = UNCALLED[where]
    await gateway.apply(url=url)
    await gateway.order()

    await runs.run_queued(gateway.desk)

    is_green, differences = await gateway.recorded()
    assert is_green is False
    assert difference in differences


async def test_only_a_local_gateway_calls_its_own_machine(gateway: Gateway) -> None:
    await gateway.apply(url="http://127.0.0.1:9")
    await gateway.order()

    await runs.run_queued(replace(gateway.desk, is_local=False))

    assert await gateway.recorded() == (False, [("KIT", "ADDRESS", "NOT_CALLABLE", "")])


async def test_a_run_that_is_broken_off_stays_queued(gateway: Gateway) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        await gateway.apply(url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        await gateway.order()

        with anyio.move_on_after(1.5) as stopped:
            await runs.run_queued(gateway.desk)

    assert stopped.cancelled_caught
    assert await gateway.recorded() == (None, [])
    async with transaction(gateway.desk.pool) as conn:
        assert await rows.claim_open(conn) is not None


async def test_a_run_of_a_changed_application_is_red(gateway: Gateway) -> None:
    await gateway.apply(url="http://127.0.0.1:9")
    await gateway.order(digest="b" * 64)

    await runs.run_queued(gateway.desk)

    assert await gateway.recorded() == (False, [("KIT", "SAME_APPLICATION", "OTHER_APPLICATION", "")])


async def test_without_the_examiners_keys_runs_are_red(gateway: Gateway) -> None:
    await gateway.apply(url="http://127.0.0.1:9")
    await gateway.order()

    await runs.run_queued(replace(gateway.desk, examiner_file=None))

    assert await gateway.recorded() == (False, [("KIT", "EXAMINER_KEYS", "NONE", "")])


@pytest.mark.parametrize(
    ("changes", "found"),
    [({"limit_s": 0.01}, "TIMED_OUT"), ({"examiner_file": Path("/nowhere")}, "NO_REPORT")],
    ids=["too slow", "no report"],
)
async def test_a_kit_that_says_nothing_is_red(gateway: Gateway, changes: dict[str, Any], found: str) -> None:
    await gateway.apply(url="http://127.0.0.1:9")
    await gateway.order()

    await runs.run_queued(replace(gateway.desk, **changes))

    assert await gateway.recorded() == (False, [("KIT", "REPORT", found, "")])


async def test_a_run_that_is_being_made_is_nobody_elses(gateway: Gateway) -> None:
    await gateway.order()
    async with transaction(gateway.desk.pool) as conn:
        assert await rows.claim_open(conn) is not None

        assert not await runs.run_next(gateway.desk)

    assert await gateway.recorded() == (None, [])


def test_the_kit_gets_none_of_the_gateways_secrets(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIEZHI_DSN", "postgresql://secret")
    made = gateway.made
    required: dict[str, Any] = {item.name: "" for item in fields(GatewaySettings) if item.default is MISSING}
    given = GatewaySettings(
        **required,
        host="10.20.0.8",
        examiner_file=made.folder / "examiner.keys",
        clock_file=made.folder / "clock",
        tls_ca=Path("/etc/xiezhi/ca.pem"),
    )

    desk = runs.desk_of(given, gateway.desk.pool, gateway.desk.clock, gateway.desk.directory)

    told = {name: value for name, value in desk.environment.items() if name.startswith("XIEZHI_")}
    assert told == {"XIEZHI_CLOCK_FILE": str(made.folder / "clock"), "XIEZHI_TLS_CA": "/etc/xiezhi/ca.pem"}
    assert desk.examiner_file == made.folder / "examiner.keys"
    assert not desk.is_local
    assert runs.desk_of(
        replace(given, host="127.0.0.1"), gateway.desk.pool, gateway.desk.clock, gateway.desk.directory
    ).is_local


GOOD = report.Report(
    court=JIANGSHAN,
    contract=1,
    started_at=REFERENCE,
    ended_at=REFERENCE,
    checks=[report.Checked(code="CLOCK", outcome=report.Outcome.PASSED, took_ms=1, findings=[], notes=[])],
)
FOUND = report.Finding(expected="EMPTY", found="ANSWERED")


def _with_check(**changes: Any) -> bytes:
    return report.write(msgspec.structs.replace(GOOD, checks=[msgspec.structs.replace(GOOD.checks[0], **changes)]))


BAD = {
    "no JSON": b"{",
    "an unknown key": report.write(GOOD).replace(b'"contract"', b'"further":1,"contract"'),
    "free text": _with_check(outcome=report.Outcome.FAILED, findings=[msgspec.structs.replace(FOUND, found="ad hoc")]),
    "a path with words": _with_check(notes=[msgspec.structs.replace(FOUND, path="some words")]),
    "green with findings": _with_check(findings=[FOUND]),
    "red without findings": _with_check(outcome=report.Outcome.FAILED),
    "one check twice": report.write(msgspec.structs.replace(GOOD, checks=[*GOOD.checks, *GOOD.checks])),
    "no check": report.write(msgspec.structs.replace(GOOD, checks=[])),
    "too much": b" " * (report.MAX_BYTES + 1),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_report_is_read_strictly(bad: str) -> None:
    assert report.read(report.write(GOOD)) == GOOD

    with pytest.raises(report.BadReport):
        report.read(BAD[bad])
