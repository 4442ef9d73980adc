"""The internal history of a task at one court: who drafted, submitted, approved, assigned.

Invariant: each act carries the digest of the one before; the last digest stands in DISPATCHED, so that what was
decided before the task left cannot be rewritten later, though the other court never sees it.
"""

import hashlib
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from db import audit, task_history
from db.at_rest import AtRest
from db.pool import Conn
from db.records.audit import AuditAction, AuditEntry
from db.records.tasks import HistoryRecord, TaskRecord
from federation.wire import framing, statement


class InternalAct(StrEnum):
    """内部办理环节."""

    CREATED = "CREATED"  # 起草
    CLONED = "CLONED"  # 重新起草
    SUBMITTED = "SUBMITTED"  # 提交审批
    APPROVED = "APPROVED"  # 批准
    APPROVAL_REFUSED = "APPROVAL_REFUSED"  # 不予批准
    DISPATCHED = "DISPATCHED"  # 发出
    SIGNED_FOR = "SIGNED_FOR"  # 签收
    ASSIGNED = "ASSIGNED"  # 分派
    RETURNED = "RETURNED"  # 退回
    WITHDRAWAL_REQUESTED = "WITHDRAWAL_REQUESTED"  # 申请撤回
    WITHDRAWN = "WITHDRAWN"  # 撤回
    SUPPLEMENT_REQUESTED = "SUPPLEMENT_REQUESTED"  # 要求补充
    SUPPLEMENT_SENT = "SUPPLEMENT_SENT"  # 发出补充材料
    STEP_RECORDED = "STEP_RECORDED"  # 记录步骤
    FED_BACK = "FED_BACK"  # 反馈
    CONFIRMED = "CONFIRMED"  # 确认办结
    FEEDBACK_REJECTED = "FEEDBACK_REJECTED"  # 不接受反馈
    REFUSED_BY_COURT = "REFUSED_BY_COURT"  # 对方法院拒收


async def add(
    conn: Conn, at_rest: AtRest, task: TaskRecord, act: InternalAct, officer: str, *, note: str = "", now: datetime
) -> TaskRecord:
    """Append an act to the history of `task`, which is locked; the row with the new chain head is not saved yet."""
    made = entry(at_rest, task.id, task.history_no + 1, task.history_digest, act, officer, note=note, at=now)
    await task_history.add(conn, made)
    deed = AuditEntry(at=now, officer=officer, action=AuditAction.TASK_ACT, outcome=act.value, object_id=task.id)
    await audit.note(conn, deed)
    return replace(task, history_no=made.no, history_digest=made.digest)


def entry(
    at_rest: AtRest,
    task_id: UUID,
    no: int,
    prev: str,
    act: InternalAct,
    officer: str,
    *,
    note: str = "",
    at: datetime,
) -> HistoryRecord:
    """The act that follows the one of digest `prev`; the digest covers a commitment to the note, not the note."""
    salt = statement.new_salt()
    told = msgspec.json.encode(
        {
            "task": task_id,
            "no": no,
            "act": act.value,
            "officer": officer,
            "at": at,
            "note": statement.commitment(salt, note.encode()),
        }
    )
    digest = hashlib.sha256(framing.join(prev.encode(), told)).hexdigest()
    kept = at_rest.encrypt(salt + note.encode(), context=task_history.CONTEXT)
    return HistoryRecord(task_id, no, act.value, officer, at, kept, prev, digest)


def note(at_rest: AtRest, act: HistoryRecord) -> str:
    """The note of an act in clear, for officers of this court."""
    if act.note is None:
        return ""
    return at_rest.decrypt(act.note, context=task_history.CONTEXT)[statement.SALT_BYTES :].decode()
