"""Segment and RudderStack: what their tables hold, and what of it becomes an event."""

from exports import segment


def one(project, event_id, *columns):
    (row,) = project.rows(
        "select * from events where source_name = 'segment' and event_id = ?", [event_id]
    )
    found = tuple(str(row[name]) if name.endswith("_at") else row[name] for name in columns)
    return found[0] if len(columns) == 1 else found


def test_every_row_is_an_event_or_refused(all_sources):
    assert all_sources.values("""
        select
            (select count(*) from events where source_name = 'segment' and source_name = 'segment')
            + (select count(*) from rejected_events where source_name = 'segment')
    """) == [(segment.ROWS,)]
    assert all_sources.values("""
        select source_property, event_id, reason from rejected_events
        where source_name = 'segment' order by all
    """) == [
        ("app", "bad-time", "unparseable time"),
        ("app", "no-name", "no event name"),
        ("web", "next-year", "in the future"),
        ("web", "p7", "duplicate of p7"),
        ("web", "t5", "duplicate of t5"),
    ]


def test_names_are_those_that_were_sent(all_sources):
    assert all_sources.values("""
        select source_property, event_name, count(*) from events
        where source_name = 'segment' group by 1, 2 order by 1, 2
    """) == [
        ("app", "level_done", 31),
        ("app", "screen", 21),
        ("web", "Order Completed", 10),
        ("web", "Product Viewed", 94),
        ("web", "identify", 4),
        ("web", "page", 82),
        ("web", "plan_chosen", 1),
    ]


def test_time_is_the_corrected_one(all_sources):
    assert one(all_sources, "fast-clock", "event_at") == "2026-03-05 08:00:00"
    assert one(all_sources, "bare-time", "event_at") == "2026-03-02 23:30:00"
    assert one(all_sources, "late", "event_at", "loaded_at") == (
        "2026-03-01 07:00:00",
        "2026-03-19 07:00:00",
    )


def test_the_first_delivery_counts(all_sources):
    assert one(all_sources, "t5", "loaded_at") == "2026-03-02 09:05:12"


def test_properties_come_from_the_table_of_the_event(all_sources):
    assert one(all_sources, "t20", "transaction_id", "currency") == ("o-20", "EUR")
    assert float(one(all_sources, "t20", "value")) == 30.5
    # `total` where `revenue` is missing
    assert float(one(all_sources, "t10", "value")) == 99
    assert all_sources.values("""
        select
            json_extract_string(properties, '$.products'),
            json_extract_string(properties, '$.context_library_name'),
            json_extract(properties, '$.coupon') is null
        from events where source_name = 'segment' and event_id = 't20'
    """) == [('[{"sku": "a", "price": 10}]', "analytics.js", True)]
    assert all_sources.values("""
        select
            json_extract_string(properties, '$.level'), json_extract_string(properties, '$._order')
        from events where source_name = 'segment' and event_id in ('r3', 'r4') order by event_id
    """) == [("3", "first"), (None, None)]


def test_no_column_of_the_contract_is_a_property(all_sources):
    assert all_sources.values("""
        select properties from events where source_name = 'segment' and event_id = 'r4'
    """) == [('{"channel":"mobile","context_ip":"203.0.113.7","event":"level_done"}',)]


def test_traffic_is_told_by_campaign_or_by_another_site(all_sources):
    columns = ("traffic_source", "traffic_medium", "campaign", "click_id")
    staged = {
        row["event_id"]: tuple(row[name] for name in columns)
        for row in all_sources.rows("""
            select * from stg_segment__events where event_id in ('p-utm', 'p-sub', 'p20', 'p21')
        """)
    }
    assert staged == {
        "p-utm": ("newsletter", "email", "spring", None),
        "p-sub": (None, None, None, None),
        "p20": ("google.com", "referral", None, "click-20"),
        "p21": (None, None, None, None),
    }
    assert one(all_sources, "p20", "channel") == "Organic Search"


def test_pages_and_screens(all_sources):
    assert one(all_sources, "p21", "page_path", "page_title", "hostname") == (
        "/products/21",
        "Product 21",
        "www.shop.example",
    )
    assert one(all_sources, "s3", "page_title", "platform", "operating_system") == (
        "Home",
        "mobile",
        "iOS",
    )


def test_identify_calls_stitch_and_aliases_rename(all_sources):
    """anon-1 by its identify call; anon-4 over two aliases; anon-6 by an alias of the device."""
    assert all_sources.values("""
        select anonymous_id, user_id from visitor_aliases where source_name = 'segment' order by 1
    """) == [("anon-1", "user-1"), ("anon-2", "user-2"), ("anon-4", "user-4"), ("anon-6", "user-6")]
    assert one(all_sources, "t16", "user_id", "visitor_id") == (None, "user-1")
    assert one(all_sources, "i4", "user_id") == "user-4"
    assert one(all_sources, "server", "visitor_id") == "user-3"
    assert one(all_sources, "nobody", "visitor_id", "session_key") == (None, None)


def test_only_rudderstack_has_sessions(all_sources):
    assert one(all_sources, "r3", "native_session_id") == "1772000003"
    assert one(all_sources, "s-text", "native_session_id") is None
    assert one(all_sources, "t3", "native_session_id") is None
