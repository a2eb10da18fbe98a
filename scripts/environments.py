"""What tests need in other versions than the project: emulators, and DuckLake.

    python scripts/environments.py install     # each into target/environments, from its own lock
"""

import argparse
import hashlib
import socket
import subprocess
import time
import venv
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
# requirements-superset.txt is left out: scripts/superset.py installs it when it is asked to.
NAMES = ("ducklake", "emulators")


class Environment:
    """A virtual environment of the packages in requirements-<name>.txt."""

    def __init__(self, name):
        self.lock = REPOSITORY / f"requirements-{name}.txt"
        self.folder = REPOSITORY / "target" / "environments" / name
        self.programs = self.folder / "bin"
        self.python = self.programs / "python"
        # Written last: an installation that was broken off is none, nor is one of another lock.
        self.done = self.folder / "installed"

    def _version(self):
        return hashlib.sha256(self.lock.read_bytes()).hexdigest()

    def is_installed(self):
        return self.done.exists() and self.done.read_text(encoding="utf-8") == self._version()

    def install(self):
        if self.is_installed():
            return
        venv.create(self.folder, clear=True, with_pip=True)
        pip = [self.python, "-m", "pip", "install", "--quiet", "--require-hashes"]
        subprocess.run([*pip, "-r", self.lock], check=True)
        self.done.write_text(self._version(), encoding="utf-8")


@contextmanager
def server(python, program, log):
    """Runs a Python program, which is given a free port; gives the port; ends it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Path(log).open("wb") as file:
        process = subprocess.Popen([python, program, str(port)], stdout=file, stderr=file)
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
    for name in NAMES:
        Environment(name).install()


if __name__ == "__main__":
    main()
