"""One input, one configuration and one comparison for every database that Waymark runs on.

A test of an engine loads the two loads of `events_parquet`, builds the project after each, reads
every table back and compares them with what DuckDB made of the same (fixture `on_duckdb`).
"""

import json
import os
import re
import subprocess
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from random import Random

import duckdb
import yaml

from helpers import DBT, REPOSITORY, Failed, Project, rows_of

RELATION = "raw.shop_events"
LOADS = (1, 2)
# What the build after each load shows: a row of the table in docs/warehouses.md.
FEATURES = {
    1: "full build: every seed, model and mart",
    2: "incremental build: new days, late and repeated rows",
}
# Rows that the tables must have, lest engines agree on nothing: by table, what is there at all.
SEEN = {
    "estimates of consent": ("consent_estimates", lambda row: row["modelled_count"] is not None),
    "denied sessions": ("consent_estimates", lambda row: row["observed_denied"] > 0),
    "ids of the denied": ("identity_coverage", lambda row: row["identity_scope"] == "denied"),
    "channels of paid traffic": ("sessions", lambda row: row["channel"] == "Paid Search"),
    "referrers": ("sessions", lambda row: row["referrer_url"] is not None),
    "entrances": ("int_entrances", lambda row: row["denied_entrances"] > 0),
    "bots": ("events", lambda row: row["traffic_filter"] is not None),
    "paths that compare": ("journey_paths", lambda row: row["ratio"] is not None),
    "pages that compare": ("content_value", lambda row: row["ratio"] is not None),
    "segments by a property": ("segment_comparison", lambda row: row["dimension"] == "company"),
    "fields that were left": ("form_funnels", lambda row: row["abandonments"] > 0),
}
# Which run, which reading of a shard, or which text of the rules a row is of: not what it says.
VOLATILE = {"revision", "shard_state", "shard_version", "rules_version"}
# What runs tell each other, not what they made of the events.
BOOKKEEPING = {"refresh_log", "refresh_state", "source_loads", "visitor_changes"}

# ---------- configuration

PROJECT = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
DEMO = PROJECT["vars"]["waymark"]

# The goals of the demo, and one for each way to say a condition.
GOALS = [
    *DEMO["goals"],
    {"name": "any_pricing_event", "match": {"where": {"page_path": {"starts_with": "/pricing"}}}},
    {"name": "first_product", "match": {"event": "view_item"}, "counting": "once_per_visitor"},
    {"name": "cart_in_session", "match": {"event": "add_to_cart"}, "counting": "once_per_session"},
    {"name": "three_workflows", "match": {"event": "workflow_completed"},
     "min_occurrences": 3, "within": "5 days"},
    {"name": "big_order", "value_property": "shipping_cost",
     "match": {"event": "purchase", "where": {"value": {"gte": 40, "lt": 500}}}},
    {"name": "order_after_search", "match": {"event": "purchase"},
     "after": {"goal": "viewed_product", "within": "2 days"}},
    {"name": "O'Hara's \"café\"",
     "match": {"where": [{"property": "category", "in": ["Café", "O'Hara"]},
                         {"property": "category", "not_equals": "shoes"}]}},
    {"name": "patterns", "match": {"any": [
        {"page_title": {"matches": "(?i)^preise? .*€$"}},
        {"page_title": {"contains": "100%_sure"}},
        {"page_path": {"ends_with": "/danke"}},
        {"member": True, "rating": {"gt": 3.5, "lte": 4.5}},
        {"percent_played": 90, "coupon": {"missing": True}},
        {"coupon": {"exists": True}, "properties.value": {"equals": "inner"}},
    ]}},
]  # fmt: skip

