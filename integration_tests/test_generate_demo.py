"""The demo data: its shape, its determinism, and its truth counted again in plain Python."""

import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import duckdb
import pytest

from helpers import REPOSITORY

SCRIPT = REPOSITORY / "scripts" / "generate_demo.py"
ARGUMENTS = ("--visitors", "1200", "--days", "42", "--seed", "7")
SMALL = ("--visitors", "300", "--days", "4")
HOUR, DAY = 3_600_000_000, 86_400_000_000  # microseconds
GOOD_NAMES = {
    "session_start", "first_visit", "page_view", "scroll", "user_engagement",
    "view_search_results", "view_item", "add_to_cart", "begin_checkout", "add_shipping_info",
    "purchase", "sign_up", "project_created", "workflow_completed", "trial_started",
    "subscription_started", "newsletter_subscribed", "demo_video_played", "lead_submitted",
    "form_start", "form_field", "form_submit",
    "experiment_viewed",
}


def run(output, *arguments):
    return subprocess.run(
        [sys.executable, SCRIPT, "--output", output, *arguments],
        capture_output=True, text=True, timeout=300)


def generated(output, *arguments):
    result = run(output, *arguments)
    assert result.returncode == 0, result.stderr
    return output


def checksum(folder):
    """One number for the content of each file, whatever the order of the rows."""
    return duckdb.sql(f"""
        select event.filename, count(*), sum(hash(event)::hugeint)
        from (select * replace (filename.split('/')[-1] as filename)
            from read_parquet('{folder}/*.parquet', filename = true)) as event
        group by all order by all
    """).fetchall()


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return generated(tmp_path_factory.mktemp("demo") / "demo", *ARGUMENTS)


@pytest.fixture(scope="module")
def truth(demo):
    return json.loads((demo / "truth.json").read_text())


@pytest.fixture(scope="module")
def raw(demo):
    """Every row as a dict, with the file it is in and its parameters as a dict."""
    result = duckdb.sql(f"from read_parquet('{demo}/*.parquet', filename = true)")
    columns = result.columns
    rows = [dict(zip(columns, row)) for row in result.fetchall()]
    for row in rows:
        row["file"] = row.pop("filename").split("/")[-1]
        row["content"] = repr([value for name, value in row.items() if name != "file"])
        row["params"] = {
            param["key"]: next(value for value in param["value"].values() if value is not None)
            for param in row["event_params"]}
        row["path"] = urlsplit(row["params"]["page_location"]).path
        row["us"] = row["event_timestamp"]
    return rows


@pytest.fixture(scope="module")
def accepted(raw):
    """Rows with a name and a time that is not in the future, each once, in no order."""
    seen = {}
    for row in sorted(raw, key=lambda row: row["file"]):
        if row["event_name"] is None or row["us"] is None or row["event_date"] > "2037":
            continue
        seen.setdefault(row["content"], row)
    return list(seen.values())


@pytest.fixture(scope="module")
def visitors(accepted):
    """Visitor: events in order. The first user seen on a device owns its anonymous events."""
    def order(row):
        return row["us"], row["batch_page_id"] or 0, row["batch_ordering_id"] or 0, \
            row["batch_event_index"] or 0

    owners = {}
    for row in sorted(accepted, key=order):
        if row["user_id"]:
            owners.setdefault(row["user_pseudo_id"], row["user_id"])
    result = defaultdict(list)
    for row in accepted:
        device = row["user_pseudo_id"]
        if device:
            result[row["user_id"] or owners.get(device, device)].append(
                {**row, "order": order(row), "session": row["params"]["ga_session_id"]})
    return {visitor: sorted(rows, key=lambda row: row["order"]) for visitor, rows in result.items()}


MATCHES = {
    "viewed_product": lambda e: e["event_name"] == "view_item",
    "added_to_cart": lambda e: e["event_name"] == "add_to_cart",
    "began_checkout": lambda e: e["event_name"] == "begin_checkout",
    "order_placed": lambda e: e["event_name"] == "purchase",
    "trial_started": lambda e: e["event_name"] == "trial_started",
    "subscription_started": lambda e: e["event_name"] == "subscription_started",
    "viewed_pricing_page":
        lambda e: e["event_name"] == "page_view" and e["path"].startswith("/pricing"),
    "scrolled_pricing_page":
        lambda e: e["event_name"] == "scroll" and e["path"].startswith("/pricing")
        and e["params"]["percent_scrolled"] >= 75,
    "engaged_with_service_page":
        lambda e: e["event_name"] == "user_engagement" and e["path"].startswith("/services")
        and e["params"]["engagement_time_msec"] > 120_000,
    "read_blog_post": lambda e: e["event_name"] == "page_view" and e["path"].startswith("/blog/"),
    "signed_up": lambda e: e["event_name"] == "sign_up",
    "created_project": lambda e: e["event_name"] == "project_created",
    "completed_workflow": lambda e: e["event_name"] == "workflow_completed",
    "played_demo_video": lambda e: e["event_name"] == "demo_video_played",
}


