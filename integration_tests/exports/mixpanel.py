"""An old project (epochs of Los Angeles), a new one (UTC, milliseconds), a pipeline (Parquet)."""

import gzip
import json
from datetime import datetime, timezone

from helpers import write_rows

OLD, NEW, PIPELINE = 140, 50, 40
ROWS = OLD + 12 + NEW + 2 + PIPELINE + 2


def epoch(text, unit=1):
    """What a clock shows, as if it were UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp()) * unit


def minute(i):
    return f"2026-03-{2 + i // 60:02}T09:{i % 60:02}:10"


def event(name, number, local, utc_hour=17, /, event="Product Viewed", **properties):
    """Nine in the morning in Los Angeles is 17 h UTC; processed a minute later, in UTC."""
    processed = epoch(f"{local[:11]}{utc_hour}{local[13:]}", 1000) + 60_000
    return {
        "event": event,
        "properties": {
            "time": epoch(local),
            "distinct_id": f"$device:browser-{number}",
            "$device_id": f"browser-{number}",
            "$insert_id": f"insert-{name}",
            "mp_processing_time_ms": processed,
            "$current_url": f"https://shop.example/p/{number}",
            "$os": "Windows",
            "$browser": "Chrome",
            "mp_country_code": "US",
            "$city": "Reno",
            "mp_lib": "web",
            "name": name,
            **properties,
        },
    }


def old_project():
    rows = [event(f"m{i}", i % 20, minute(i)) for i in range(OLD)]
    for i in range(0, OLD, 10):
        rows[i]["event"] = "Order Placed"
        # a number as a number, and as a text
        rows[i]["properties"].update(revenue=12.5 if i % 20 else "12.5", currency="USD", order_id=i)
    login = {"distinct_id": "user-1", "$user_id": "user-1"}
    twin = "2026-03-02T10:00:00"
    return [
        *rows,
        # the export is not free of duplicates; the second copy was processed later
        event("m5", 5, minute(5), 18),
        # one insert id is another event: on another day, of another name, of another id
        event("m5", 5, "2026-03-03T09:05:10"),
        event("m5", 5, minute(5), event="Checkout"),
        event("m5", 6, minute(5)),
        # after a merge the same event comes with another distinct id, and says what it was
        event("merged", 7, twin, 18, distinct_id="browser-7"),
        event("merged", 7, twin, 19, distinct_id="user-7",
              **{"$distinct_id_before_identity": "browser-7"}),
        event("login", 1, "2026-03-02T11:00:00", 19, event="Login", **login),
        event("server", 1, "2026-03-02T11:01:00", 19, distinct_id="user-1", **{"$device_id": None}),
        # the hour that a summer day starts with: PDT is an hour nearer to UTC
        event("summer", 2, "2026-07-01T09:00:00", 16),
        # a phone that was offline for five days
        event("late", 3, "2026-03-04T09:00:00",
              mp_processing_time_ms=epoch("2026-03-09T17:00", 1000)),
        event("nobody", 4, "2026-03-02T12:00:00", 20, distinct_id="", **{"$device_id": None}),
        event("paid", 40, "2026-03-02T12:01:00", 20, utm_source="bing", utm_medium="cpc",
              utm_campaign="spring", gclid="g1", **{"$referrer": "https://www.bing.com/"}),
    ]  # fmt: skip


def new_project():
    rows = [
        event(f"n{i}", 100 + i % 10, minute(i), 10, event="$mp_web_page_view",
              time=epoch(minute(i), 1000) + 250, current_page_title="Home")
        for i in range(NEW)
    ]  # fmt: skip
    lines = [json.dumps(row) for row in (*rows, {"event": "No Time", "properties": {}})]
    return [*lines[:2], '{"event": "Torn', *lines[2:]]


def pipeline():
    """A warehouse: columns for what every event has, and ids as they were first."""
    rows = [
        {
            "event_name": "Level Done", "time": minute(i) + "Z", "insert_id": f"insert-w{i}",
            "distinct_id": f"phone-{i % 8}", "device_id": f"phone-{i % 8}", "user_id": None,
            "properties": json.dumps({"name": f"w{i}", "level": i, "$os": "Android"}),
        }
        for i in range(PIPELINE)
    ]  # fmt: skip
    return [
        *rows,
        {**rows[3], "insert_id": "insert-mail", "distinct_id": "ann@example.org", "device_id": None,
         "properties": '{"name": "mail"}'},
        {**rows[4], "insert_id": "insert-cut", "properties": '{"name": "cu'},
    ]  # fmt: skip


# phone-1 and phone-2 are one person, named by the id of the first; phone-3 is Ann
MAPPING = [
    {"distinct_id": "phone-2", "resolved_distinct_id": "phone-1"},
    {"distinct_id": "phone-3", "resolved_distinct_id": "ann-1"},
    {"distinct_id": "ann@example.org", "resolved_distinct_id": "ann-1"},
]


def write(folder):
    folder.mkdir(parents=True)
    with gzip.open(folder / "old.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in old_project())
    (folder / "new.jsonl").write_text("".join(line + "\n" for line in new_project()))
    types = {name: "varchar" for name in pipeline()[0]}
    write_rows(folder / "pipeline.parquet", pipeline(), {**types, "time": "timestamptz"})
    write_rows(folder / "mapping.parquet", MAPPING, {name: "varchar" for name in MAPPING[0]})
    return [
        {
            "property": "old",
            "files": str(folder / "old.jsonl.gz"),
            "timezone": "America/Los_Angeles",
        },
        {"property": "new", "files": str(folder / "new.jsonl")},
        {
            "property": "pipeline",
            "files": {
                "events": str(folder / "pipeline.parquet"),
                "identity_mapping": str(folder / "mapping.parquet"),
            },
        },
    ]
