"""Render all boards of charts/ to target/site/, with an index page and the documentation of dbt.

    dbt docs generate --static      # writes the manifest in which boards look up ref()
    python scripts/charts.py
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from lxml.html import builder as html
from lxml.html import tostring

REPOSITORY = Path(__file__).resolve().parents[1]
TARGET = Path(os.environ.get("DBT_TARGET_PATH", "target"))
# What charts/ has beside boards.
NOT_BOARDS = ("meta",)


def boards(folder):
    return sorted(path for path in folder.glob("*.yml") if path.stem not in NOT_BOARDS)


def render(paths, site):
    """One run of dct for all boards: it starts slowly."""
    subprocess.run(
        [
            Path(sys.executable).with_name("dct"), "render", *paths,
            "--format", "html", "--output", site / "{stem}.html", "--no-cache", "--no-warnings",
        ],
        check=True,
        env=os.environ | {"DO_NOT_TRACK": "1"},
    )  # fmt: skip


def write_index(paths, site):
    pages = {f"{path.stem}.html": path.stem.replace("_", " ").capitalize() for path in paths}
    pages["dbt_docs.html"] = "Tables and columns"
    page = html.HTML(
        html.HEAD(html.META(charset="utf-8"), html.TITLE("Waymark")),
        html.BODY(
            html.H1("Waymark"),
            html.UL(*(html.LI(html.A(title, href=page)) for page, title in pages.items())),
        ),
        lang="en",
    )
    (site / "index.html").write_bytes(tostring(page, doctype="<!doctype html>", encoding="utf-8"))


def main():
    documentation = TARGET / "static_index.html"
    if not documentation.is_file():
        sys.exit(f"{documentation} does not exist yet. `dbt docs generate --static` makes it.")
    site = TARGET / "site"
    site.mkdir(exist_ok=True)
    paths = boards(REPOSITORY / "charts")
    render(paths, site)
    shutil.copy(documentation, site / "dbt_docs.html")
    write_index(paths, site)
    print(f"The site is {site / 'index.html'}")


if __name__ == "__main__":
    main()
