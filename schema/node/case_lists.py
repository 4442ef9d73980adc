"""The lists of the cases on one page, each read for all of the cases when it is first selected on one.

Invariant: as many queries as for one case, however many cases the page has; who is refused is refused by itself.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, cast
from uuid import UUID

import anyio

from enforcement.cases import CaseFile, Files

Value = TypeVar("Value")
_Key: TypeAlias = tuple[Callable[..., Awaitable[Mapping[UUID, Any]]], tuple[object, ...]]


class CaseLists:
    """What was read of the cases of one page, in one request."""

    def __init__(self, files: Sequence[CaseFile]) -> None:
        self._files: Files = {file.case.id: file for file in files}
        self._known: dict[_Key, Mapping[UUID, Any]] = {}
        self._reading: dict[_Key, anyio.Event] = {}

    async def of(
        self, file: CaseFile, read: Callable[..., Awaitable[Mapping[UUID, Value]]], *arguments: object
    ) -> Value:
        """What `read(files, *arguments)` gives of the case, read by whoever comes first."""
        key = (read, arguments)
        while key not in self._known:
            if (reading := self._reading.get(key)) is not None:
                await reading.wait()
                continue
            self._reading[key] = anyio.Event()
            try:
                self._known[key] = await read(self._files, *arguments)
            finally:
                self._reading.pop(key).set()
        return cast("Value", self._known[key][file.case.id])
