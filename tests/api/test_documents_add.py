"""`xiezhi documents add` takes a whole file or nothing of it, and says of each document what is wrong."""

import json
from collections.abc import Callable
from hashlib import sha1, sha256
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from api.document_policy import DocumentPolicy
from api.graphql.documents import Documents
from api.graphql.errors import RequestRefused
from api.graphql.request import AskedOperation, Extensions, PersistedQuery
from db.pool import open_pool
from tests.api.test_cli import run

pytestmark = pytest.mark.anyio

COURTS = "query Courts { courts { code } }"


def write(folder: Path, documents: Any) -> str:
    path = folder / "persisted-documents.json"
    path.write_text(json.dumps(documents), "utf-8")
    return str(path)


async def stored(dsn: str) -> list[str]:
    conn = await asyncpg.connect(dsn)
    rows = await conn.fetch("SELECT id FROM documents WHERE is_trusted ORDER BY id")
    await conn.close()
    return [row["id"] for row in rows]


async def test_a_file_is_stored_whole(new_database: Callable[..., Any], tmp_path: Path) -> None:
    dsn = await new_database("gateway")
    ids = [sha1(COURTS.encode()).hexdigest(), "sha256:" + sha256(COURTS.encode()).hexdigest(), "courts.v1"]
    file = write(tmp_path, dict.fromkeys(ids, COURTS))

    first = run("documents", "add", "--gateway", file, XIEZHI_DSN=dsn, XIEZHI_LANG="en")
    again = run("documents", "add", "--gateway", file, XIEZHI_DSN=dsn, XIEZHI_LANG="zh")

    assert (first.returncode, first.stdout) == (0, "Documents added: 3\n")
    assert (again.returncode, again.stdout) == (0, "已登记的文档数：3\n")
    assert await stored(dsn) == sorted(name.removeprefix("sha256:") for name in ids)


@pytest.mark.parametrize(
    ("branch", "documents", "said"),
    [
        ("node", {"a": COURTS, "b": "{ nothing }"}, "a: 1:16 DOCUMENT_INVALID"),
        ("gateway", {"a": COURTS, "b": "{ nothing }"}, "b: 1:3 DOCUMENT_INVALID"),
        ("gateway", {"a": COURTS, "b": "{"}, "b: 1:2 DOCUMENT_SYNTAX"),
        ("gateway", {"a": COURTS, "b": "{" + "courts{code}" * 100 + "}"}, "b: DOCUMENT_TOO_LARGE"),
        ("gateway", {"a": COURTS, "b": "{ debtorProfile { x } }"}, "b: ASK_OWN_COURT"),
        ("gateway", {"a": COURTS, "0" * 64: COURTS}, "0" * 64 + ": The id is malformed"),
        ("gateway", {"a": COURTS, "0" * 40: COURTS}, "0" * 40 + ": The id is malformed"),
        ("gateway", {"a": COURTS, "b c": COURTS}, "b c: The id is malformed"),
    ],
)
async def test_one_bad_document_refuses_the_file(
    new_database: Callable[..., Any], tmp_path: Path, branch: str, documents: dict[str, str], said: str
) -> None:
    dsn = await new_database(branch)
    at = ["--gateway"] if branch == "gateway" else []

    ended = run("documents", "add", *at, write(tmp_path, documents), XIEZHI_DSN=dsn, XIEZHI_LANG="en")

    assert ended.returncode == 1
    assert said in ended.stderr
    assert await stored(dsn) == []


async def test_an_id_is_never_given_another_text(new_database: Callable[..., Any], tmp_path: Path) -> None:
    dsn = await new_database("gateway")
    run("documents", "add", "--gateway", write(tmp_path, {"a": COURTS}), XIEZHI_DSN=dsn)

    changed = write(tmp_path, {"a": "{ zone { name } }", "b": COURTS})
    ended = run("documents", "add", "--gateway", changed, XIEZHI_DSN=dsn, XIEZHI_LANG="en")

    assert ended.returncode == 1
    assert await stored(dsn) == ["a"]


@pytest.mark.parametrize("documents", [[], "x", {"a": 7}, None])
def test_another_file_is_not_tried(tmp_path: Path, documents: Any) -> None:
    ended = run("documents", "add", write(tmp_path, documents), XIEZHI_DSN="postgresql:///none", XIEZHI_LANG="en")

    assert (ended.returncode, ended.stderr[:35]) == (2, "The file must be a JSON object from")


@pytest.mark.parametrize("name", ["courts.v1", "sha256:" + sha256(COURTS.encode()).hexdigest()])
async def test_running_processes_trust_what_is_added(
    new_database: Callable[..., Any], tmp_path: Path, name: str
) -> None:
    """Both have the document of a client in memory, which one of them stored, when the operator adds it."""
    dsn = await new_database("gateway")
    pool = await open_pool(dsn)
    named = Extensions(persisted_query=PersistedQuery(version=1, sha256_hash=sha256(COURTS.encode()).hexdigest()))
    by_hash, sent = AskedOperation(extensions=named), AskedOperation(query=COURTS, extensions=named)
    processes = [Documents(pool, DocumentPolicy.AUTOMATIC) for _ in range(2)]
    await processes[0].keep(sent)
    for each in processes:
        assert await each.text_of(by_hash) == COURTS
        with pytest.raises(RequestRefused):
            await each.text_of(by_hash, trusted=True)
    kept = [each._bytes for each in processes]

    added = run("documents", "add", "--gateway", write(tmp_path, {name: COURTS}), XIEZHI_DSN=dsn)

    assert added.returncode == 0
    for each in processes:
        assert await each.text_of(by_hash, trusted=True) == COURTS
        assert await each.text_of(sent, trusted=True) == COURTS
    await pool.close()
    for each in processes:
        assert await each.text_of(by_hash, trusted=True) == COURTS  # from memory now
    assert [each._bytes for each in processes] == kept
