"""`xiezhi load` as an operator meets it: exit codes, places and codes, and never a value."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api import load
from api.command_settings import LoadSettings
from db.at_rest import AtRest
from federation.wire import keyfile
from tests.enforcement.load_samples import OTHER_PERSON, PERSON, ROWS, spoilt, write_all, write_csv

pytestmark = pytest.mark.anyio

_ROWS = 100_000


@pytest.fixture
async def environment(new_database: Callable[..., Any], tmp_path: Path) -> dict[str, str]:
    """A court's database and key file, as its operator's environment says them."""
    key_file = tmp_path / "court.keys"
    keyfile.write(key_file, keyfile.generate("浙0824"))
    return {
        "XIEZHI_DSN": await new_database("node"),
        "XIEZHI_KEY_FILE": str(key_file),
        "XIEZHI_COURT": "浙0824",
        "XIEZHI_LANG": "en",
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
    }


def _run(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "api", "load", *words], env=environment, capture_output=True, text=True, check=False
    )


async def _count(environment: dict[str, str], table: str) -> int:
    conn = await asyncpg.connect(environment["XIEZHI_DSN"])
    try:
        return int(await conn.fetchval(f"SELECT count(*) FROM {table}"))
    finally:
        await conn.close()


async def test_a_folder_loads_and_says_so(environment: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "data 数据"
    folder.mkdir()
    write_all(folder)

    checked = _run(environment, "--check", str(folder))
    assert await _count(environment, "cases") == 0
    done = _run(environment, str(folder))
    again = _run(environment | {"XIEZHI_LANG": "zh"}, str(folder))

    assert (checked.returncode, done.returncode, again.returncode) == (0, 0, 1)
    assert "cases.csv: 2 rows are good; nothing was written\n" in checked.stdout
    assert "cases.csv: 2 rows written\n" in done.stdout
    assert "officers.csv:2: id: ALREADY_LOADED: 库中已有同一记录。\n" in again.stdout
    assert "13 个文件被退回" in again.stdout
    assert await _count(environment, "cases") == 2
    assert done.stderr == ""


async def test_no_value_is_ever_printed(environment: dict[str, str], tmp_path: Path) -> None:
    wrong = PERSON[:-1] + "3"
    path = write_csv(tmp_path, "parties", spoilt("parties", 0, identifier=wrong, domicile_division="x" + wrong))
    (tmp_path / "case_parties.csv").write_text(f"{wrong},{OTHER_PERSON}\n", encoding="utf-8")

    done = _run(environment, str(path), str(tmp_path / "case_parties.csv"))

    assert done.returncode == 1
    assert "parties.csv:2: domicile_division: INVALID_DIVISION: A division code has six digits.\n" in done.stdout
    assert "case_parties.csv:1: #1: UNKNOWN_COLUMN" in done.stdout or "NOT_TRIED" in done.stdout
    for value in (wrong, OTHER_PERSON, "李样甲", wrong[:10]):
        assert value not in done.stdout + done.stderr


async def test_wrong_keys_and_databases_are_refused(environment: dict[str, str], tmp_path: Path) -> None:
    path = str(write_csv(tmp_path, "officers", ROWS["officers"]))

    other_court = _run(environment | {"XIEZHI_COURT": "浙0822"}, path)
    no_keys = _run(environment | {"XIEZHI_KEY_FILE": str(tmp_path / "none")}, path)
    no_database = _run(environment | {"XIEZHI_DSN": "postgresql://u:hunter2@127.0.0.1:1/x"}, path)
    no_setting = _run({"PATH": "/usr/bin:/bin"}, path)

    assert [done.returncode for done in (other_court, no_keys, no_database, no_setting)] == [2, 2, 2, 2]
    assert "another court's" in other_court.stderr
    assert "hunter2" not in no_database.stderr
    assert "Traceback" not in no_keys.stderr + no_database.stderr
    assert "XIEZHI_DSN is required" in no_setting.stderr
    assert await _count(environment, "officers") == 0


async def test_a_hundred_thousand_rows_stream(environment: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "officers.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id,name,roles\n")
        file.writelines(f"o-{n},样{n},CLERK\n" for n in range(_ROWS))

    began = time.monotonic()
    done = _measured(environment, path)

    assert done.returncode == 0, done.stderr
    assert f"officers.csv: {_ROWS} rows written" in done.stdout
    assert await _count(environment, "officers") == _ROWS
    grown_kib = int(done.stderr.strip().rpartition("\n")[2])
    assert grown_kib < 40_000, "the rows were kept in memory"
    assert time.monotonic() - began < 120


def _measured(environment: dict[str, str], path: Path) -> "subprocess.CompletedProcess[str]":
    """The command, in a process that says last by how many KiB it grew."""
    command = [sys.executable, "-c", _MEASURED, str(path)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


_MEASURED = """
import resource, sys
from pathlib import Path
from api import command_settings, load, settings
import os
read = settings.read(command_settings.LoadSettings, os.environ)
import enforcement.court_files.load
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
code = load.run(read, [Path(sys.argv[1])], check_only=False, language="en")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, file=sys.stderr)
raise SystemExit(code)
"""


def test_progress_is_told_every_two_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = iter([0.0, 1.0, 2.5, 2.5, 3.0, 5.0, 5.0])
    monkeypatch.setattr(load, "monotonic_s", lambda: next(seconds))

    progress = load._Progress("en")
    for rows in (100, 200, 300, 400):
        progress(Path("/x/cases.csv"), rows)

    assert capsys.readouterr().err == "cases.csv: 200 rows read\ncases.csv: 400 rows read\n"


def test_settings_hide_the_database_and_nothing_else() -> None:
    settings = LoadSettings(dsn="postgresql://u:hunter2@db/x", key_file=Path("/k"), court="浙0824")

    assert "hunter2" not in repr(settings)
    assert "浙0824" in repr(settings)


async def test_the_node_finds_what_was_loaded(environment: dict[str, str], tmp_path: Path) -> None:
    path = write_csv(tmp_path, "parties", ROWS["parties"])

    assert _run(environment, str(path)).returncode == 0

    keys = keyfile.read(Path(environment["XIEZHI_KEY_FILE"]))
    key = AtRest(keys.storage, keys.index).blind("ID_NUMBER", PERSON)
    conn = await asyncpg.connect(environment["XIEZHI_DSN"])
    try:
        assert await conn.fetchval("SELECT count(*) FROM parties WHERE identifier_key = $1", key) == 1
    finally:
        await conn.close()
