"""A browser for the tests of the boards, and for the picture of the README.

python scripts/browser.py install               # with apt-get, only where there is none
python scripts/browser.py picture PAGE IMAGE    # the upper part of a page
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without a sandbox, which a container often has not room for: it opens nothing but our own pages.
ARGUMENTS = ("--no-sandbox", "--disable-gpu")


def program():
    """The path of the browser of the system; None without."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def install():
    if program():
        return
    if not shutil.which("apt-get"):
        sys.exit("No Chromium here, and no apt-get: install Chromium by hand.")
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-qy", "--no-install-recommends", "chromium"]):
        subprocess.run([*as_root, "apt-get", *command], env=environment, check=True)


def picture(page, image):
    """The ending of the image says its format: webp is the smallest."""
    command = [program(), "--headless", *ARGUMENTS, "--hide-scrollbars", "--window-size=1160,1120"]
    command += [f"--screenshot={Path(image).resolve()}", Path(page).resolve().as_uri()]
    subprocess.run(command, check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install")
    shot = commands.add_parser("picture")
    shot.add_argument("page")
    shot.add_argument("image")
    arguments = parser.parse_args()
    if arguments.command == "install":
        install()
    elif program() is None:
        sys.exit("No Chromium here: python scripts/browser.py install")
    else:
        picture(arguments.page, arguments.image)


if __name__ == "__main__":
    main()
