"""A PostgreSQL server for as long as a command runs: loopback, free port, throwaway data.

    python scripts/postgres.py install              # server and ODBC driver, with apt-get
    python scripts/postgres.py run dbt build --target postgres --vars '{sources: {}}'

`run` sets the variables that the output postgres of profiles.yml reads, and stops the server when
the command ends.
"""

import argparse
import glob
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

# A test loses nothing when the machine does.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs():
    """The folder of initdb and postgres, which Debian does not put on the path; None without."""
    folders = [*os.environ.get("PATH", "").split(os.pathsep)]
    folders += sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    found = next(filter(None, (shutil.which("initdb", path=one) for one in folders)), None)
    return found and Path(found).resolve().parent


def odbc_driver():
    """The library of psqlODBC, in which text is Unicode; None without."""
    found = glob.glob("/usr/lib/*/odbc/psqlodbcw.so") + glob.glob("/usr/lib*/psqlodbcw.so")
    return next(iter(found), None)


def install():
    """Install what is missing of the distribution's server and ODBC driver."""
    packages = [] if programs() else ["postgresql"]
    packages += [] if odbc_driver() else ["unixodbc", "odbc-postgresql"]
    if not packages:
        return
    if not shutil.which("apt-get"):
        sys.exit(
            f"No {' and no '.join(packages)} here, and no apt-get:"
            " install PostgreSQL 15 or newer, unixODBC and psqlODBC by hand."
        )
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    get = ["install", "-qy", "--no-install-recommends", *packages]
    for command in (["update", "-q"], get):
        subprocess.run([*as_root, "apt-get", *command], env=environment, check=True)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server():
    """Starts a server; gives the variables of its profile; stops it and removes its data."""
    folder = programs()
    if folder is None:
        sys.exit("No PostgreSQL here: python scripts/postgres.py install")
    # The server refuses to run as root.
    user = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="waymark_postgres_"))
    password, port, data = secrets.token_hex(16), _free_port(), home / "data"
    (home / "password").write_text(password, encoding="utf-8")
    if user:
        for path in (home, home / "password"):
            shutil.chown(path, **user)
    process = None
    try:
        subprocess.run(
            [
                folder / "initdb", "--pgdata", data, "--username", "waymark", "--encoding", "UTF8",
                "--auth", "scram-sha-256", "--pwfile", home / "password", "--locale", "C",
                "--no-sync",
            ],
            cwd=home, stdout=subprocess.DEVNULL, check=True, **user,
        )  # fmt: skip
        with (home / "log").open("wb") as log:
            # Where the system can, the server goes even when this process is killed.
            dies_too = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
            process = subprocess.Popen(
                [
                    *dies_too, folder / "postgres",
                    "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "",
                    *(f"--{name}={value}" for name, value in SETTINGS.items()),
                ],
                cwd=home, stdout=log, stderr=log, **user,
            )  # fmt: skip
        ready = [folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        deadline = time.monotonic() + 60
        while subprocess.run(ready, check=False).returncode:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"PostgreSQL did not start:\n{(home / 'log').read_text(encoding='utf-8')}"
                )
            time.sleep(0.1)
        yield {
            "WAYMARK_POSTGRES_HOST": "127.0.0.1",
            "WAYMARK_POSTGRES_PORT": str(port),
            "WAYMARK_POSTGRES_USER": "waymark",
            "WAYMARK_POSTGRES_PASSWORD": password,
            "WAYMARK_POSTGRES_DATABASE": "postgres",
        }
    finally:
        if process:
            # Fast: open sessions are ended.
            process.send_signal(signal.SIGINT)
            process.wait()
        shutil.rmtree(home, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="server and ODBC driver, with apt-get, what is missing")
    run = commands.add_parser("run", help="run a command beside a server of its own")
    run.add_argument("program", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    if arguments.command == "install":
        install()
        return
    with server() as environment:
        done = subprocess.run(arguments.program, env={**os.environ, **environment}, check=False)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