FUNNELS = [
    *DEMO["funnels"],
    {"name": "breakdowns of the entry", "window": "7 days",
     "steps": ["viewed_product", "added_to_cart", "order_placed"],
     "breakdowns": ["coupon", ["channel", "category"]], "breakdown_limit": 2},
    {"name": "first touch", "steps": ["viewed_product", "order_placed"], "window": "3 days",
     "breakdowns": ["category"], "breakdown_by": "first_touch"},
    {"name": "last touch", "steps": ["viewed_product", "order_placed"], "window": "3 days",
     "breakdowns": ["category"], "breakdown_by": "last_touch"},
    {"name": "all events", "steps": ["viewed_product", "added_to_cart"], "window": "3 days",
     "breakdowns": ["category", ["category", "country"]], "breakdown_by": "all_events"},
    {"name": "by step 2", "steps": ["viewed_product", "added_to_cart", "order_placed"],
     "window": "3 days", "breakdowns": ["category"], "breakdown_by": {"step": 2}},
    {"name": "overlapping goals", "window": "5 days",
     "steps": ["any_pricing_event", "viewed_pricing_page", "trial_started"],
     "breakdowns": ["country"]},
    {"name": "strict ties", "steps": ["viewed_product", "added_to_cart", "order_placed"],
     "window": "1 days", "ties": "strict"},
    {"name": "strict ties, overlapping", "ties": "strict", "window": "5 days",
     "steps": ["any_pricing_event", "any_pricing_event", "viewed_pricing_page"]},
    {"name": "strict order", "steps": ["viewed_product", "added_to_cart", "began_checkout"],
     "order": "strict", "window": "2 days"},
    {"name": "strict order, passes", "steps": ["viewed_product", "viewed_product"],
     "order": "strict", "mode": "totals", "window": "2 days", "unit": "session"},
    {"name": "any order", "steps": ["viewed_pricing_page", "signed_up", "read_blog_post"],
     "order": "any", "window": "7 days", "breakdowns": ["channel"]},
    {"name": "any order, overlapping, passes", "order": "any", "mode": "totals",
     "steps": ["any_pricing_event", "viewed_pricing_page", "signed_up"], "window": "2 days"},
    {"name": "open", "steps": ["read_blog_post", "viewed_product", "order_placed"],
     "entry": "any_step", "window": "7 days", "breakdowns": ["device_category"]},
    {"name": "excluded", "steps": ["viewed_product", "added_to_cart", "began_checkout"],
     "window": "2 days", "exclusions": [
        {"event": "remove_from_cart", "where": {"category": ["shoes", "Café"]}},
        {"goal": "viewed_pricing_page", "from_step": 1, "to_step": 2},
     ]},
    {"name": "excluded, strict, passes", "steps": ["viewed_product", "order_placed"],
     "window": "2 days", "mode": "totals", "ties": "strict",
     "exclusions": [{"event": "remove_from_cart"}]},
    {"name": "optional and repeated", "window": "7 days", "mode": "totals", "steps": [
        "viewed_product",
        {"goal": "added_to_cart", "optional": True, "label": "Cart?"},
        {"goal": "viewed_product", "min_gap": "10 minutes"},
        {"goal": "began_checkout", "max_gap": "1 days", "optional": True},
        "order_placed",
     ]},
    {"name": "gaps and occurrences", "window": "14 days", "steps": [
        {"goal": "signed_up", "occurrence": "first_ever"},
        {"goal": "completed_workflow", "occurrence": "first_matching", "min_gap": "10 minutes",
         "max_gap": "10 days"},
        {"goal": "subscription_started", "optional": True},
     ]},
    {"name": "held category", "steps": ["viewed_product", "added_to_cart", "order_placed"],
     "window": "3 days", "hold_constant": "category", "breakdowns": ["device_category"]},
    {"name": "held category, passes", "steps": ["viewed_product", "added_to_cart"],
     "window": "3 days", "hold_constant": "category", "mode": "totals", "order": "any"},
    {"name": "companies", "steps": ["signed_up", "completed_workflow"], "window": "10 days",
     "unit": {"property": "company"}, "breakdowns": ["country"]},
    {"name": "one fortnight", "steps": ["viewed_product", "order_placed"], "window": "3 days",
     "date_from": "2026-03-30", "date_to": "2026-04-12 18:00"},
]  # fmt: skip