def completions(events):
    """Goal: the events of one visitor that complete it."""
    done = {goal: [e for e in events if matches(e)] for goal, matches in MATCHES.items()}
    starts = {}
    for event in events:
        starts.setdefault(event["session"], event)
    done["visited"] = list(starts.values())
    done["returned_within_48_hours"] = [
        b for a in done["visited"] for b in done["visited"]
        if a is not b and 0 <= b["us"] - a["us"] <= 48 * HOUR][:1]
    done["activated_within_72_hours"] = [
        project for project in done["created_project"] for sign_up in done["signed_up"]
        if sign_up["order"] <= project["order"] and project["us"] - sign_up["us"] <= 72 * HOUR][:1]
    done["blog_reader_started_trial"] = [
        trial for trial in done["trial_started"] if any(
            post["order"] <= trial["order"] and trial["us"] - post["us"] <= 7 * DAY
            for post in done["read_blog_post"])]
    done["completed_workflow_twice"] = done["completed_workflow"][1:2]
    return done


@pytest.fixture(scope="module")
def done(visitors):
    return {visitor: completions(events) for visitor, events in visitors.items()}


def depth(steps, entry_us, window_us, last_order=None):
    """How many of the steps (lists of events) can be done one after the other: all ways tried."""
    if not steps:
        return 0
    return max((
        1 + depth(steps[1:], entry_us or event["us"], window_us, event["order"])
        for event in steps[0]
        if last_order is None
        or (event["order"] >= last_order and event["us"] <= entry_us + window_us)), default=0)


FUNNELS = {
    "checkout": ["viewed_product", "added_to_cart", "began_checkout", "order_placed"],
    "onboarding":
        ["signed_up", "activated_within_72_hours", "completed_workflow", "subscription_started"],
    "content_to_trial": ["read_blog_post", "viewed_pricing_page", "trial_started"],
}


@pytest.mark.parametrize("name", FUNNELS)
def test_funnel(name, truth, done):
    planted = truth["funnels"][name]
    steps = FUNNELS[name]
    depths = {
        visitor: depth([goals[step] for step in steps], None, planted["window_days"] * DAY)
        for visitor, goals in done.items()}
    reached = {step: sum(d > n for d in depths.values()) for n, step in enumerate(steps)}
    assert planted["units_reached"]["all"] == reached
    assert planted["wrong_any_order_no_window"] == {
        step: sum(all(goals[earlier] for earlier in steps[:n + 1]) for goals in done.values())
        for n, step in enumerate(steps)}
    assert reached[steps[-1]] < planted["wrong_any_order_no_window"][steps[-1]]
    if name == "checkout":
        by_device = {visitor: {e["device"]["category"] for e in goals["viewed_product"]}
                     for visitor, goals in done.items() if goals["viewed_product"]}
        for category in ("desktop", "mobile", "tablet"):
            units = [v for v, categories in by_device.items() if categories == {category}]
            mixed = sum(category in c and len(c) > 1 for c in by_device.values())
            for n, step in enumerate(steps):
                alone = sum(depths[v] > n for v in units)
                assert alone <= planted["units_reached"][category][step] <= alone + mixed


def test_goals(truth, done):
    assert truth["goals"] == {
        goal: sum(bool(goals[goal]) for goals in done.values()) for goal in truth["goals"]}


def test_edges(truth, done):
    for edge, counts in truth["edges"].items():
        micro, macro = edge.split(" > ")
        pairs = Counter((bool(goals[micro]), bool(goals[macro])) for goals in done.values())
        assert counts == {
            "exposed": pairs[True, True] + pairs[True, False],
            "exposed_converted": pairs[True, True],
            "unexposed": pairs[False, True] + pairs[False, False],
            "unexposed_converted": pairs[False, True]}


