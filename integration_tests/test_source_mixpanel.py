"""Mixpanel: epochs of the project's zone, duplicates by the day, and ids that are merged."""

from exports import mixpanel

NAME = "json_extract_string(properties, '$.name')"


def one(project, name, *columns):
    (row,) = project.rows(
        f"select * from events where source_name = 'mixpanel' and {NAME} = ?", [name]
    )
    found = tuple(str(row[name]) if name.endswith("_at") else row[name] for name in columns)
    return found[0] if len(columns) == 1 else found


def test_every_row_is_an_event_or_refused(all_sources):
    assert all_sources.values("""
        select
            (select count(*) from events where source_name = 'mixpanel')
            + (select count(*) from rejected_events where source_name = 'mixpanel')
    """) == [(mixpanel.ROWS,)]
    assert all_sources.values("""
        select source_property, event_name, split_part(reason, ' of ', 1) from rejected_events
        where source_name = 'mixpanel' order by all
    """) == [
        ("new", "No Time", "no time"),
        ("new", None, "malformed json"),
        ("old", "Product Viewed", "duplicate"),
        ("old", "Product Viewed", "duplicate"),
        ("pipeline", "Level Done", "properties are not a json object"),
    ]


def test_epochs_are_of_the_zone_of_the_project(all_sources):
    assert one(all_sources, "m7", "event_at", "loaded_at") == (
        "2026-03-02 17:07:10",
        "2026-03-02 17:08:10",
    )
    assert one(all_sources, "summer", "event_at") == "2026-07-01 16:00:00"


def test_newer_projects_are_in_utc(all_sources):
    assert one(all_sources, "n7", "event_at") == "2026-03-02 09:07:10.250000"
    assert one(all_sources, "w7", "event_at") == "2026-03-02 09:07:10"


def test_late_events_tell_when_they_came(all_sources):
    assert one(all_sources, "late", "event_at", "loaded_at") == (
        "2026-03-04 17:00:00",
        "2026-03-09 17:00:00",
    )


def test_an_insert_id_counts_once_a_day_name_and_id(all_sources):
    assert all_sources.values(f"""
        select event_name, anonymous_id, cast(event_at as varchar), cast(loaded_at as varchar)
        from events where source_name = 'mixpanel' and {NAME} = 'm5' order by all
    """) == [
        ("Checkout", "browser-5", "2026-03-02 17:05:10", "2026-03-02 17:06:10"),
        ("Product Viewed", "browser-5", "2026-03-02 17:05:10", "2026-03-02 17:06:10"),
        ("Product Viewed", "browser-5", "2026-03-03 17:05:10", "2026-03-03 17:06:10"),
        ("Product Viewed", "browser-6", "2026-03-02 17:05:10", "2026-03-02 17:06:10"),
    ]


def test_a_merge_does_not_make_an_event_new(all_sources):
    assert one(all_sources, "merged", "loaded_at") == "2026-03-02 18:01:00"


def test_devices_and_users(all_sources):
    """A login makes the device the user's; a server knows only the user."""
    columns = ("anonymous_id", "user_id", "visitor_id")
    assert one(all_sources, "m8", *columns) == ("browser-8", None, "browser-8")
    assert one(all_sources, "m21", *columns) == ("browser-1", None, "user-1")
    assert one(all_sources, "login", *columns) == ("browser-1", "user-1", "user-1")
    assert one(all_sources, "server", *columns) == (None, "user-1", "user-1")
    assert one(all_sources, "nobody", *columns) == (None, None, None)


def test_the_identity_mapping_joins_ids(all_sources):
    """The id that others were merged into is known by the mapping, too."""
    assert all_sources.values("""
        select anonymous_id, user_id, count(*) from events
        where source_property = 'pipeline' and source_name = 'mixpanel' group by all order by all
    """) == [
        ("phone-0", None, 5),
        ("phone-1", "phone-1", 5),
        ("phone-2", "phone-1", 5),
        ("phone-3", "ann-1", 5),
        ("phone-4", None, 5),
        ("phone-5", None, 5),
        ("phone-6", None, 5),
        ("phone-7", None, 5),
        (None, "ann-1", 1),
    ]


def test_there_are_no_session_ids(all_sources):
    assert all_sources.values("""
        select count(native_session_id), count(session_key) > 0 from events
        where source_name = 'mixpanel'
    """) == [(0, True)]


def test_money_pages_and_traffic(all_sources):
    assert all_sources.values("""
        select distinct value, currency from events where source_name = 'mixpanel'
        and event_name = 'Order Placed'
    """) == [(12.5, "USD")]
    assert one(all_sources, "m20", "transaction_id") == "20"
    assert one(all_sources, "m7", "page_path", "browser", "country") == ("/p/7", "Chrome", "US")
    assert one(all_sources, "n7", "page_title") == "Home"
    columns = ("traffic_source", "traffic_medium", "campaign", "click_id", "channel")
    assert one(all_sources, "paid", *columns) == ("bing", "cpc", "spring", "g1", "Paid Search")


def test_ids_and_times_are_no_properties(all_sources):
    assert all_sources.values(f"""
        select list_sort(json_keys(properties)) from events
        where source_name = 'mixpanel' and {NAME} = 'w7'
    """) == [(["$os", "level", "name"],)]