COHORTS = [
    *DEMO["cohorts"],
    {"name": "days", "start": "viewed_product", "return": "order_placed", "interval": "day",
     "intervals": 5, "breakdowns": ["category", ["category", "country"]], "breakdown_limit": 2},
    {"name": "twice a week", "start": "viewed_product", "return": "viewed_product",
     "interval": "week", "intervals": 3, "min_occurrences": 2},
    {"name": "hours", "start": "viewed_product", "return": "any_event", "interval": "hour",
     "intervals": 4},
    {"name": "hours later", "start": "first_seen", "return": "viewed_product", "interval": "hour",
     "intervals": 3, "criterion": "on_or_after"},
    {"name": "first ever", "start": "viewed_pricing_page", "return": "trial_started",
     "first": "first_ever", "interval": "day", "intervals": 4, "window": "60 hours"},
    {"name": "rolling", "start": "viewed_product", "return": "added_to_cart", "interval": "day",
     "intervals": 3, "rolling": True, "first": "recurring", "min_occurrences": 2,
     "breakdowns": ["category"]},
    {"name": "rolling later", "start": "viewed_product", "return": "any_event",
     "interval": "week", "intervals": 2, "rolling": True, "criterion": "on_or_after"},
    {"name": "months", "start": "signed_up", "return": "completed_workflow", "interval": "month",
     "intervals": 2, "criterion": "on_or_after", "min_occurrences": 2},
    {"name": "months later", "start": "viewed_product", "return": "viewed_product",
     "interval": "month", "intervals": 2, "first": "recurring", "criterion": "on_or_after"},
    {"name": "brackets", "start": {"property": "coupon"}, "return": "any_event",
     "interval": "week", "rolling": True, "brackets": ["1-2", [3, 5]], "breakdown_limit": 1},
    {"name": "recurring brackets", "start": "viewed_product", "return": "viewed_product",
     "interval": "week", "first": "recurring", "brackets": [[1, 2], 3], "min_occurrences": 2},
]  # fmt: skip

# Spark takes ten seconds for each, of however many rows: `make test-full` has them all.
if not os.environ.get("WAYMARK_THOROUGH"):
    del FUNNELS[len(DEMO["funnels"]) + 1 :: 2], COHORTS[len(DEMO["cohorts"]) + 1 :: 2]

# No random assignment: what counts here is that every engine finds the same.
EXPERIMENTS = [
    {"name": "coupons", "exposure": "viewed_product", "variant_property": "coupon",
     "control": "SPRING", "variants": {"SPRING": 2, "100%": 1}, "window": "4 days",
     "lookback": "6 days", "from": "2026-03-20", "until": "2026-04-10", "primary": "order_placed",
     "goals": ["added_to_cart", "first_product"], "funnel": "checkout"},
    {"name": "O'Hara's devices", "exposure": {"goal": "visited"}, "window": "14 days",
     "variant_property": "device_category", "variants": ["mobile", "desktop"], "control": "mobile",
     "primary": "began_checkout", "goals": ["viewed_product", "added_to_cart", "order_placed"]},
]  # fmt: skip

CONFIG = {
    "sources": {"generic": {"relation": RELATION, "columns": {"currency": "currency code"}}},
    # The clocks go back by half an hour inside the data.
    "timezone": "Australia/Lord_Howe",
    "week_start": "sunday",
    "goals": GOALS,
    "funnels": FUNNELS,
    "cohorts": COHORTS,
    "experiments": EXPERIMENTS,
    "segment_properties": ["company"],
}

# ---------- input

