"""Emulators of warehouses, each in a virtual environment of its own: they need other versions.

    python scripts/emulators.py install     # into target/emulators, from requirements-emulators.txt
"""

import argparse
import hashlib
import socket
import subprocess
import sys
import time
import venv
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
LOCK = REPOSITORY / "requirements-emulators.txt"
FOLDER = REPOSITORY / "target" / "emulators"
PYTHON = FOLDER / "bin" / "python"
# Written last: an installation that was broken off is none, nor is one of another lock.
DONE = FOLDER / "installed"


def _lock():
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def is_installed():
    return DONE.exists() and DONE.read_text(encoding="utf-8") == _lock()


def install():
    if is_installed():
        return
    venv.create(FOLDER, clear=True, with_pip=True)
    subprocess.run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LOCK], check=True
    )
    DONE.write_text(_lock(), encoding="utf-8")


@contextmanager
def server(program, log):
    """Runs a Python program, which is given a free port; gives the port; ends it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Path(log).open("wb") as file:
        process = subprocess.Popen([PYTHON, program, str(port)], stdout=file, stderr=file)
    try:
        deadline = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None or time.monotonic() > deadline:
                said = Path(log).read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"{program} did not start:\n{said}")
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=["install"])
    parser.parse_args()
    install()


if __name__ == "__main__":
    sys.exit(main())
