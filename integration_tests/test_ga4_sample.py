"""A real GA4 export: 32 gap-free days of a shop, and the JSON that `bq extract` writes."""

import json

import duckdb
import pytest

from helpers import Project, assert_equal, rows_of

STEPS = ["view_item", "add_to_cart", "begin_checkout", "purchase"]
CONFIG = {
    "goals": [{"name": name, "match": {"event": name}} for name in STEPS],
    "funnels": [
        {"name": f"{ties}, {window}", "steps": STEPS, "window": window, "ties": ties}
        for ties, window in [("step_order", "7 days"), ("strict", "7 days"), ("strict", "32 days")]
    ],
    "cohorts": [],
}
# What depends on the file that a row came in and not on the row.
OF_THE_FILE = {"source_shard", "shard_version", "loaded_at", "source_property"}


def ga4(files, **config):
    return {"sources": {"ga4": {"files": files}}, **CONFIG, **config}


@pytest.fixture(scope="module")
def exports(sample_data):
    folder = sample_data / "ga4_sample_ecommerce"
    if not folder.is_dir():
        pytest.skip(f"no GA4 sample in {folder}")
    return str(folder / "events_*.parquet")


@pytest.fixture(scope="module")
def shop(exports, tmp_path_factory):
    project = Project(tmp_path_factory.mktemp("ga4"), **ga4(exports))
    project.build("+funnel_steps", "rejected_events", "sessions", "visitors")
    return project


@pytest.fixture(scope="module")
def raw(exports):
    """Reads the export without any of our SQL."""

    def read(sql):
        with duckdb.connect() as connection:
            return rows_of(connection, sql, [exports])

    return read


def test_row_and_device_counts(shop):
    assert shop.values(
        "select count(*), count(distinct anonymous_id)"
        " from (select anonymous_id from events union all by name"
        " select null as anonymous_id from rejected_events)"
    ) == [(1_111_755, 93_693)]


def test_raw_is_accepted_and_rejected_on_every_day(shop, raw):
    expected = raw(
        "select make_timestamp(event_timestamp::bigint)::date as day, count(*) as events"
        " from read_parquet(?) group by 1 order by 1"
    )
    found = shop.rows(
        "select event_at::date as day, count(*) as events from"
        " (select event_at from events union all select event_at from rejected_events)"
        " group by 1 order by 1"
    )
    assert len(found) == 32
    assert found == expected


@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("step_order, 7 days", [16_471, 3_719, 1_209, 669]),
        # Ties matter: 4.7 % of those who add to the cart do so in the microsecond of the view.
        ("strict, 7 days", [16_471, 3_538]),
        ("strict, 32 days", [16_471, 3_543]),
    ],
)
def test_purchase_funnel(shop, name, reached):
    found = shop.values(
        "select units_reached from funnel_steps"
        " where funnel_name = ? and breakdown_name = 'all' order by step_number",
        [name],
    )
    assert [row[0] for row in found][: len(reached)] == reached


def test_sessions_are_pairs_of_visitor_and_native_id(shop, raw):
    expected = raw(
        "select count(distinct (user_pseudo_id, session_id)) as sessions,"
        " count(distinct session_id) as ids"
        " from (select user_pseudo_id, list_filter(event_params, lambda p: p.key = 'ga_session_id')"
        "[1].value.int_value as session_id from read_parquet(?))"
        " where user_pseudo_id is not null and session_id is not null"
    )[0]
    # An id alone would join visitors.
    assert expected["ids"] < expected["sessions"]
    found = shop.rows(
        "select count(*) as sessions, count(distinct (visitor_id, native_session_id)) as pairs"
        " from (select distinct session_key, visitor_id, native_session_id from events"
        " where native_session_id is not null)"
    )[0]
    assert found == {"sessions": expected["sessions"], "pairs": expected["sessions"]}


def test_tables_agree_with_each_other(shop):
    assert shop.values(
        "select (select count(*) from visitors) = (select count(distinct visitor_key) from events),"
        " (select sum(events) from sessions) = (select count(session_key) from events),"
        " (select count(*) from sessions) = (select count(*) from events where is_session_start),"
        " (select sum(sessions) from visitors) = (select count(*) from sessions)"
    ) == [(True, True, True, True)]


# The export as JSON


@pytest.fixture(scope="module")
def json_export(sample_data):
    path = sample_data / "ga4_json_sample" / "events.json"
    if not path.is_file():
        pytest.skip(f"no GA4 JSON sample at {path}")
    return path


@pytest.fixture(scope="module")
def json_rows(json_export):
    return json.loads(json_export.read_text(encoding="utf-8"))


PARAMETER = (
    "struct(key varchar, value struct("
    "string_value varchar, int_value bigint, float_value double, double_value double))[]"
)
# The types that BigQuery gives these columns; the others are not looked at.
OLD_EXPORT = {
    "event_date": "varchar",
    "event_timestamp": "bigint",
    "event_name": "varchar",
    "event_params": PARAMETER,
    "event_bundle_sequence_id": "bigint",
    "user_id": "varchar",
    "user_pseudo_id": "varchar",
    "device": "struct(category varchar, operating_system varchar, language varchar,"
    " web_info struct(browser varchar, browser_version varchar))",
    "geo": "struct(continent varchar, country varchar, region varchar, city varchar)",
    "traffic_source": "struct(medium varchar, name varchar, source varchar)",
    "platform": "varchar",
    "ecommerce": "struct(purchase_revenue double, purchase_revenue_in_usd double,"
    " transaction_id varchar)",
    "items": "struct(item_id varchar, item_name varchar, item_brand varchar, item_variant varchar,"
    " item_category varchar, price double, quantity bigint, item_revenue double,"
    " item_refund double, coupon varchar)[]",
}


