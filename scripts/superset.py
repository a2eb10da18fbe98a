"""The dashboard of docs/bi/superset: packed for the import, and tried in a Superset.

    python scripts/superset.py bundle published/waymark.duckdb    # waymark_superset.zip
    python scripts/superset.py test published/waymark.duckdb      # every chart is asked

`test` installs Superset into an environment of its own (scripts/environments.py) and imports into a
Superset whose own data is thrown away.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from environments import REPOSITORY, Environment

BUNDLE = REPOSITORY / "docs" / "bi" / "superset"
ADDRESS = "duckdb:////srv/waymark/published/waymark.duckdb"
CONFIG = """
SECRET_KEY = "nothing is kept that a secret would protect"
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
WTF_CSRF_ENABLED = False
"""
# Runs in the environment of Superset.
TRY = """
import json, sys
from superset.app import create_app

app = create_app()
with app.app_context():
    from superset import db, security_manager
    from superset.commands.dashboard.importers.v1 import ImportDashboardsCommand
    from superset.models.slice import Slice
    from superset.utils.core import override_user

    security_manager.sync_role_definitions()
    user = security_manager.add_user(
        "admin", "A", "B", "a@example.org", security_manager.find_role("Admin"), password="admin"
    )
    with override_user(user):
        ImportDashboardsCommand(json.load(sys.stdin)).run()
    db.session.commit()
    charts = [(one.id, one.slice_name) for one in db.session.query(Slice).order_by(Slice.id)]

client = app.test_client()
login = {"username": "admin", "password": "admin", "provider": "db"}
token = client.post("/api/v1/security/login", json=login).json["access_token"]
bearer = {"Authorization": f"Bearer {token}"}
for number, name in charts:
    answer = client.get(f"/api/v1/chart/{number}/data/?force=true", headers=bearer)
    result = (answer.json.get("result") or [{}])[0]
    print(json.dumps({
        "chart": name, "status": answer.status_code, "rows": result.get("rowcount"),
        "error": result.get("error") or answer.json.get("message"),
    }))
"""


def contents(database):
    """{path: text} of the bundle, over this DuckDB file."""
    address = f"duckdb:///{Path(database).resolve()}"
    return {
        f"waymark/{path.relative_to(BUNDLE)}": path.read_text("utf-8").replace(ADDRESS, address)
        for path in sorted(BUNDLE.rglob("*.yaml"))
    }


def bundle(database, path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in contents(database).items():
            archive.writestr(name, text)
    Path(path).write_bytes(packed.getvalue())
    print(f"{path}: in Superset, Dashboards, Import dashboards")


def test(database):
    """Exit status 1 if a chart has no answer."""
    environment = Environment("superset")
    environment.install()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "superset_config.py")
        config.write_text(CONFIG.format(folder=folder), encoding="utf-8")
        variables = {**os.environ, "SUPERSET_CONFIG_PATH": str(config), "SUPERSET_HOME": folder}
        run = {"env": variables, "cwd": folder, "text": True, "check": True}
        upgrade = [environment.programs / "superset", "db", "upgrade"]
        subprocess.run(upgrade, **run, capture_output=True)
        files = {name.partition("/")[2]: text for name, text in contents(database).items()}
        done = subprocess.run(
            [environment.python, "-c", TRY], **run, input=json.dumps(files), stdout=subprocess.PIPE
        )
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"chart"')]
    for one in answers:
        print(f"{one['chart']}: {one['rows']} rows {one['error'] or ''}")
    wanted = len(list(BUNDLE.glob("charts/*.yaml")))
    bad = [one for one in answers if one["status"] != 200 or one["error"] or not one["rows"]]
    if bad or len(answers) != wanted:
        sys.exit(f"{len(answers) - len(bad)} of {wanted} charts have an answer.")
    print(f"All {wanted} charts have an answer.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=["bundle", "test"])
    parser.add_argument("database", help="the published DuckDB file")
    parser.add_argument("--output", default="waymark_superset.zip", help="of bundle")
    given = parser.parse_args()
    if not Path(given.database).is_file():
        sys.exit(f"{given.database} is not there: `make refresh` publishes it.")
    if given.command == "bundle":
        bundle(given.database, given.output)
    else:
        test(given.database)


if __name__ == "__main__":
    main()
