"""`xiezhi search` as an operator meets it: exit codes, places and codes, never a value, and every code has a text."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api import load_texts, search_files, search_texts
from api.command_settings import SearchSettings
from api.settings import read
from db.clock import SetClock
from db.pool import open_pool
from db.records.assets import AssetKind
from enforcement import searches as acts
from enforcement.searches import NewSearch
from federation.wire import keyfile
from tests.enforcement import registry_zone as rz
from tests.federation.zone import KAIHUA, Zone

pytestmark = pytest.mark.anyio
BANK = rz.BANK.format("330824")
SOURCES = Path(__file__).parents[2] / "enforcement"


@pytest.fixture
async def environment(new_database: Callable[..., Any], tmp_path: Path, clock: SetClock) -> dict[str, str]:
    """A court that waits for its bank's answer, and its operator's environment."""
    dsn = await new_database("node")
    zone, key_file, folder = Zone(), tmp_path / "court.keys", tmp_path / "requests"
    keyfile.write(key_file, zone.keys[KAIHUA])
    folder.mkdir(mode=0o700)
    pool = await open_pool(dsn)
    court = await rz.kaihua(zone, pool, clock)
    court.node = replace(court.node, file_units=frozenset({BANK}))
    new = NewSearch(rz.NUMBER, None, None, (AssetKind.BANK_DEPOSIT,))
    await acts.request(court.node, rz.caller(KAIHUA), new, idempotency_key="s")
    await pool.close()
    return {
        "XIEZHI_DSN": dsn,
        "XIEZHI_KEY_FILE": str(key_file),
        "XIEZHI_COURT": KAIHUA,
        "XIEZHI_FILE_UNITS": BANK,
        "XIEZHI_SEARCH_FOLDER": str(folder),
        "XIEZHI_LANG": "en",
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
    }


def run(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "api", "search", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def only_file(environment: dict[str, str]) -> Path:
    (file,) = Path(environment["XIEZHI_SEARCH_FOLDER"]).iterdir()
    return file


async def test_out_and_in(environment: dict[str, str], tmp_path: Path) -> None:
    out = run(environment, "export")
    file = only_file(environment)
    request = file.read_text("utf-8-sig").splitlines()[1].split(",")[0]
    answers, bad = tmp_path / "answers.csv", tmp_path / "answers-bad.csv"
    head, now = "request_id,kind,outcome,as_of,division,account", datetime.now(UTC).isoformat()
    answers.write_text(f"{head}\n{request},BANK_DEPOSIT,FOUND,{now},330824,6299993308240000016\n", "utf-8")
    bad.write_text(f"{head}\n{request},BANK_DEPOSIT,FOUND,{now},330824,6299993308240000017\n", "utf-8")
    refused = run(environment, "import", str(bad))
    taken = run(environment, "import", str(answers))

    assert (out.returncode, out.stdout) == (0, f"{file}: 1 requests written\n")
    assert refused.returncode == 1
    assert refused.stdout.startswith("answers-bad.csv:2: account: INVALID_ACCOUNT(CHECK_DIGIT): ")
    assert "6299993308240000017" not in refused.stdout + refused.stderr
    assert (taken.returncode, taken.stdout) == (0, "answers.csv: 1 answers with 1 finds taken in, 0 known before\n")
    conn = await asyncpg.connect(environment["XIEZHI_DSN"])
    said = {row["action"]: row["rows"] for row in await conn.fetch("SELECT action, rows FROM audit_queue")}
    await conn.close()
    assert (said["EXPORT_REQUESTS"], said["IMPORT_ANSWERS"]) == (1, 1)


CANNOT: list[tuple[dict[str, str], str]] = [
    ({"XIEZHI_SEARCH_FOLDER": ""}, "XIEZHI_SEARCH_FOLDER is not set."),
    ({"XIEZHI_SEARCH_FOLDER": "/"}, "The folder must be open to its owner alone (chmod 700)."),
    ({"XIEZHI_SEARCH_FOLDER": "/none"}, "The folder does not exist."),
    ({"XIEZHI_KEY_FILE": "/none"}, load_texts.no_key_file("en")),
    ({"XIEZHI_COURT": "皖1021"}, load_texts.other_court("en")),
    ({"XIEZHI_DSN": "postgresql://127.0.0.1:9/none"}, load_texts.no_database("en")),
]


@pytest.mark.parametrize(("changes", "text"), CANNOT)
def test_what_cannot_be_tried(
    environment: dict[str, str], changes: dict[str, str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = read(SearchSettings, environment | changes)

    code = search_files.export(settings, again=False, language="en")

    assert (code, *capsys.readouterr()) == (2, "", text + "\n")


def test_every_code_has_a_text_in_both_languages() -> None:
    sources = [*(SOURCES / "answer_files").glob("*.py"), SOURCES / "holdings.py", SOURCES / "rules" / "asset_facts.py"]
    code = re.compile(r'(?:Unfit|Fault)\([^)]*?"([A-Z_]{4,})"|_refuse\([^)]*?"([A-Z_]{4,})"\)|Malformed\("([A-Z_]+)"')
    raised = {
        f"INVALID_{malformed}" if malformed else plain or refused
        for file in sources
        for plain, refused, malformed in code.findall(file.read_text("utf-8"))
    }

    assert len(raised) > 12
    assert raised - {"INVALID_KINDS", "INVALID_TEXT"} <= search_texts.codes() | load_texts.codes()
    for known in search_texts.codes():
        assert search_texts.fault("zh", known) != search_texts.fault("en", known)