def monday(us):
    day = datetime.fromtimestamp(us // 1_000_000, UTC).date()
    return day - timedelta(days=day.weekday())


def test_sign_up_cohorts(truth, done):
    cohorts = {}
    for goals in done.values():
        for sign_up in goals["signed_up"]:
            week = monday(sign_up["us"])
            cohort = cohorts.setdefault(
                str(week), {"cohort_size": 0, "active_users_by_week": Counter()})
            cohort["cohort_size"] += 1
            cohort["active_users_by_week"].update(
                {str((monday(e["us"]) - week).days // 7) for e in goals["completed_workflow"]})
    assert truth["sign_up_cohorts"] == cohorts


def test_totals_and_rejected_rows(truth, raw, accepted, visitors):
    totals = truth["totals"]
    assert totals["raw_rows"] == len(raw)
    assert totals["accepted_rows"] == len(accepted)
    assert totals["rejected_rows"] == {
        "no event name": sum(row["event_name"] is None for row in raw),
        "no time": sum(row["us"] is None for row in raw),
        "in the future": sum(row["event_date"].startswith("2038") for row in raw),
        "duplicate": len(raw) - len({row["content"] for row in raw})}
    assert totals["visitors"] == len(visitors)
    assert totals["sessions"] == sum(
        len({event["session"] for event in events}) for events in visitors.values())
    assert truth["rows_by_file"] == Counter(row["file"] for row in raw)


def test_campaigns_of_sessions(truth, visitors):
    sessions = {
        (visitor, event["session"]): event["collected_traffic_source"]["manual_campaign_name"]
        for visitor, events in visitors.items() for event in events
        if event["collected_traffic_source"]}
    assert truth["sessions_by_campaign"] == Counter(filter(None, sessions.values()))
    assert truth["totals"]["sessions"] == sum(truth["sessions_by_channel"].values())


def test_revenue(truth, accepted):
    totals, seen = truth["totals"], set()
    purchases = once = cents = cents_once = 0
    for row in sorted((row for row in accepted if row["event_name"] == "purchase"),
                      key=lambda row: row["us"]):
        revenue = row["ecommerce"]["purchase_revenue"]
        transaction = row["ecommerce"]["transaction_id"]
        worth = 0 if revenue != revenue else round(100 * revenue)
        purchases, cents = purchases + 1, cents + worth
        if transaction == "(not set)" or transaction not in seen:
            once, cents_once = once + 1, cents_once + worth
        seen.add(transaction)
        assert str(row["params"]["transaction_id"]) == transaction
    subscriptions = [row for row in accepted if row["event_name"] == "subscription_started"]
    assert totals["purchases"] == purchases
    assert totals["purchases_once_per_transaction"] == once
    assert totals["purchase_revenue"] == cents / 100
    assert totals["purchase_revenue_once_per_transaction"] == cents_once / 100
    assert totals["subscriptions"] == len(subscriptions)
    assert totals["subscription_revenue"] == sum(row["params"]["value"] for row in subscriptions)


def test_dirty_rows(truth, raw, accepted):
    dirty = truth["dirty_rows"]
    files = defaultdict(list)
    for row in raw:
        files[row["content"]].append(row["file"])
    copies = [names for names in files.values() if len(names) > 1]
    assert all(len(names) == 2 for names in copies)
    assert dirty["duplicate_same_file"] == sum(len(set(names)) == 1 for names in copies)
    assert dirty["duplicate_next_file"] == sum(len(set(names)) == 2 for names in copies)
    late = Counter(
        row["file"] for row in accepted if row["file"] != f"events_{row['event_date']}.parquet")
    assert truth["late_rows_by_file"] == late
    assert dirty["late"] == late.total()
    assert dirty["null_event_name"] == sum(row["event_name"] is None for row in raw)
    assert dirty["null_event_timestamp"] == sum(row["us"] is None for row in raw)
    assert dirty["future_dated"] == sum(row["event_date"] > "2037" for row in raw)
    malformed = Counter(
        row["event_name"] for row in accepted if row["event_name"] not in GOOD_NAMES)
    assert truth["malformed_event_names"] == malformed
    assert set(malformed) == {"Click", "buttonClick", "add-to-wishlist"}
    assert dirty["malformed_event_name"] == malformed.total()
    denied = [row for row in accepted if row["privacy_info"]["analytics_storage"] == "No"]
    assert dirty["consent_denied"] == len(denied)
    assert all(row["user_pseudo_id"] is None and row["user_id"] is None for row in denied)
    purchases = [row["ecommerce"] for row in accepted if row["event_name"] == "purchase"]
    ids = Counter(e["transaction_id"] for e in purchases)
    assert dirty["nan_revenue"] == sum(
        e["purchase_revenue"] != e["purchase_revenue"] for e in purchases)
    assert dirty["transaction_not_set"] == ids.pop("(not set)")
    assert dirty["repeated_transaction"] == ids.total() - len(ids)
    assert all(dirty.values())


def test_sessions_by_consent(truth, accepted, visitors):
    consented, denied = truth["consent"]["consented"], truth["consent"]["denied"]
    starts = {}
    for visitor, events in visitors.items():
        for event in events:
            key = visitor, event["session"]
            starts[key] = min(starts.get(key, event["us"]), event["us"])
    assert consented == {
        "sessions": len(starts),
        "visitor_days": len({(visitor, us // DAY) for (visitor, _), us in starts.items()}),
        "purchases": truth["totals"]["purchases"]}
    # without an id, a session is the page view that comes from elsewhere
    rows = [row for row in accepted if row["privacy_info"]["analytics_storage"] == "No"]
    assert denied["sessions"] == sum(
        row["event_name"] == "page_view"
        and not (row["params"].get("page_referrer") or "").startswith("https://www.waymark-demo")
        for row in rows)
    assert denied["purchases"] == sum(row["event_name"] == "purchase" for row in rows)
    assert 0.9 * denied["sessions"] < denied["visitor_days"] <= denied["sessions"]


def test_form(truth, accepted, visitors):
    """A lead on /contact is a form that was sent; the others leave at the field touched last."""
    sessions = defaultdict(list)
    for visitor, events in visitors.items():
        for event in events:
            if event["event_name"].startswith("form_"):
                sessions[visitor, event["session"]].append(event)
    forms = defaultdict(lambda: {
        "started": 0, "submitted": 0, "reached": Counter(),
        "last_field_of_not_submitted": Counter()})
    for events in sessions.values():
        assert {event["params"]["form_id"] for event in events} == {"talk_to_sales"}
        form = forms[events[0]["device"]["category"]]
        fields = [event["params"]["field_name"] for event in events
                  if event["event_name"] == "form_field"]
        form["started"] += 1
        form["reached"].update(set(fields))
        if any(event["event_name"] == "form_submit" for event in events):
            form["submitted"] += 1
            assert {*fields} == {"name", "email", "company", "message"}
        else:
            form["last_field_of_not_submitted"][fields[-1] if fields else "(none)"] += 1
    assert truth["forms"] == {"talk_to_sales": forms}
    times = {
        name: {(row["user_pseudo_id"], row["us"]) for row in accepted
               if row["event_name"] == name and row["path"] == "/contact"}
        for name in ("form_submit", "lead_submitted")}
    assert times["form_submit"] == times["lead_submitted"] and times["form_submit"]


def test_ties_that_only_some_clients_can_break(visitors):
    hidden = shown = 0
    for events in visitors.values():
        for before, after in zip(events, events[1:]):
            tied = before["us"] == after["us"]
            hidden += tied and before["order"] == after["order"]
            shown += tied and before["order"] < after["order"]
    assert hidden > 100 and shown > 100


def test_planted_shape(truth):
    checkout = truth["funnels"]["checkout"]["units_reached"]
    rate = {device: reached["order_placed"] / reached["viewed_product"]
            for device, reached in checkout.items()}
    assert 0.08 < rate["all"] < 0.18
    assert rate["mobile"] < rate["desktop"]
    broken = truth["broken_week"]
    rates = {week: counts.get("mobile_adders", 0) / counts["mobile_viewers"]
             for week, counts in broken["weeks"].items()}
    assert broken["first_day"] == "2026-07-06" and broken["is_in_range"]
    assert rates.pop("2026-07-06") < 0.5 * min(rates.values())
    for edge in ("scrolled_pricing_page > trial_started",
                 "played_demo_video > subscription_started"):
        counts = truth["edges"][edge]
        assert (counts["exposed_converted"] / counts["exposed"]
                > 3 * counts["unexposed_converted"] / counts["unexposed"])
    assert {"Spring_Sale", "spring-sale", "spring_sale", "Summer SALE 2026!"} \
        <= set(truth["sessions_by_campaign"])


SCALARS = {
    "VARCHAR": "event_date event_name user_id user_pseudo_id stream_id platform",
    "BIGINT": "event_timestamp event_previous_timestamp event_bundle_sequence_id "
              "event_server_timestamp_offset user_first_touch_timestamp batch_event_index "
              "batch_ordering_id batch_page_id",
    "DOUBLE": "event_value_in_usd",
    "BOOLEAN": "is_active_user",
}
RECORDS = {
    "privacy_info": 3, "user_ltv": 2, "device": 15, "geo": 6, "app_info": 5, "traffic_source": 3,
    "collected_traffic_source": 12, "session_traffic_source_last_click": 6,
    "event_dimensions": 1, "ecommerce": 11, "publisher": 4,
    "event_params": 2, "user_properties": 2, "items": 27,
}
PARAMS = ('STRUCT("key" VARCHAR, "value" STRUCT(string_value VARCHAR, int_value BIGINT, '
          "float_value DOUBLE, double_value DOUBLE))[]")


def test_schema_of_every_file(demo):
    files = sorted(demo.glob("*.parquet"))
    assert len(files) == 42 and files[0].name == "events_20260601.parquet"
    schemas = {tuple(duckdb.sql(f"describe from '{file}'").fetchall()) for file in files}
    assert len(schemas) == 1
    types = {name: kind for name, kind, *_ in schemas.pop()}
    scalars = {name: kind for kind, names in SCALARS.items() for name in names.split()}
    assert set(types) == set(scalars) | set(RECORDS)
    assert {name: types[name] for name in scalars} == scalars
    assert types["event_params"] == PARAMS
    assert PARAMS in types["items"]
    fields = duckdb.sql(f"from '{files[0]}' limit 0")
    for name, width in RECORDS.items():
        kind = fields.types[fields.columns.index(name)]
        if kind.id == "list":
            kind = kind.child
        assert len(kind.children) == width, name


def test_same_seed_same_data_whatever_the_threads(tmp_path):
    first = checksum(generated(tmp_path / "first", *SMALL, "--threads", "1"))
    second = checksum(generated(tmp_path / "second", *SMALL, "--threads", "4"))
    other = checksum(generated(tmp_path / "other", *SMALL, "--seed", "2"))
    assert first == second
    assert first != other
    truths = [(tmp_path / name / "truth.json").read_text() for name in ("first", "second")]
    assert truths[0] == truths[1]


def test_rows_sets_the_size(tmp_path):
    folder = generated(tmp_path / "demo", "--rows", "20000", "--days", "10")
    rows = json.loads((folder / "truth.json").read_text())["totals"]["raw_rows"]
    assert 18_000 < rows < 22_000


def test_second_run_does_nothing_and_other_arguments_replace(tmp_path):
    folder = generated(tmp_path / "demo", *SMALL)
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = run(folder, *SMALL)
    assert again.returncode == 0 and "up to date" in again.stdout
    assert before == {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    generated(folder, "--visitors", "100", "--days", "2")
    assert len(list(folder.glob("*.parquet"))) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_failed_run_leaves_what_was_there(tmp_path):
    folder = generated(tmp_path / "demo", *SMALL)
    before = checksum(folder)
    failed = run(folder, "--visitors", "5000", "--memory-limit", "1MB")
    assert failed.returncode == 1
    assert failed.stderr.startswith("generate_demo: ") and failed.stderr.count("\n") == 1
    assert checksum(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_stopped_run_leaves_nothing(tmp_path):
    process = subprocess.Popen(
        [sys.executable, SCRIPT, "--output", tmp_path / "demo", "--rows", "5000000"],
        stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob(".demo.partial-*/spill")):
        time.sleep(0.05)
    process.terminate()
    _, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert error.startswith("generate_demo: ") and error.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("is_demo", [False, True])
def test_foreign_folder_is_not_overwritten(tmp_path, is_demo):
    folder = tmp_path / "demo"
    if is_demo:
        generated(folder, *SMALL)
    folder.mkdir(exist_ok=True)
    (folder / "notes.txt").write_text("mine")
    result = run(folder, "--days", "3")
    assert result.returncode == 1
    assert result.stderr == f"generate_demo: {folder} is not demo data: name another --output\n"
    assert (folder / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("arguments, message", [
    (["--days", "-1"], "--days: -1 is not a whole number from 1 to"),
    (["--visitors", "0"], "--visitors: 0 is not a whole number from 1 to"),
    (["--rows", "many"], "--rows: many is not a whole number from 1 to"),
    (["--rows", "10", "--visitors", "10"], "not allowed with argument"),
    (["--start", "June"], "--start: June is not a date (YYYY-MM-DD)"),
    (["--memory-limit", "lots"], "--memory-limit: lots is not a size"),
    (["--seed", "x"], "--seed"),
])
def test_bad_arguments(tmp_path, arguments, message):
    result = run(tmp_path / "demo", *arguments)
    assert result.returncode == 1
    assert result.stderr.startswith("generate_demo: ") and result.stderr.count("\n") == 1
    assert message in result.stderr
    assert not list(tmp_path.iterdir())


def test_output_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    result = run(tmp_path / "file" / "demo")
    assert result.returncode == 1
    assert result.stderr.startswith("generate_demo: ") and result.stderr.count("\n") == 1