START = datetime(2026, 3, 18, 4)
DAYS = 28
LAST_LOAD = START.replace(hour=2) + timedelta(days=DAYS)
# Windows, gaps and time-outs end exactly on such steps, and many events are tied.
PAUSES = [0, 0, 1, 1, 2, 3, 6, 24, 6 * 24, 6 * 24 * 2, 6 * 24 * 3, 6 * 24 * 7]
CATEGORIES = ["shoes", "shoes", "Café", "O'Hara", "", None]
PATHS = ["/blog/a", "/blog/b?x=1", "/pricing", "/pricing/enterprise", "/services/x", "/danke", "/"]
STORIES = [
    ["page_view", "view_item", "add_to_cart", "begin_checkout", "purchase"],
    ["view_item", "view_item", "add_to_cart", "remove_from_cart", "begin_checkout", "purchase"],
    ["view_item", "add_to_cart", "purchase", "view_item", "purchase"],
    ["page_view", "page_view", "scroll", "sign_up", "trial_started", "subscription_started"],
    ["sign_up", "project_created", "workflow_completed", "workflow_completed", "trial_started"],
    ["workflow_completed", "workflow_completed", "workflow_completed", "user_engagement"],
    ["page_view", "demo_video_played", "scroll", "page_view", "newsletter_subscribed"],
]
# (source, medium, campaign)
TRAFFIC = [
    ("google", "cpc", "Spring_Sale"), ("google", "organic", None), ("(direct)", "(none)", None),
    ("newsletter", "email", "März & Co"), ("facebook.com", "referral", ""), (None, None, None),
]  # fmt: skip
TEXT_COLUMNS = [
    "event_id", "event_name", "event_at", "anonymous_id", "user_id", "session_id", "properties",
    "value", "currency code", "transaction_id", "source_sequence", "page_url", "page_path",
    "page_title", "traffic_source", "traffic_medium", "campaign", "click_id", "device_category",
    "country", "platform", "category", "consent_state", "referrer_url", "user_agent",
]  # fmt: skip
# loaded_at, and columns that the contract does not know: they become properties.
TYPED_COLUMNS = {
    "loaded_at": "timestamp", "rating": "double", "basket_items": "integer", "member": "boolean",
}  # fmt: skip
COLUMNS = {**dict.fromkeys(TEXT_COLUMNS, "varchar"), **TYPED_COLUMNS}


def _written(random, at):
    """The same moment as an exporter may write it."""
    epoch = at.replace(tzinfo=timezone.utc).timestamp()
    return random.choice(
        [
            *[at.isoformat(sep=" ")] * 4,
            at.isoformat() + "Z",
            at.isoformat(timespec="microseconds"),
            (at + timedelta(hours=5, minutes=30)).isoformat() + "+05:30",
            (at - timedelta(hours=4)).isoformat(sep=" ") + "-0400",
            f"{epoch:.0f}",
            f"{epoch * 1000:.0f}",
            f"{epoch * 1e6:.0f}",
        ]
    )


def _properties(random, name):
    properties = {
        "coupon": random.choice(["SPRING", "100%", "", None, None]),
        "percent_scrolled": random.choice([50, 75, 90]),
        "percent_played": random.choice([10, 90]),
        "engagement_time_msec": random.choice([1000, 120000, 120001]),
        "shipping_cost": random.choice([4.9, "4.90", "free", None]),
        "method": "e-mail",
        "workflow_type": 'a "quoted" one\n',
        "value": random.choice(["inner", 7]),
        "search_term": "x/y~z",
        "nested": {"list": [1, 2.5, None], "deep": {"ä": True}},
    }
    chosen = random.sample(sorted(properties), random.randint(0, 6))
    if name in ("scroll", "user_engagement", "demo_video_played"):
        chosen += ["percent_scrolled", "engagement_time_msec", "percent_played"]
    return {
        # Shared between persons.
        "company": random.choice(["acme", "Bäcker", "O'Hara", None]),
        **{key: properties[key] for key in chosen},
    }


# What the events of a visit say, the last one of all that are left.
CONSENTS = [
    ["granted"], ["granted"], ["denied"], [None], ["denied", "granted"], ["granted", "denied"],
]  # fmt: skip
REFERRERS = ["https://www.google.com/", "https://shop.example/blog", "", None]


