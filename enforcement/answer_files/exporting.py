"""Requests as a CSV file: one row for each unit that is asked by file (`XIEZHI_FILE_UNITS`) and has not answered.

The file holds names and numbers in clear: it lies in the court's own folder, which nobody but its owner may open, with
mode 0600. Invariant: a request is marked as written only once its file is on disk; a file is never overwritten.
"""

import csv
import io
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from db import audit, searches
from db.clock import SHANGHAI
from db.pool import Pool, transaction
from db.records.audit import AuditAction, AuditEntry
from db.records.searches import InquiryRecord, SearchRecord
from enforcement.court import OwnRecords
from enforcement.inquiries import request_for
from enforcement.rules.spreadsheet import guarded

COLUMNS: Final = (
    "request_id",
    "unit_id",
    "unit_name",
    "court",
    "case_number",
    "subject_kind",
    "subject_name",
    "identifier_kind",
    "identifier",
    "kinds",
    "requested_at",
    "answer_by",
)
MOST_ROWS: Final = 10_000
_OTHERS: Final = 0o077
_PRIVATE: Final = 0o600
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class FolderRefused(Exception):
    """The folder is missing, no folder, or open to others: MISSING, NOT_A_FOLDER, EXPOSED."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class Exported:
    """The file that was written, or None when nothing is open; and how many requests stand in it."""

    path: Path | None
    rows: int


async def export(
    court: OwnRecords, pool: Pool, folder: Path, units: Collection[str], *, again: bool = False
) -> Exported:
    """Write the open requests of these units that were not written before; with `again` those that were, too.

    Raises:
        FolderRefused.
        OSError: the file cannot be written.
    """
    check_folder(folder)
    now = court.clock.now()
    async with transaction(pool) as conn:
        asked = await searches.lock_unanswered(conn, sorted(units), again=again, limit=MOST_ROWS)
        if not asked:
            return Exported(None, 0)
        known = {search.id: search for search in await searches.of_ids(conn, sorted({i.search_id for i in asked}))}
        path = _write(folder, now, _table(court, asked, known))
        await searches.count_attempts(conn, [inquiry.id for inquiry in asked])
        entry = AuditEntry(at=now, officer=None, action=AuditAction.EXPORT_REQUESTS, rows=len(asked))
        await audit.note(conn, entry)
    return Exported(path, len(asked))


def check_folder(folder: Path) -> None:
    """Return if only its owner may open the folder. Raises FolderRefused."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        raise FolderRefused("MISSING") from None
    if not folder.is_dir():
        raise FolderRefused("NOT_A_FOLDER")
    if mode & _OTHERS:
        raise FolderRefused("EXPOSED")


def _table(court: OwnRecords, asked: list[InquiryRecord], known: dict[UUID, SearchRecord]) -> bytes:
    """UTF-8 with a byte-order mark, by which spreadsheet programs know it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for inquiry in asked:
        writer.writerow([guarded(cell) for cell in _row(court, inquiry, known[inquiry.search_id])])
    return text.getvalue().encode("utf-8-sig")


def _row(court: OwnRecords, inquiry: InquiryRecord, search: SearchRecord) -> list[str]:
    request = request_for(court, search, inquiry.id)
    subject = request.subject
    return [
        str(request.id),
        inquiry.unit_id,
        inquiry.unit_name,
        request.court,
        request.case_number,
        subject.kind,
        subject.name,
        subject.identifier_kind,
        subject.identifier,
        ";".join(request.kinds),
        _instant(search.requested_at),
        "" if inquiry.next_attempt_at is None else _instant(inquiry.next_attempt_at),
    ]


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _write(folder: Path, now: datetime, content: bytes) -> Path:
    """A new file, flushed to disk: the first name of this minute that is free."""
    stem = f"requests-{now.astimezone(SHANGHAI):%Y%m%d-%H%M}"
    number = 1
    while True:
        path = folder / f"{stem}-{number}.csv"
        try:
            descriptor = os.open(path, _NEW, _PRIVATE)
        except FileExistsError:
            number += 1
            continue
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, _PRIVATE)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        return path
