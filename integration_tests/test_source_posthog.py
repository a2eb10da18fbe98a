"""PostHog: its three exports are one, and a person is who the export of persons says."""

from exports import posthog


def one(project, name, *columns):
    (row,) = project.rows(
        "select * from events where source_name = 'posthog' and event_id = ?", [f"uuid-{name}"]
    )
    found = tuple(str(row[name]) if name.endswith("_at") else row[name] for name in columns)
    return found[0] if len(columns) == 1 else found


def sent(project, name, key):
    return project.values(
        "select json_extract_string(properties, ?) from events"
        " where source_name = 'posthog' and event_id = ?",
        [f'$."{key}"', f"uuid-{name}"],
    )[0][0]


def test_every_row_is_an_event_or_refused(all_sources):
    assert all_sources.values("""
        select
            (select count(*) from events where source_name = 'posthog' and source_name = 'posthog')
            + (select count(*) from rejected_events where source_name = 'posthog')
    """) == [(posthog.ROWS,)]
    assert all_sources.values("""
        select source_property, coalesce(event_name, raw_payload), reason from rejected_events
        where source_name = 'posthog' order by all
    """) == [
        ("app", '{"uuid": "torn", "event": "$scr', "malformed json"),
        ("blog", "$pageview", "properties are not a json object"),
        ("blog", "$pageview", "unparseable time"),
        ("shop", "$pageview", "duplicate of uuid-s5"),
        ("shop", "$pageview", "in the future"),
    ]


def test_times_of_all_formats_are_utc(all_sources):
    assert one(all_sources, "s7", "event_at", "loaded_at") == (
        "2026-03-02 09:07:10.250000",
        "2026-03-02 09:07:30",
    )
    assert one(all_sources, "a7", "event_at") == "2026-03-02 09:07:10.250000"
    assert one(all_sources, "b7", "event_at", "loaded_at") == (
        "2026-03-02 09:07:10.500000",
        "2026-03-02 09:07:40",
    )
    assert one(all_sources, "late", "event_at") == "2026-02-10 10:00:10.250000"


def test_properties_are_the_same_as_text_and_as_object(all_sources):
    columns = ("page_path", "device_category", "browser", "country", "platform")
    assert one(all_sources, "s7", *columns) == ("/p/7", "desktop", "Safari", "Germany", "web")
    assert one(all_sources, "a7", *columns) == (
        "/p/101", "mobile", "Safari", "Germany", "posthog-ios",
    )  # fmt: skip
    assert one(all_sources, "a7", "page_title", "native_session_id") == ("Home", None)
    assert one(all_sources, "b7", "page_path", "hostname") == ("/7", "blog.example")
    assert one(all_sources, "empty", "page_url") is None


def test_session_ids_are_those_of_posthog(all_sources):
    assert one(all_sources, "s7", "native_session_id") == "0195-7"


def test_of_copies_the_first_export_counts(all_sources):
    assert one(all_sources, "s5", "user_id", "loaded_at") == ("person-5", "2026-03-02 09:05:30")


def test_the_persons_export_says_who_it_is(all_sources):
    """The last version by number (10 after 9), and nobody where that is deleted."""
    assert one(all_sources, "s24", "anonymous_id", "user_id") == ("device-4", "person-ann")
    assert one(all_sources, "s26", "anonymous_id", "user_id") == ("device-6", None)
    assert one(all_sources, "s27", "user_id") == "person-7"
    assert one(all_sources, "ann", "visitor_id") == "person-ann"
    assert one(all_sources, "s24", "visitor_key") == one(all_sources, "ann", "visitor_key")


def test_an_event_without_a_profile_has_no_person(all_sources):
    assert one(all_sources, "personless", "anonymous_id", "user_id") == ("device-50", None)


def test_without_persons_a_distinct_id_is_a_visitor(all_sources):
    assert one(all_sources, "b7", "anonymous_id", "user_id", "visitor_id") == (
        "reader-2", None, "reader-2",
    )  # fmt: skip
    assert one(all_sources, "nobody", "visitor_id") is None


def test_ids_of_a_day_are_marked(all_sources):
    assert one(all_sources, "cookieless", "identity_scope") == "day"
    assert one(all_sources, "s7", "identity_scope") == "person"


def test_revenue_is_a_number_whatever_its_type(all_sources):
    assert all_sources.values("""
        select distinct event_name, value, currency from events
        where source_name = 'posthog' and source_property = 'shop' and value is not null
    """) == [("order_placed", 20.5, "EUR")]
    assert one(all_sources, "s10", "transaction_id") == "10"


def test_properties_keep_flags_and_clicks(all_sources):
    assert sent(all_sources, "exposure", "$feature_flag") == "new-checkout"
    assert sent(all_sources, "exposure", "$feature_flag_response") == "test"
    assert sent(all_sources, "click", "elements_chain") == 'button:text="Buy"'
    assert sent(all_sources, "click", "person_properties") is None


def test_traffic_is_told_by_campaign_or_by_another_site(all_sources):
    assert all_sources.values("""
        select event_id, traffic_source, traffic_medium, campaign, click_id, referrer_url
        from stg_posthog__events
        where event_id in ('uuid-campaign', 'uuid-referred', 'uuid-s7') order by 1
    """) == [
        ("uuid-campaign", "bing", "cpc", "spring", "g1", "https://www.bing.com/"),
        ("uuid-referred", "bing.com", "referral", None, None, "https://www.bing.com/"),
        ("uuid-s7", None, None, None, None, None),
    ]
