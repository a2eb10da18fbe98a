"""Amplitude: an event is told by device and insert id, a session of -1 is none, ids are merged."""

from exports import amplitude

UUID = "json_extract_string(properties, '$.uuid')"


def one(project, name, *columns):
    (row,) = project.rows(
        f"select * from events where source_name = 'amplitude' and {UUID} = ?", [f"uuid-{name}"]
    )
    found = tuple(str(row[name]) if name.endswith("_at") else row[name] for name in columns)
    return found[0] if len(columns) == 1 else found


def sent(project, name, key):
    return project.values(
        f"select json_extract_string(properties, ?) from events where {UUID} = ?",
        [f'$."{key}"', f"uuid-{name}"],
    )[0][0]


def test_every_row_is_an_event_or_refused(all_sources):
    assert all_sources.values("""
        select
            (select count(*) from events where source_name = 'amplitude')
            + (select count(*) from rejected_events where source_name = 'amplitude')
    """) == [(amplitude.ROWS,)]
    assert all_sources.values("""
        select source_property, split_part(reason, ' of ', 1), count(*) from rejected_events
        where source_name = 'amplitude' group by all order by all
    """) == [
        ("warehouse", "event_properties are not a json object", 1),
        # an hour that was exported twice, and what a device sent twice
        ("web", "duplicate", 11),
        ("web", "in the future", 1),
    ]


def test_an_event_is_told_by_device_and_insert_id(all_sources):
    assert all_sources.values(f"""
        select {UUID}, cast(loaded_at as varchar) from events
        where event_id in ('device-5|insert-e5', 'device-30|insert-e5') order by 1
    """) == [
        ("uuid-e5", "2026-03-02 09:05:30"),
        ("uuid-twin", "2026-03-02 12:00:30"),
    ]
    assert one(all_sources, "w7", "event_id") == "uuid-w7"


def test_times_are_utc(all_sources):
    assert one(all_sources, "e7", "event_at") == "2026-03-02 09:07:10.250000"
    assert one(all_sources, "w7", "event_at") == "2026-03-02 09:07:10.250000"
    assert one(all_sources, "late", "event_at", "loaded_at") == (
        "2026-03-02 12:00:00",
        "2026-03-13 12:00:00",
    )


def test_a_session_of_minus_one_is_none(all_sources):
    assert one(all_sources, "e7", "native_session_id") == "1772442000007"
    assert one(all_sources, "server", "native_session_id") is None
    assert one(all_sources, "w7", "native_session_id") is None


def test_without_a_device_the_amplitude_id_is_the_visitor(all_sources):
    """As it is called after two merges."""
    assert one(all_sources, "batch-1", "anonymous_id") == "amplitude:700060"
    assert one(all_sources, "batch-2", "anonymous_id") == "amplitude:700060"
    assert one(all_sources, "batch-3", "anonymous_id", "visitor_id") == (None, None)
    assert one(all_sources, "e7", "anonymous_id") == "device-7"


def test_a_login_is_of_the_device(all_sources):
    assert one(all_sources, "e4", "user_id", "visitor_id") == (None, "user-4")


def test_revenue(all_sources):
    """`$revenue`, else price times quantity; a text is no number."""
    assert float(one(all_sources, "paid", "value")) == 99.5
    assert one(all_sources, "paid", "currency") == "EUR"
    assert float(one(all_sources, "priced", "value")) == 29.97
    assert one(all_sources, "text", "value") is None


def test_properties_of_the_event_come_before_those_of_the_user(all_sources):
    assert sent(all_sources, "e7", "plan") == "free"
    assert sent(all_sources, "campaign", "plan") == "pro"
    assert sent(all_sources, "e7", "os_version") == "130"
    assert sent(all_sources, "w7", "level") == "7"
    for key in ("data", "app", "version_name", "event_properties"):
        assert sent(all_sources, "e7", key) is None


def test_browser_and_system(all_sources):
    """Of the web, Amplitude calls the browser the system."""
    assert one(all_sources, "e7", "browser", "operating_system") == ("Chrome", "Mac OS X")
    assert one(all_sources, "phone", "browser", "operating_system") == (None, "ios")


def test_page_place_and_traffic(all_sources):
    assert one(all_sources, "e7", "page_path", "page_title", "hostname", "country") == (
        "/p/7", "Product 7", "shop.example", "Germany",
    )  # fmt: skip
    assert all_sources.values("""
        select traffic_source, traffic_medium, campaign, click_id from stg_amplitude__events
        where event_name = 'sign_up'
    """) == [("bing", "cpc", "spring", "g1")]
