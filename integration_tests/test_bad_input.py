"""Bad input ends in rejected_events, or in one clear error; a failed run changes no mart."""

import json
import os
import shutil
import subprocess

import duckdb
import pytest

import engines
from helpers import Project, generic, thorough, write_rows

CONFIG = {
    "goals": [{"name": "bought", "match": {"event": "purchase"}}],
    "funnels": [{"name": "buying", "steps": ["bought"], "window": "1 day"}],
    "cohorts": [],
}
GOOD = {"event_name": "purchase", "event_at": "2024-01-01T10:00:00Z", "anonymous_id": "ann"}
CORE = ("+events", "+rejected_events", "+visitors")


def project(folder, files, **settings):
    return Project(folder, **generic(files, **settings), **CONFIG)


# Rows that are wrong one by one


def row(event_id, **changes):
    return {**GOOD, "event_id": event_id, **changes}


HUGE = "x" * 10_000_000
LINES = {
    # what the line is: the line, and the reason for its rejection or None
    "good": (row("good"), None),
    "malformed": ('{"event_name": "purchase", "event_at": ', "malformed json"),
    "no json": ("hello, world", "malformed json"),
    "not an object": ('["purchase", "2024-01-01"]', "no event name"),
    "no name": (row("no name", event_name=None), "no event name"),
    "blank name": (row("blank name", event_name="  "), "no event name"),
    "no time": (row("no time", event_at=None), "no time"),
    "bad time": (row("bad time", event_at="yesterday"), "unparseable time"),
    "no such day": (row("no such day", event_at="2024-02-31T10:00:00Z"), "unparseable time"),
    "future": (row("future", event_at="2190-01-01T00:00:00Z"), "in the future"),
    "first copy": (row("twice"), None),
    "second copy": (row("twice"), "duplicate of twice"),
    "no id at all": (row("no id at all", anonymous_id=None), None),
    "ten megabytes": (row("ten megabytes", properties={"note": HUGE}), None),
    "emoji": (row("emoji", event_name="\U0001f6d2 'a' \"b\"; --", anonymous_id="\u00fc"), None),
    "script": (row("script", event_name="<script>alert(1)</script>"), None),
    "text properties": (row("text properties", properties="a=b"), "properties"),
    "bad value": (row("bad value", value="a lot"), "value"),
    "unknown key": (row("unknown key", surprise={"deep": [1, None]}), None),
    "other types": (row("other types", anonymous_id=17, properties={"n": 1e400}), None),
}  # fmt: skip


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mixed")
    lines = [line if isinstance(line, str) else json.dumps(line) for line, _ in LINES.values()]
    (folder / "events.ndjson").write_text("\n".join(lines), encoding="utf-8")
    built = project(folder, folder / "events.ndjson")
    built.build(*CORE, "+funnel_steps")
    return built


def test_nothing_is_dropped(mixed):
    accepted, rejected = mixed.values(
        "select (select count(*) from events), (select count(*) from rejected_events)"
    )[0]
    assert accepted + rejected == len(LINES)
    assert accepted == sum(reason is None for _, reason in LINES.values())


@pytest.mark.parametrize("name", LINES)
def test_row(mixed, name):
    line, reason = LINES[name]
    if reason is None:
        sql = "select count(*) from events where event_id = ?"
        assert mixed.values(sql, [line["event_id"]]) == [(1,)]
        return
    found = mixed.rows("select reason, event_id, raw_payload from rejected_events")
    mine = [one for one in found if reason in one["reason"]]
    assert mine, [one["reason"] for one in found]
    assert all(one["raw_payload"] for one in mine)
    # The payload is the row as it came.
    assert any(
        line in one["raw_payload"] if isinstance(line, str) else line["event_id"] == one["event_id"]
        for one in mine
    )


def test_rows_without_an_id_are_events_and_not_visitors(mixed):
    assert mixed.values(
        "select visitor_id, visitor_key, session_id from events where event_id = 'no id at all'"
    ) == [(None, None, None)]
    assert mixed.values("select count(*) from visitors where visitor_id is null") == [(0,)]


def test_content_survives(mixed):
    assert mixed.values(
        "select event_name, visitor_id from events where event_id = 'emoji'"
    ) == [(LINES["emoji"][0]["event_name"], LINES["emoji"][0]["anonymous_id"])]  # fmt: skip
    found = mixed.values("select properties from events where event_id = 'ten megabytes'")
    assert json.loads(found[0][0])["note"] == HUGE


