"""Plausible: dumps in CSV, JSON lines and Parquet, and the CSV export of daily counts."""

import json

from exports import plausible


def events(project, where, columns="event_name, cast(event_at as varchar)"):
    return project.values(
        f"select {columns} from events where source_name = 'plausible' and {where}"
        " order by event_at, event_id"
    )


def properties(project, where):
    return [json.loads(text) for (text,) in events(project, where, "properties")]


def test_every_row_is_accepted_or_rejected(all_sources):
    assert all_sources.values("""
        select case when reason like 'duplicate of %' then 'duplicate' else reason end, count(*)
        from rejected_events where source_name = 'plausible' group by 1 order by 1
    """) == [
        ("duplicate", 1),
        ("in the future", 1),
        ("malformed json", 1),
        ("no event name", 1),
        ("unparseable time", 1),
    ]
    assert len(events(all_sources, "true")) == plausible.ROWS - 5


def test_equal_rows_of_one_dump_are_two_events(all_sources):
    """Two tabs in one second; Plausible counts both."""
    assert events(all_sources, "page_path = '/twice'") == [
        ("pageview", "2026-03-01 12:00:00"),
        ("pageview", "2026-03-01 12:00:00"),
    ]


def test_a_row_of_two_dumps_is_one_event(all_sources):
    assert events(all_sources, "page_path = '/shared'") == [("pageview", "2026-03-01 23:59:59")]


def test_a_late_row_is_at_its_own_time(all_sources):
    assert events(all_sources, "page_path = '/late'") == [("pageview", "2026-02-28 23:00:00")]


def test_a_server_in_another_zone_writes_its_own_time(all_sources):
    """12:00 in Berlin in summer is 10:00 UTC."""
    assert events(all_sources, "source_property = 'blog'") == [
        ("pageview", "2026-07-01 10:00:00"),
        ("pageview", "2026-07-01 10:00:01"),
    ]


def test_epochs_of_parquet_are_seconds(all_sources):
    assert events(all_sources, "source_property = 'archive'") == [
        ("pageview", "2026-03-01 12:00:00"),
        ("pageview", "2026-03-01 12:00:01"),
    ]


def test_lists_of_csv_arrive_as_they_were_sent(all_sources):
    """Quotes, commas and backslashes too; what the site says wins over what Plausible adds."""
    assert properties(all_sources, "event_name = 'Signup'") == [
        {"plan": "it's, free", "quote": 'say "hi"', "path": "C:\\new\\", "utm_term": "[own]"}
    ]


def test_lists_of_json_and_parquet(all_sources):
    assert properties(all_sources, "source_property = 'blog'") == [
        {"author": "Zoë", "tags": '["a","b"]'},
        {},
    ]
    assert properties(all_sources, "source_property = 'archive'") == [{"plan": "pro"}, {}]


def test_a_scroll_depth_of_255_is_none(all_sources):
    assert all_sources.values("""
        select
            event_name, properties ->> 'scroll_depth', properties ->> 'engagement_time_ms', count(*)
        from events
        where source_name = 'plausible' and page_path like '/products/%' group by all order by all
    """) == [
        ("Add to cart", None, None, 66),
        ("engagement", "60", "4200", 66),
        ("pageview", None, None, 66),
    ]


def test_unknown_countries_and_cities_are_null(all_sources):
    assert events(
        all_sources,
        "event_at between '2026-03-01 12:00:02' and '2026-03-01 12:00:03'",
        "country, city",
    ) == [(None, None), (None, "2950159")]
    assert events(all_sources, "source_property in ('blog', 'archive')", "country") == [
        ("US",), (None,), (None,), (None,),
    ]  # fmt: skip


def test_revenue_is_of_the_reporting_currency(all_sources):
    """Without it the amount as it was sent; an amount that is no number is none."""
    assert events(
        all_sources,
        "event_name = 'Purchase'",
        "cast(value as varchar), currency, properties ->> 'source_amount',"
        " properties ->> 'source_currency'",
    ) == [
        ("18.9000", "EUR", "20.5", "USD"),
        ("7.0000", "GBP", "7", "GBP"),
        (None, None, "n/a", None),
    ]


def test_ids_last_a_day_and_keep_all_digits(all_sources):
    assert all_sources.values("""
        select distinct identity_scope from stg_plausible__events where reject_reason is null
    """) == [("day",)]
    assert events(all_sources, "source_property = 'blog'", "anonymous_id, native_session_id") == [
        ("17446744073709551099", "77"),
        (None, None),
    ]


def test_traffic_source_is_the_campaign_or_the_referrer(all_sources):
    assert events(
        all_sources,
        "event_at between '2026-03-01 12:00:07' and '2026-03-01 12:00:08'",
        "traffic_source",
    ) == [("news",), ("Google",)]


def test_the_channel_is_that_of_the_session(all_sources):
    """Visitors 0 and 1 have a session; that of visitor 2 was taken back."""
    assert all_sources.values("""
        select distinct anonymous_id, properties ->> 'acquisition_channel' from events
        where source_name = 'plausible' and properties ->> 'acquisition_channel' is not null
        order by 1
    """) == [("17446744073709551000", "Email"), ("17446744073709551001", "Email")]


def test_states_of_a_session_collapse_into_the_last(all_sources):
    assert all_sources.values("""
        select
            source_property, session_id, page_views, events, duration_seconds, is_bounce, exit_page,
            cast(ended_at as varchar), country, entry_properties, utm_source
        from stg_plausible__sessions order by session_id
    """) == [
        ("shop", "9000000000000000000", 2, 4, 300, False, "/products/1", "2026-03-01 10:05:00",
         None, '{"plan":"it\'s free"}', "spring-mail"),
        ("shop", "9000000000000000001", 1, 1, 0, True, "/", "2026-03-01 10:00:00",
         None, '{"plan":"it\'s free"}', "spring-mail"),
    ]  # fmt: skip


def test_a_day_of_two_exports_counts_once(all_sources):
    """2 March had 1 sign-up when the first export was made, and 4 when the second was."""
    assert all_sources.values("""
        select
            source_property, cast(count_date as varchar), event_name, page_path, visitors, events
        from stg_plausible__daily_goal_counts order by all
    """) == [
        ("shop", "2026-03-01", "404", "/gone", 1, 2),
        ("shop", "2026-03-01", "Signup", None, 4, 5),
        ("shop", "2026-03-02", "Signup", None, 3, 4),
    ]