def write_parquet(path, rows, columns=None):
    """GA4 rows as nested Parquet."""
    columns = columns or OLD_EXPORT
    path.parent.mkdir(exist_ok=True)
    listed = ", ".join(f"{name}: '{kind}'" for name, kind in columns.items())
    lines = path.with_suffix(".lines")
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    duckdb.sql(
        f"copy (select * from read_json('{lines}', format = 'newline_delimited',"
        f" columns = {{{listed}}})) to '{path}' (format parquet)"
    )
    lines.unlink()
    return path


def build(folder, files, *select):
    project = Project(folder, **ga4(str(files)))
    project.build(*(select or ("+events", "+rejected_events")))
    return project


def events_of(project, leave_out=OF_THE_FILE):
    return [
        {
            # The keys of an item have no order.
            name: json.loads(value) if name == "properties" and value else value
            for name, value in row.items()
            if name not in leave_out
        }
        for row in project.rows("select * from events order by event_id")
    ]


@pytest.fixture(scope="module")
def from_pretty_json(json_export, tmp_path_factory):
    return build(tmp_path_factory.mktemp("pretty"), json_export)


def test_pretty_json_builds(from_pretty_json, json_rows):
    times = [int(row["event_timestamp"]) for row in json_rows]
    found = from_pretty_json.rows(
        "select epoch_us(event_at) as at, * exclude (event_at) from events"
    )
    assert sorted(row["at"] for row in found) == sorted(times)
    assert {row["anonymous_id"] for row in found} == {row["user_pseudo_id"] for row in json_rows}
    assert not from_pretty_json.rows("from rejected_events")


@pytest.mark.parametrize("kind", ["ndjson", "json", "parquet"])
def test_every_file_format_gives_the_same_events(from_pretty_json, json_rows, tmp_path, kind):
    path = tmp_path / f"events.{kind}"
    if kind == "parquet":
        write_parquet(path, json_rows)
    else:
        path.write_text("\n".join(json.dumps(row) for row in json_rows), encoding="utf-8")
    assert_equal(events_of(build(tmp_path, path)), events_of(from_pretty_json))


def test_columns_added_since_2023_break_ties(json_rows, tmp_path):
    """The same event twice in one microsecond, told apart and ordered by the batch fields."""
    rows = [
        {**json_rows[0], "event_name": name, "batch_page_id": page, "batch_ordering_id": 1,
         "batch_event_index": index, "is_active_user": True,
         "collected_traffic_source": {"manual_source": "newsletter", "manual_medium": "email",
                                      "manual_campaign_name": "spring", "gclid": None}}
        for name, page, index in [("third", 2, 1), ("second", 1, 10), ("first", 1, 9)]
    ]  # fmt: skip
    columns = {
        **OLD_EXPORT,
        "is_active_user": "boolean",
        "batch_page_id": "bigint",
        "batch_ordering_id": "bigint",
        "batch_event_index": "bigint",
        "collected_traffic_source": "struct(manual_source varchar, manual_medium varchar,"
        " manual_campaign_name varchar, gclid varchar)",
    }
    # An export of before and one of after in the same glob.
    write_parquet(tmp_path / "in" / "events_20201227.parquet", json_rows[1:])
    write_parquet(tmp_path / "in" / "events_20201228.parquet", rows, columns)
    project = build(tmp_path, tmp_path / "in" / "events_*.parquet")
    assert project.values(
        "select event_name, traffic_source, traffic_medium, campaign from events"
        " where source_shard like '%28.parquet' order by event_order"
    ) == [(name, "newsletter", "email", "spring") for name in ("first", "second", "third")]
    assert project.values("select count(*) from events") == [(len(json_rows) + 2,)]


@pytest.mark.parametrize("provisional", ["intraday", "fresh"])
def test_daily_and_provisional_table_of_a_date_are_not_both_counted(
    json_rows, tmp_path, provisional
):
    """The daily table wins; what only the provisional one has is kept as rejected."""
    other_day = [{**row, "event_name": "only_provisional"} for row in json_rows[:3]]
    write_parquet(tmp_path / "in" / "events_20201227.parquet", json_rows)
    write_parquet(tmp_path / "in" / f"events_{provisional}_20201227.parquet", json_rows[:5])
    write_parquet(tmp_path / "in" / f"events_{provisional}_20201228.parquet", other_day)
    project = build(tmp_path, tmp_path / "in" / "events_*.parquet")
    assert project.values(
        "select (select count(*) from events where event_name <> 'only_provisional'),"
        " (select count(*) from events where event_name = 'only_provisional'),"
        " (select count(*) from rejected_events)"
    ) == [(len(json_rows), 3, 5)]


@pytest.mark.parametrize("deleted", [False, True])
def test_daily_table_takes_the_place_of_the_intraday_table(json_rows, tmp_path, deleted):
    """Read intraday, then daily: in the export the intraday table goes when the daily one comes."""
    intraday = write_parquet(
        tmp_path / "in" / "events_intraday_20201227.parquet",
        [*json_rows[:5], {**json_rows[6], "event_name": "only_intraday"}],
    )
    project = build(tmp_path, tmp_path / "in" / "events_*.parquet")
    assert project.values("select count(*) from events") == [(6,)]
    if deleted:
        intraday.unlink()
    write_parquet(tmp_path / "in" / "events_20201227.parquet", json_rows[1:])
    project.build("+events", "+rejected_events")
    (tmp_path / "full").mkdir()
    full = build(tmp_path / "full", tmp_path / "in" / "events_*.parquet")
    assert len(events_of(full)) == len(json_rows) - 1
    assert_equal(events_of(project, {"shard_version"}), events_of(full, {"shard_version"}))
    assert project.values("select count(*) from rejected_events") == [(0 if deleted else 6,)]