def test_not_a_number_is_null_and_text_about_it_stays(tmp_path):
    """JSON has no NaN, and the text "NaN" is not one."""
    duckdb.sql(
        "copy (select 'purchase' as event_name, timestamp '2024-01-01 10:00:00.000001' as event_at,"
        " 'ann' as anonymous_id, {'scores': ['NaN'::double, 'NaN', 1, '-Infinity'],"
        " 'note': '1,NaN,2', 'rate': 'NaN'::double} as properties)"
        f" to '{tmp_path}/events.parquet'"
    )
    built = project(tmp_path, tmp_path / "events.parquet")
    built.build(*CORE)
    found = built.values("select properties, event_at::varchar from events")
    assert found[0][1] == "2024-01-01 10:00:00.000001"
    properties = json.loads(found[0][0])
    assert properties["note"] == "1,NaN,2"
    assert properties["scores"] == [None, None, 1.0, None]
    assert properties.get("rate") is None


def test_ga4_rows(tmp_path):
    """The same for an export: text in place of a number, a list in place of a record, ..."""
    good = {
        "event_name": "purchase",
        "event_timestamp": "1704103200000000",
        "user_pseudo_id": "ann",
    }
    lines = {
        "good": (good, None),
        "no name": ({**good, "event_name": None}, "no event name"),
        "no time": ({**good, "event_timestamp": None}, "no time"),
        "text as time": ({**good, "event_timestamp": "soon"}, "time"),
        "negative time": ({**good, "event_timestamp": "-5"}, "unparseable time"),
        "future": ({**good, "event_timestamp": "2524608000000000"}, "in the future"),
        "malformed": ('{"event_name": "purchase"', "malformed json"),
        "wrong records": (
            {**good, "user_pseudo_id": "ben", "event_params": "none", "device": [1], "geo": 3},
            None,
        ),
        "huge number": ({**good, "event_timestamp": "9" * 30}, "time"),
    }
    text = [line if isinstance(line, str) else json.dumps(line) for line, _ in lines.values()]
    (tmp_path / "events.ndjson").write_text("\n".join(text), encoding="utf-8")
    built = Project(tmp_path, sources={"ga4": {"files": str(tmp_path / "events.ndjson")}}, **CONFIG)
    built.build(*CORE)
    assert built.values("select visitor_id from events order by 1") == [("ann",), ("ben",)]
    found = sorted(reason for (reason,) in built.values("select reason from rejected_events"))
    reasons = sorted(reason for _, reason in lines.values() if reason)
    assert len(found) == len(reasons)
    assert all(wanted in reason for reason, wanted in zip(found, reasons)), found


@pytest.mark.parametrize("ending", ["json", "ndjson"])
def test_a_malformed_first_line_is_a_row_too(tmp_path, ending):
    lines = ['{"event_name": "purchase", ', json.dumps(row("good")), json.dumps(row("better"))]
    (tmp_path / f"events.{ending}").write_text("\n".join(lines), encoding="utf-8")
    built = project(tmp_path, tmp_path / f"events.{ending}")
    built.build(*CORE)
    assert built.values("select count(*) from events") == [(2,)]
    assert built.values("select reason, raw_payload from rejected_events") == [
        ("malformed json", lines[0])
    ]


# The same rows in every format


@pytest.mark.parametrize("kind", ["csv", "parquet", "ndjson", "json"])
def test_formats_agree(tmp_path, kind):
    rows = [
        {**GOOD, "event_id": str(n), "event_at": f"2024-01-01 10:00:0{n}.000001", "value": n / 4,
         "user_id": None if n % 2 else "it's, \"me\"\nand you",
         "properties": {"text": "a,b\n'c' \"d\"", "n": n, "none": None}}
        for n in range(6)
    ]  # fmt: skip
    built = project(tmp_path, write_rows(tmp_path / f"events.{kind}", rows))
    built.build(*CORE)
    found = built.rows("select * from events order by event_id")
    assert [
        (row["event_id"], row["visitor_id"], str(row["event_at"]), float(row["value"]),
         json.loads(row["properties"])["text"])
        for row in found
    ] == [
        (str(n), rows[0]["user_id"], f"2024-01-01 10:00:0{n}.000001", n / 4, "a,b\n'c' \"d\"")
        for n in range(6)
    ]  # fmt: skip


def test_only_name_time_and_one_id_are_required_and_columns_map(tmp_path):
    duckdb.sql(
        "copy (select 'purchase' as \"What\", 1704103200 as ts, 'ann' as \"user's id\")"
        f" to '{tmp_path}/events.parquet'"
    )
    built = project(
        tmp_path,
        tmp_path / "events.parquet",
        columns={"event_name": "What", "event_at": "ts", "user_id": "user's id"},
    )
    built.build(*CORE)
    assert built.values("select event_name, event_at::varchar, visitor_id from events") == [
        ("purchase", "2024-01-01 10:00:00", "ann")
    ]


# No rows


