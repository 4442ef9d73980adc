"""`xiezhi documents add`: the `persisted-documents.json` of GraphQL Code Generator, or of any tool that writes one.

The file is one object: from each document's id to its text. Invariant: all or nothing; each document is parsed,
limited and validated as a request is, and no fault repeats anything of a document but its id.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from hashlib import sha1, sha256
from pathlib import Path
from typing import Final, TypeAlias

import anyio
import asyncpg
import msgspec
from graphql import DocumentNode

from api.command_settings import DocumentsSettings
from api.graphql.documents import document_name
from api.graphql.errors import Entry, RequestRefused, refused, text
from api.graphql.over_http import MAX_BODY_BYTES
from api.graphql.plan import Planner
from db import documents
from db.clock import wall_now
from db.pool import Conn, open_pool

_MOST_BYTES: Final = 32 * 1024 * 1024
_SHA1: Final = re.compile(r"[0-9a-f]{40}\Z")
_SHA256: Final = re.compile(r"[0-9a-f]{64}\Z")
_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "ADDED": ("已登记的文档数：{}", "Documents added: {}"),
    "NOT_A_FILE": (
        "文件应为 JSON 对象：文档编号 -> 文档文本，不超过 32 MiB。",
        "The file must be a JSON object from ids to documents, at most 32 MiB.",
    ),
    "NO_DATABASE": ("无法连接数据库，或数据库尚未升级。", "The database cannot be reached, or is not migrated."),
    "BAD_ID": ("编号与文本的散列不符，或格式不正确。", "The id is malformed, or is the hash of another text."),
    "ID_TAKEN": ("该编号已登记为另一文档。", "The id means another document already."),
}
_GOOD, _REFUSED, _BAD_INPUT = 0, 1, 2


def run(settings: DocumentsSettings, path: Path, *, at_gateway: bool, language: str) -> int:
    """Store the documents of the file; 0 if all were, 1 if one was refused, 2 if none was tried."""
    found = _read(path)
    if found is None:
        return _end("NOT_A_FILE", language)
    check = _gateways_check() if at_gateway else _nodes_check()
    faults = [f"{name}: {fault}" for name, body in found.items() for fault in check(name, body, language)]
    if not faults:
        try:
            faults = [f"{name}: {_said('ID_TAKEN', language)}" for name in anyio.run(_store, settings.dsn, found)]
        except (OSError, asyncpg.InterfaceError, asyncpg.PostgresError):  # its text may hold the address
            return _end("NO_DATABASE", language)
    for fault in faults:
        sys.stderr.write(fault + "\n")
    if faults:
        return _REFUSED
    sys.stdout.write(_said("ADDED", language).format(len(found)) + "\n")
    return _GOOD


def _read(path: Path) -> dict[str, str] | None:
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, ValueError, RecursionError):
        return None


Check: TypeAlias = Callable[[str, str, str], Iterator[str]]
"""From a document's id and text, and a language, to what is wrong with it."""


def _nodes_check() -> Check:
    from schema.node.schema import SCHEMA  # noqa: PLC0415  (what decrypts is not imported for the gateway)

    return partial(_faults, Planner(SCHEMA._schema), lambda _document: False)  # noqa: SLF001  (no public name)


def _gateways_check() -> Check:
    from schema.gateway import encrypted, own_court  # noqa: PLC0415
    from schema.gateway.schema import SCHEMA  # noqa: PLC0415

    fields = encrypted.committed().fields
    return partial(_faults, Planner(SCHEMA._schema), lambda document: own_court.selects(document, fields))  # noqa: SLF001


def _faults(
    planner: Planner, is_encrypted: Callable[[DocumentNode], bool], name: str, body: str, language: str
) -> Iterator[str]:
    if not _is_name_of(name, body):
        yield _said("BAD_ID", language)
        return
    try:
        if len(body.encode()) > MAX_BODY_BYTES:
            raise refused("BODY_TOO_LARGE")
        plan = planner.parsed(body)
        if is_encrypted(plan.document):
            raise refused("ASK_OWN_COURT")
        planner.validated(plan)
    except RequestRefused as refusal:
        yield from (_fault(entry, language) for entry in refusal.entries)


def _fault(entry: Entry, language: str) -> str:
    places = ", ".join(f"{at.line}:{at.column}" for at in entry.locations)
    return f"{places} {entry.code} {entry.text or text(entry.code, language)}".strip()


def _is_name_of(name: str, body: str) -> bool:
    """Whether `name` may name `body`: what looks like a hash is its hash."""
    try:
        plain = document_name(name)
        raw = body.encode()
    except (RequestRefused, UnicodeEncodeError):
        return False
    if _SHA256.match(plain):
        return plain == sha256(raw).hexdigest()
    return not _SHA1.match(plain) or plain == sha1(raw, usedforsecurity=False).hexdigest()


async def _store(dsn: str, found: Mapping[str, str]) -> list[str]:
    """Store all; or none, and say which ids mean another document already."""
    pool = await open_pool(dsn, size=1)
    try:
        async with pool.acquire() as conn:
            undo = conn.transaction()
            await undo.start()
            taken = [name for name, body in sorted(found.items()) if not await _add(conn, name, body)]
            await (undo.rollback() if taken else undo.commit())
    finally:
        await pool.close()
    return taken


async def _add(conn: Conn, name: str, body: str) -> bool:
    return await documents.add(conn, document_name(name), sha256(body.encode()).hexdigest(), body, wall_now())


def _end(code: str, language: str) -> int:
    sys.stderr.write(_said(code, language) + "\n")
    return _BAD_INPUT


def _said(code: str, language: str) -> str:
    zh, en = _SAID[code]
    return zh if language == "zh" else en