def _visit(random, person, at, number):
    """The events of one story of one person, now and then cut short."""
    traffic = random.choice(TRAFFIC)
    session = random.choice([None, f"s{number}"])
    rating = random.choice([3.5, 4.25, None])
    category = random.choice(CATEGORIES)
    story = random.choice(STORIES)[: random.choice([2, 3, 9, 9])]
    page = random.choice(PATHS)
    # Drawn apart: what else a visit has does not hang on it.
    apart = Random(f"{person} {number}")
    consents = apart.choice(CONSENTS)
    user_agent = apart.choice([None] * 9 + ["Mozilla/5.0", "Mozilla/5.0", "Googlebot/2.1"])
    for position, name in enumerate(story):
        at += timedelta(minutes=10 * random.choice(PAUSES[:8] if position < 3 else PAUSES))
        path = page if random.random() < 0.5 else random.choice(PATHS)
        priced = name in ("purchase", "subscription_started", "add_to_cart")
        yield {
            "event_id": f"{random.randint(0, 9)}-{person}-{number}-{position}",
            "event_name": name,
            "at": at,
            "event_at": _written(random, at),
            "anonymous_id": random.choice([f"d{person}", f"d{person}", f"d{person}b", None]),
            "user_id": random.choice([f"u{person}", None, None, None]),
            "session_id": session,
            "properties": json.dumps(_properties(random, name), ensure_ascii=False),
            "value": random.choice(["19.90", "250", "0.005", "-3"]) if priced else None,
            "currency code": "EUR" if priced else None,
            "transaction_id": f"t{person}-{number}" if name == "purchase" else None,
            "source_sequence": random.choice(["0", "1", "10", "2"]) if person % 3 else None,
            "page_url": f"https://Shop.example{path}" if random.random() < 0.7 else None,
            "page_path": path if random.random() < 0.3 else None,
            "page_title": random.choice(["Preise in €", "PREIS 1 €", "100%_sure", "Über", None]),
            "traffic_source": traffic[0] if position < 2 else None,
            "traffic_medium": traffic[1] if position < 2 else None,
            "campaign": traffic[2] if position < 2 else None,
            "click_id": None,
            "device_category": random.choice(["mobile", "desktop", None]),
            "country": random.choice(["DE", "AT", "Österreich"]),
            "platform": "WEB",
            "category": category if random.random() < 0.9 else random.choice(CATEGORIES),
            "consent_state": consents[min(position, len(consents) - 1)],
            "referrer_url": apart.choice(REFERRERS),
            "user_agent": user_agent,
            "rating": rating,
            "basket_items": random.randint(0, 3),
            "member": random.choice([True, False, None]),
        }


def _form_rows(random, persons=48):
    """A guide is read, then a form begun, left or sent; some buy within the window, some after."""
    for person in range(persons):
        device = random.choice(["mobile", "desktop", None])
        fields = random.sample(["name", "e-mail", "Straße", None], random.randint(0, 4))
        steps = [
            "page_view", *["form_start"] * random.choice([0, 1, 1]),
            *["form_field"] * len(fields), *["form_submit"] * random.choice([0, 1]),
            *["purchase"] * random.choice([0, 0, 1]),
        ]  # fmt: skip
        at = START + timedelta(days=random.randint(0, DAYS - 12), minutes=person)
        for number, name in enumerate(steps):
            days = random.choice([0, 7, 8]) if name == "purchase" else 0
            at += timedelta(days=days, seconds=random.choice([0, 2, 5, 40]))
            properties = {
                "form_id": random.choice(["contact", "contact", ""]),
                "form_name": "Contact",
                "field_name": fields.pop() if name == "form_field" else "e-mail",
            }
            late = random.random() < 0.1
            yield {
                "event_id": f"form-{person}-{number}",
                "event_name": name,
                "event_at": at.isoformat(sep=" "),
                "anonymous_id": f"f{person}",
                "session_id": f"s{days}",
                "properties": json.dumps(properties, ensure_ascii=False),
                "page_path": "/guide",
                "device_category": device,
                "value": "250" if name == "purchase" else None,
                "currency code": "EUR" if name == "purchase" else None,
                "loaded_at": LAST_LOAD
                if late
                else (at + timedelta(days=1)).replace(hour=2, minute=0, second=0),
            }


def _spoilt(random, row):
    """A row that must be rejected, each time for another reason."""
    return {
        **row,
        "event_id": "bad-" + row["event_id"],
        **random.choice(
            [
                {"event_name": " "},
                {"event_at": None},
                {"event_at": "yesterday"},
                {"event_at": "2031-01-01 00:00:00"},
                {"value": "nineteen"},
                {"properties": "[1, 2]"},
                {"properties": "{broken"},
                # Nobody: not rejected, but in no funnel and no cohort.
                {"anonymous_id": None, "user_id": None},
            ]
        ),
    }


