"""`xiezhi demo stop 皖1022` and `xiezhi demo start 皖1022`: one line over a private Unix socket to the running demo."""

import os
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.abc


@dataclass(frozen=True, slots=True)
class Reply:
    """What the demo says to a command, and whether it was done."""

    words: str
    is_done: bool = True


Answer = Callable[[str, str], Awaitable[Reply]]
_DONE, _REFUSED = "+", "-"


class NoDemo(Exception):
    """No demo runs on this port block."""


def socket_path(base_port: int) -> Path:
    """Where the demo of this user on this port block listens; the folder has mode 0700."""
    parent = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    folder = parent / f"xiezhi-demo-{os.geteuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.geteuid() or folder.stat().st_mode & 0o077:
        raise PermissionError(folder)
    return folder / f"{base_port}.sock"


async def serve(
    base_port: int, answer: Answer, *, task_status: anyio.abc.TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    """Answer commands until cancelled: "stop CODE" and "start CODE"."""
    path = socket_path(base_port)
    path.unlink(missing_ok=True)
    listener = await anyio.create_unix_listener(path, mode=0o600)

    async def handle(stream: anyio.abc.SocketStream) -> None:
        async with stream:
            act, _, court = (await stream.receive(200)).decode(errors="replace").partition(" ")
            reply = await answer(act, court)
            await stream.send(((_DONE if reply.is_done else _REFUSED) + reply.words).encode())

    try:
        async with listener:
            task_status.started()
            await listener.serve(handle)
    finally:
        path.unlink(missing_ok=True)


async def send(base_port: int, act: str, court: str) -> Reply:
    """Tell the running demo; its answer, one line.

    Raises:
        NoDemo: nothing listens there.
    """
    try:
        stream = await anyio.connect_unix(socket_path(base_port))
    except OSError as error:
        raise NoDemo from error
    async with stream:
        await stream.send(f"{act} {court}".encode())
        said = (await stream.receive(400)).decode()
        return Reply(said[1:], is_done=said[:1] == _DONE)
