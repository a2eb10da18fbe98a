"""Metrics of the semantic layer, asked as MetricFlow would ask them, in this process."""

import json
import os
import subprocess
import sys
from pathlib import Path

from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from helpers import REPOSITORY


class Renderer:
    """All that MetricFlow asks a client before it has SQL to run."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


class Metrics:
    """The semantic manifest of a build."""

    def __init__(self, project):
        self.project = project
        self.path = project.directory / "target" / "semantic_manifest.json"
        text = self.path.read_text(encoding="utf-8")
        self.manifest = json.loads(text)
        lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(text))
        self.engine = MetricFlowEngine(lookup, sql_client=Renderer())

    def names(self, kind):
        return {one["name"] for one in self.manifest[kind]}

    def sql(self, metrics=None, by=None, where=None, saved_query=None):
        """The query that MetricFlow would run."""
        request = MetricFlowQueryRequest.create(
            metric_names=metrics,
            group_by_names=by,
            where_constraints=where,
            saved_query_name=saved_query,
        )
        return self.engine.explain(request).sql_statement.sql

    def command(self, folder, *arguments):
        """What `mf` says to these arguments, and its return code, in a project of this build."""
        folder = Path(folder)
        (folder / "target").mkdir(exist_ok=True)
        for name in ("dbt_project.yml", "profiles.yml"):
            (folder / name).write_bytes((REPOSITORY / name).read_bytes())
        (folder / "target" / self.path.name).write_bytes(self.path.read_bytes())
        settings = {
            **os.environ,
            "WAYMARK_DATABASE": str(self.project.database),
            "DO_NOT_TRACK": "1",
        }
        settings.pop("DBT_TARGET_PATH", None)
        done = subprocess.run(
            [Path(sys.executable).with_name("mf"), *arguments],
            cwd=folder, env=settings, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout + done.stderr, done.returncode
