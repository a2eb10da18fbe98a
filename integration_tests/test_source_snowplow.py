"""Snowplow: one event id may be one event or several, and the corrected time is the time."""

from exports import snowplow


def one(project, name, *columns):
    (row,) = project.rows(
        "select * from events where event_id in (?, ?)", [f"id-{name}.print-{name}", f"id-{name}"]
    )
    found = tuple(str(row[name]) if name.endswith("_at") else row[name] for name in columns)
    return found[0] if len(columns) == 1 else found


def sent(project, name, key):
    return project.values(
        "select json_extract_string(properties, ?) from events where event_id = ?",
        [f'$."{key}"', f"id-{name}.print-{name}"],
    )[0][0]


def test_every_row_is_an_event_or_refused(all_sources):
    assert all_sources.values("""
        select
            (select count(*) from events where source_name = 'snowplow')
            + (select count(*) from rejected_events where source_name = 'snowplow')
    """) == [(snowplow.ROWS,)]
    assert all_sources.values("""
        select source_property, reason from rejected_events
        where source_name = 'snowplow' order by all
    """) == [("web", "duplicate of id-plain"), ("web", "duplicate of id-w7.print-w7")]


def test_one_id_with_two_fingerprints_is_two_events(all_sources):
    assert all_sources.values("""
        select event_id, anonymous_id from events where event_id like 'id-shared%' order by 1
    """) == [("id-shared.print-a", "cookie-30"), ("id-shared.print-b", "cookie-31")]


def test_the_first_load_counts(all_sources):
    assert one(all_sources, "w7", "loaded_at") == "2026-03-02 09:07:50"


def test_time_is_the_corrected_one(all_sources):
    assert one(all_sources, "w7", "event_at") == "2026-03-02 09:07:10.123000"
    assert one(all_sources, "a7", "event_at") == "2026-03-02 09:07:10.123000"
    # not the clock of the device, where there is none
    assert one(all_sources, "old", "event_at") == "2026-03-02 10:05:12"
    assert one(all_sources, "late", "event_at", "loaded_at") == (
        "2026-03-02 10:04:10.123000",
        "2026-03-11 10:00:00",
    )


def test_names_are_those_of_snowplow(all_sources):
    assert all_sources.values("""
        select event_name, count(*) from events where source_name = 'snowplow' group by 1 order by 1
    """) == [
        ("event", 1),
        ("page_ping", 34),
        ("page_view", 146),
        ("refund_made", 1),
        ("snowplow_ecommerce_action", 1),
        ("transaction", 1),
        ("video_played", 40),
    ]
    assert sent(all_sources, "struct", "se_action") == "add"
    assert sent(all_sources, "struct", "se_value") == "2.5"


def test_own_events_bring_their_properties(all_sources):
    assert sent(all_sources, "a7", "video_id") == "v7"
    assert sent(all_sources, "a7", "percent_played") == "90.5"


def test_empty_and_known_columns_are_no_properties(all_sources):
    assert all_sources.values("""
        select properties from events where event_id = 'id-w7.print-w7'
    """) == [('{"app_id":"shop","domain_sessionidx":"1","network_userid":"net-w7"}',)]


def test_visitors_and_sessions(all_sources):
    assert one(all_sources, "w7", "anonymous_id", "native_session_id") == (
        "cookie-7", "session-7-02",
    )  # fmt: skip
    assert one(all_sources, "a7", "anonymous_id", "native_session_id") == (
        "phone-2", "app-session-2",
    )  # fmt: skip
    # the network_userid of a server is a new one each time
    assert one(all_sources, "server", "anonymous_id", "visitor_id") == (None, "user-9")
    assert one(all_sources, "inside", "visitor_id") == "user-38"


def test_robots_are_told(all_sources):
    assert sent(all_sources, "bot", "spider_or_robot") == "true"
    assert sent(all_sources, "human", "spider_or_robot") == "false"
    # a text that was cut says nothing, and is still there
    assert sent(all_sources, "inside", "spider_or_robot") is None


def test_money(all_sources):
    columns = ("value", "currency", "transaction_id")
    assert [str(part) for part in one(all_sources, "order", *columns)] == ["129.9000", "EUR", "o-1"]
    assert [str(part) for part in one(all_sources, "bought", *columns)] == ["80.2500", "USD", "o-2"]


def test_traffic(all_sources):
    assert all_sources.values("""
        select event_id, traffic_source, traffic_medium, campaign, click_id
        from stg_snowplow__events
        where event_id in ('id-google.print-google', 'id-paid.print-paid', 'id-inside.print-inside')
        order by 1
    """) == [
        ("id-google.print-google", "google", "organic", None, None),
        ("id-inside.print-inside", None, None, None, None),
        ("id-paid.print-paid", "ads", "cpc", "spring", "gclid-1"),
    ]


def test_device_and_page(all_sources):
    assert one(all_sources, "w7", "device_category", "browser", "country", "page_path") == (
        "desktop", "Firefox", "DE", "/p/7",
    )  # fmt: skip