def input_rows(persons=110, seed=11):
    """Rows; `load` says which load brings them: 1 all but the last days, 2 these and late ones."""
    random = Random(seed)
    rows = []
    for person in range(persons):
        at = START + timedelta(minutes=10 * random.randint(0, 6 * 24 * (DAYS - 9)))
        for number in range(random.choice([1, 1, 2, 3])):
            visit = list(_visit(random, person, at, number))
            at = visit[-1]["at"] + timedelta(minutes=10 * random.choice(PAUSES))
            rows += visit
    rows += [_spoilt(random, row) for row in rows if random.random() < 0.05]
    for row in rows:
        at = row.pop("at")
        row["loaded_at"] = (at + timedelta(days=1)).replace(hour=2, minute=0)
        # Outside the look-back of the load before: they are late.
        if random.random() < 0.05 or row["loaded_at"] > LAST_LOAD:
            row["loaded_at"] = LAST_LOAD
    # Delivered again: at once, with the last load, and with another content.
    again = [row for row in rows if random.random() < 0.06]
    rows += [{**row, "loaded_at": random.choice([row["loaded_at"], LAST_LOAD])} for row in again]
    rows += [{**row, "page_path": "/again", "loaded_at": LAST_LOAD} for row in again[::4]]
    rows += _form_rows(Random(seed + 1))
    return [
        {"load": 2 if row["loaded_at"] > LAST_LOAD - timedelta(days=2) else 1, **row}
        for row in rows
    ]


def events_parquet(folder):
    """Writes the input as one Parquet file a load; returns {load: path}."""
    folder = Path(folder)
    rows = input_rows()
    kinds = json.dumps([{"load": "integer", **COLUMNS}])
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    paths = {}
    with duckdb.connect() as connection:
        connection.execute(
            f"create table rows as select unnest(from_json(?, '{kinds}'), recursive := true)",
            [json.dumps(rows, default=str)],
        )
        for load in LOADS:
            paths[load] = folder / f"shop_events_{load}.parquet"
            connection.execute(
                f"copy (select {names} from rows where load = {load}) to '{paths[load]}'"
            )
    return paths


# ---------- dbt and what it built


def command(target, folder, *arguments, variables=None):
    """A dbt command on an output of profiles.yml, for subprocess."""
    return [
        *DBT,
        *arguments,
        "--target", target,
        "--project-dir", REPOSITORY,
        "--profiles-dir", REPOSITORY,
        "--target-path", Path(folder) / "target",
        "--log-path", Path(folder) / "logs",
        "--vars", json.dumps(CONFIG if variables is None else variables, ensure_ascii=False),
    ]  # fmt: skip


def settings(environment=None):
    """How subprocess runs it."""
    return {
        "cwd": REPOSITORY,
        "env": {**os.environ, "NO_COLOR": "1", **(environment or {})},
        "text": True,
    }


def dbt(target, folder, *arguments, variables=None, environment=None):
    """dbt in a process of its own, as people run it; returns what it printed."""
    done = subprocess.run(
        command(target, folder, *arguments, variables=variables),
        **settings(environment),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise Failed(done.stdout + done.stderr)
    return done.stdout


def descriptions(folder, tables):
    """{(table, column or None): text} of what dbt should have written beside tables."""
    manifest = json.loads((Path(folder) / "target" / "manifest.json").read_text(encoding="utf-8"))
    texts = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] in ("model", "seed") and node["alias"] in tables:
            persisted = node["config"]["persist_docs"]
            if persisted.get("relation") and node["description"]:
                texts[node["alias"], None] = node["description"]
            for name, column in node["columns"].items() if persisted.get("columns") else ():
                texts[node["alias"], name] = column["description"]
    return {key: text for key, text in texts.items() if text}


def tables_of(folder):
    """{table: schema} of all models and seeds that the last command in this folder knew."""
    manifest = json.loads((Path(folder) / "target" / "manifest.json").read_text(encoding="utf-8"))
    return {
        node["name"]: node["schema"]
        for node in manifest["nodes"].values()
        if node["name"] not in BOOKKEEPING
        and (
            node["resource_type"] == "seed"
            or (node["resource_type"] == "model" and node["config"]["materialized"] != "ephemeral")
        )
    }


