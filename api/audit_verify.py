"""`xiezhi audit verify`: proves a node's audit trail, and both logs of look-ups against it.

Invariant: nothing of what stands in the trail is printed, only numbers, digests and fixed words.
"""

import re
import sys
from collections.abc import Mapping
from typing import Final

import anyio
import asyncpg

from api.command_settings import AuditSettings
from db.pool import open_pool
from db.records.audit import Head
from enforcement.audit_proof import Proof, prove
from enforcement.rules.audit_chain import Fault

_WHOLE, _BROKEN, _BAD_INPUT = 0, 1, 2
_STATEMENT_TIMEOUT_S: Final = 600.0
_HEAD: Final = re.compile(r"([1-9]\d{0,17}):([0-9a-f]{64})", re.ASCII)
_FAULTS: Final[Mapping[Fault, tuple[str, str]]] = {
    Fault.MISSING: ("缺失", "is missing"),
    Fault.CHANGED: ("被改动", "was changed"),
    Fault.UNCHAINED: ("与前一条不衔接", "does not follow the one before"),
    Fault.HEAD: ("与所保存的链首不符", "is not the head that was kept"),
}


def run(settings: AuditSettings, head: str | None, *, language: str) -> int:
    """Print what was found: 0 if the trail is whole, 1 if it is broken, 2 if it could not be read."""
    try:
        known = None if head is None else _head(head)
        proof = anyio.run(_prove, settings.dsn, known)
    except ValueError:
        _tell(("链首应写作 序号:哈希。", "A head is written NUMBER:HASH."), language)
        return _BAD_INPUT
    except (OSError, asyncpg.InterfaceError, asyncpg.PostgresError):  # its text may hold the address
        _tell(("无法读取数据库。", "The database cannot be read."), language)
        return _BAD_INPUT
    for line in report(proof):
        _tell(line, language)
    return _WHOLE if proof.is_whole else _BROKEN


def report(proof: Proof) -> list[tuple[str, str]]:
    """The lines that tell it, each in Chinese and English."""
    lines = [
        (f"第 {found.seq} 条{_FAULTS[found.fault][0]}。", f"Event {found.seq} {_FAULTS[found.fault][1]}.")
        for found in proof.broken
    ]
    if proof.lookups_astray:
        count = proof.lookups_astray
        lines.append((f"查询日志有 {count} 处与审计日志不符。", f"{count} look-ups are not in both log and trail."))
    if proof.accesses_astray:
        count = proof.accesses_astray
        lines.append((f"被查询日志有 {count} 处与审计日志不符。", f"{count} asks are not in both log and trail."))
    if proof.is_whole:
        lines.append(("审计日志完整。", "The audit trail is whole."))
    end = f"{proof.head.seq}:{proof.head.digest}"
    return [*lines, (f"链首 {end}", f"Head {end}")]


def _head(text: str) -> Head:
    """Raises ValueError: it is none."""
    read = _HEAD.fullmatch(text)
    if read is None:
        raise ValueError
    return Head(int(read[1]), read[2])


async def _prove(dsn: str, known: Head | None) -> Proof:
    pool = await open_pool(dsn, size=1, statement_timeout_s=_STATEMENT_TIMEOUT_S)
    try:
        return await prove(pool, known)
    finally:
        await pool.close()


def _tell(line: tuple[str, str], language: str) -> None:
    sys.stdout.write(line[0 if language == "zh" else 1] + "\n")
