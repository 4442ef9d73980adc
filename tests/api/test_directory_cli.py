"""`xiezhi directory show` and `import`: what an operator reads, and what the database holds afterwards."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import anyio
import asyncpg
import pytest

from db.clock import wall_now
from tests.api.test_cli import run
from tests.federation.directory.crafted import changed, crafted, witnesses
from tests.federation.zone import KAIHUA, SHEXIAN, Zone

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def zone() -> Zone:
    return Zone()


@pytest.fixture
def file(zone: Zone, tmp_path: Path) -> Path:
    """Version 5, in force for a year from now."""
    path = tmp_path / "directory.signed"
    path.write_bytes(zone.signed(5, issued_at=wall_now(), expires_at=wall_now() + timedelta(days=365)))
    return path


@pytest.fixture
async def dsn(new_database: Callable[..., Awaitable[str]]) -> str:
    return await new_database("node")


async def versions(dsn: str) -> list[int]:
    conn = await asyncpg.connect(dsn)
    try:
        return [row["version"] for row in await conn.fetch("SELECT version FROM directory_versions ORDER BY version")]
    finally:
        await conn.close()


async def xiezhi(*words: str, **settings: str) -> tuple[int, list[str], list[str]]:
    """The exit code, and the lines of both outputs."""
    ended = await anyio.to_thread.run_sync(lambda: run("directory", *words, **settings))
    return ended.returncode, ended.stdout.splitlines(), ended.stderr.splitlines()


async def test_a_file_is_shown_with_who_signed(zone: Zone, file: Path) -> None:
    code, said, complained = await xiezhi("show", str(file), XIEZHI_DIRECTORY_ROOT=zone.root)

    assert (code, complained) == (0, [])
    assert f"fingerprint {zone.root} (root 1; from {zone.root})" in said
    assert "courts ACTIVE 3" in said
    assert any(line.startswith("version 5, issued ") and line.endswith("(0 min ago)") for line in said)
    signed = {line.split()[0]: line.partition("signed ")[2].split("  ")[0] for line in said if "signed " in line}
    assert signed["root"] == signed["members"] == "浙0822 浙0824 皖1021 (needs 3)"
    assert signed["fresh"] == "gateway 浙0822 浙0824 (needs 3)"
    assert signed[f"court/{KAIHUA}"] == f"{KAIHUA} (needs 1)"
    assert signed["gateway"] == "gateway (needs 1)"


async def test_without_a_pinned_root_that_is_said(zone: Zone, file: Path) -> None:
    code, said, complained = await xiezhi("show", str(file), XIEZHI_LANG="zh")

    assert code == 0
    assert f"fingerprint {zone.root} (root 1; from {zone.root})" in said
    assert complained == ["注意：未给出根文件指纹，以下仅以文件自带的首个根文件核验。请通过电话核对指纹。"]


async def test_an_imported_directory_is_in_force(zone: Zone, file: Path, dsn: str) -> None:
    told = {"XIEZHI_DSN": dsn, "XIEZHI_DIRECTORY_ROOT": zone.root}

    code, said, _ = await xiezhi("import", str(file), **told)
    shown = await xiezhi("show", **told)

    assert (code, said) == (0, ["Directory version in force: 5"])
    assert await versions(dsn) == [5]
    assert shown == await xiezhi("show", str(file), **told)


async def test_what_is_refused_changes_nothing(zone: Zone, file: Path, dsn: str, tmp_path: Path) -> None:
    """Each refusal has its code, its own words, and exit code 1."""
    told = {"XIEZHI_DSN": dsn, "XIEZHI_DIRECTORY_ROOT": zone.root}
    raw = await anyio.Path(file).read_bytes()
    assert (await xiezhi("import", str(file), **told))[0] == 0
    refused = {
        "DIRECTORY_ROLLED_BACK": crafted(zone, raw, 4),
        "DIRECTORY_FORKED": crafted(zone, raw, 5, changed(raw, f"court/{SHEXIAN}", zone.signers.voters([SHEXIAN]))),
        "DIRECTORY_EXPIRED": crafted(zone, raw, 6),
        "THRESHOLD_NOT_REACHED": crafted(zone, raw, 6, by=witnesses(zone)[:2]),
        "BAD_SIGNATURE": Zone().signed(6),
        "MALFORMED_DIRECTORY": raw[:-1],
    }

    for code, offered in refused.items():
        bad = tmp_path / "bad.signed"
        bad.write_bytes(offered)
        ended = await xiezhi("import", str(bad), **told)
        assert (ended[0], ended[1], len(ended[2])) == (1, [], 1), ended
        assert ended[2][0].startswith(code + ": ")
    assert await versions(dsn) == [5]


async def test_an_expired_one_is_shown_and_said_to_be(zone: Zone, tmp_path: Path) -> None:
    old = tmp_path / "old.signed"
    old.write_bytes(Zone(zone.gateway, zone.keys, zone.governance).signed(1))

    code, said, complained = await xiezhi("show", str(old), XIEZHI_DIRECTORY_ROOT=zone.root)

    assert (code, complained) == (1, ["It has expired."])
    assert "courts ACTIVE 3" in said


@pytest.mark.parametrize(
    ("words", "settings", "complaint"),
    [
        (("show",), {}, "XIEZHI_DSN is required"),
        (("import", "none.signed"), {"XIEZHI_DSN": "postgresql://none"}, "XIEZHI_DIRECTORY_ROOT is required"),
        (("show", "none.signed"), {}, "The file cannot be read."),
        (
            ("show",),
            {"XIEZHI_DSN": "postgresql://x@127.0.0.1:1/none", "XIEZHI_DIRECTORY_ROOT": "0" * 64},
            "The database cannot be reached, or is not migrated.",
        ),
        (
            ("import", "none.signed"),
            {"XIEZHI_DSN": "postgresql://x@127.0.0.1:1/none", "XIEZHI_DIRECTORY_ROOT": "0" * 64},
            "The file cannot be read.",
        ),
    ],
)
async def test_what_is_missing_is_named(words: tuple[str, ...], settings: dict[str, str], complaint: str) -> None:
    assert await xiezhi(*words, **settings) == (2, [], [complaint])


async def test_a_database_without_a_directory_says_so(zone: Zone, dsn: str) -> None:
    ended = await xiezhi("show", XIEZHI_DSN=dsn, XIEZHI_DIRECTORY_ROOT=zone.root)

    assert ended == (2, [], ["The database holds no directory yet."])