class DuckDB:
    """The same on DuckDB: what every other engine is compared with."""

    def __init__(self, folder, paths):
        self.project = Project(folder, **CONFIG)
        self.paths = paths
        self.tables = {}

    def __getitem__(self, number):
        """All rows of {table: rows} after a load, which is built when first asked for."""
        for load in LOADS:
            if load <= number and load not in self.tables:
                self._build(load)
        return self.tables[number]

    def _build(self, load):
        with duckdb.connect(str(self.project.database)) as connection:
            connection.execute("create schema if not exists raw")
            rows = f"from read_parquet('{self.paths[load]}')"
            connection.execute(f"create table if not exists {RELATION} as {rows} limit 0")
            connection.execute(f"insert into {RELATION} {rows}")
        self.project.build()
        with duckdb.connect(str(self.project.database), read_only=True) as connection:
            self.tables[load] = {
                table: normalised(rows_of(connection, f'from {schema}."{table}"'))
                for table, schema in tables_of(self.project.directory).items()
            }
        unseen = [
            what
            for what, (table, is_there) in SEEN.items()
            if not any(map(is_there, self.tables[load][table]))
        ]
        assert not unseen, f"nothing to compare: {unseen}"


# ---------- comparison

MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d*?)?0*(Z|\+00(:?00)?)?$")


def _value(value):
    """One value as every engine would have to give it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    if isinstance(value, (float, Decimal)):
        # What rounding leaves of nothing is nothing.
        short = float(f"{value:.9g}") if abs(value) > 1e-15 else 0.0
        return int(short) if short.is_integer() else short
    if isinstance(value, datetime):
        if value.tzinfo:
            value = value.astimezone(timezone.utc).replace(tzinfo=None)
        return _value(value.isoformat(sep=" "))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _value(one) for key, one in sorted(value.items()) if key not in VOLATILE}
    if isinstance(value, (list, tuple)):
        return [_value(one) for one in value]
    if isinstance(value, str):
        moment = MOMENT.fullmatch(value)
        if moment:
            fraction = moment[3] if moment[3] not in (None, ".") else ""
            return f"{moment[1]} {moment[2]}{fraction}"
        if value[:1] in ("{", "["):
            try:
                return json.dumps(_value(json.loads(value)), ensure_ascii=False)
            except ValueError:
                return value
    return value


def normalised(rows):
    """Rows (dicts) as every engine would have to give them, in one order, nothing volatile."""
    found = [_value({name.lower(): value for name, value in row.items()}) for row in rows]
    return sorted(found, key=lambda row: [str(row[name]) for name in sorted(row)])


def differences(expected, found, table):
    """What is wrong with one table, as lines; rows of both are normalised."""
    one, other = ([json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows]
                  for rows in (expected, found))  # fmt: skip
    if one == other:
        return []
    missing, extra = list(one), []
    for row in other:
        if row in missing:
            missing.remove(row)
        else:
            extra.append(row)
    lines = [f"{table}: {len(found)} rows, expected {len(expected)};"
             f" {len(missing)} missing, {len(extra)} too many"]  # fmt: skip
    if missing and extra:
        wanted = json.loads(missing[0])
        nearest = max(
            map(json.loads, extra), key=lambda row: sum(row.get(k) == v for k, v in wanted.items())
        )
        wrong = {
            name: {"expected": wanted.get(name), "found": nearest.get(name)}
            for name in sorted({*wanted, *nearest})
            if wanted.get(name) != nearest.get(name) or (name in wanted) != (name in nearest)
        }
        lines.append(f"    {json.dumps(wrong, ensure_ascii=False)} in {missing[0]}")
    return lines + [f"    {row}" for row in (missing[:1] or extra[:1]) if not (missing and extra)]


def assert_same_tables(expected, found):
    """Every table row for row; tells about each that differs."""
    assert sorted(found) == sorted(expected)
    wrong = [
        line for name in sorted(expected) for line in differences(expected[name], found[name], name)
    ]
    assert not wrong, "\n".join(["tables differ from those of DuckDB:", *wrong])


# ---------- what was proven

CONFORMANCE = REPOSITORY / "target" / "conformance"


def record(engine, feature, proof):
    """Called by a test that passed: a cell of the table in docs/warehouses.md."""
    CONFORMANCE.mkdir(parents=True, exist_ok=True)
    path = CONFORMANCE / f"{engine}.json"
    proofs = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(
        json.dumps({**proofs, feature: proof}, indent=2, sort_keys=True) + "\n", encoding="utf-8"
    )