@pytest.mark.parametrize(
    "name",
    ["zero.parquet", "empty.ndjson", *(
        pytest.param(name, marks=thorough) for name in ("empty.json", "header.csv")
    )],
)  # fmt: skip
def test_no_rows_give_empty_marts(tmp_path, name):
    path = tmp_path / name
    if path.suffix == ".parquet":
        write_rows(path, [])
    else:
        path.write_text("event_name,event_at,anonymous_id\n" if path.suffix == ".csv" else "")
    built = project(tmp_path, path)
    # To a model, no rows are no rows: once, whether all of them bear it.
    built.build(*([] if name == "zero.parquet" else [*CORE, "+funnel_steps"]))
    for model in ("events", "rejected_events", "sessions", "visitors", "goal_completions"):
        assert built.values(f"select count(*) from {model}") == [(0,)], model
    assert built.values("select count(*), max(units_reached) from funnel_steps") in (
        [(0, None)],
        [(1, 0)],
    )


# Input that cannot be read at all: one error that names the file, the key and the fix


def not_parquet(folder):
    (folder / "fake.parquet").write_text("this is no parquet")
    return {"files": str(folder / "fake.parquet")}, ["fake.parquet", "sources.generic"]


def missing_file(folder):
    return {"files": str(folder / "nowhere.csv")}, ["nowhere.csv", "sources.generic.files"]


def empty_glob(folder):
    return {"files": str(folder / "nothing_*.parquet")}, ["nothing_*", "sources.generic.files"]


def one_of_two_missing(folder):
    good = write_rows(folder / "good.parquet", [GOOD])
    return {"files": [str(good), str(folder / "gone.parquet")]}, ["gone", "sources.generic.files"]


def unknown_column(folder):
    good = write_rows(folder / "good.parquet", [GOOD])
    return (
        {"files": str(good), "columns": {"user_id": "usr_id"}},
        ["usr_id", "sources.generic.columns.user_id"],
    )


def required_column_absent(folder):
    duckdb.sql(
        "copy (select 'purchase' as name, now() as event_at, 'ann' as user_id)"
        f" to '{folder}/raw.parquet'"
    )
    return (
        {"files": str(folder / "raw.parquet")},
        ["raw.parquet", "event_name", "sources.generic", "columns: {event_name:"],
    )


def missing_relation(folder):
    return {"relation": "main.not_there"}, ["not_there", "sources.generic.relation"]


@pytest.mark.parametrize(
    "broken",
    [
        not_parquet,
        missing_file,
        empty_glob,
        one_of_two_missing,
        unknown_column,
        required_column_absent,
        missing_relation,
    ],
)
def test_unreadable_input_is_one_clear_error(tmp_path, broken):
    source, says = broken(tmp_path)
    broken_project = Project(tmp_path, sources={"generic": source}, **CONFIG)
    complaint = broken_project.error("run", "--select", "+events")
    for part in says:
        assert part in complaint
    assert complaint.count("waymark: ") == 1, complaint


def test_unknown_time_zone_is_one_clear_error(tmp_path):
    good = write_rows(tmp_path / "good.parquet", [GOOD])
    broken = Project(tmp_path, **generic(good), **CONFIG, timezone="Europe/Berln")
    complaint = broken.error("run", "--select", "goals")
    assert "waymark: timezone: Europe/Berln" in complaint
    assert "Did you mean Europe/Berlin?" in complaint


def test_failed_run_leaves_the_last_good_marts(tmp_path):
    """Good build, then one with broken input: events and marts are those of the good build."""
    tables = ["events", "goal_completions", "funnel_steps", "goals"]
    rows = [row("one"), row("two", anonymous_id="ben")]
    good = write_rows(tmp_path / "in" / "good.parquet", rows)
    built = project(tmp_path, tmp_path / "in" / "*.parquet")
    built.build("+funnel_steps", "goals")
    before = {table: built.rows(f"from {table} order by all") for table in tables}
    assert before["funnel_steps"][0]["units_reached"] == 2

    broken = tmp_path / "in" / "broken.parquet"
    shutil.copy(good, broken)
    os.truncate(broken, broken.stat().st_size // 2)
    assert "broken.parquet" in built.error("run")
    assert {table: built.rows(f"from {table} order by all") for table in tables} == before

    # And once the file is mended the next run takes it in.
    write_rows(broken, [row("three", anonymous_id="cleo")])
    built.build("+funnel_steps", "goals")
    assert built.values("select units_reached from funnel_steps") == [(3,)]


def test_too_little_memory_says_what_to_set(tmp_path):
    files = write_rows(tmp_path / "events.parquet", [row(str(n)) for n in range(20_000)])
    done = subprocess.run(
        engines.command(
            "duckdb", tmp_path, "run", "--select", "stg_generic__events",
            variables={**generic(files), **CONFIG},
        ),
        **engines.settings(
            {"WAYMARK_MEMORY_LIMIT": "10MB", "WAYMARK_DATABASE": str(tmp_path / "small.duckdb")}
        ),
        capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Out of Memory" in done.stdout
    assert "stg_generic__events did not fit into memory. Set WAYMARK_MEMORY_LIMIT" in done.stdout
