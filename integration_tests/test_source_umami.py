"""Umami: the columns of ClickHouse and those of PostgreSQL, and the properties of event_data."""

import json

from exports import umami


def events(project, where, columns):
    return project.values(
        f"select {columns} from stg_umami__events where reject_reason is null and {where}"
        " order by event_at, event_id"
    )


def number(numbers):
    return f"event_id in ({', '.join(repr(umami.uuid('e', one)) for one in numbers)})"


def test_every_row_is_accepted_or_rejected(all_sources):
    assert all_sources.values("""
        select case when reason like 'duplicate of %' then 'duplicate' else reason end, count(*)
        from rejected_events where source_name = 'umami' group by 1 order by 1
    """) == [
        ("duplicate", 1),
        ("in the future", 1),
        ("malformed json", 1),
        ("no event name", 1),
        ("unparseable time", 1),
    ]
    ((accepted,),) = all_sources.values("select count(*) from events where source_name = 'umami'")
    assert accepted == umami.ROWS - 5


def test_the_type_is_the_name_of_what_has_none(all_sources):
    assert all_sources.values("""
        select event_name, count(*) from events where source_name = 'umami' group by 1 order by 1
    """) == [
        ("add_to_cart", 1),
        ("checkout", 2),
        ("link", 1),
        ("pageview", 185),
        ("performance", 1),
        ("signup", 20),
    ]


def test_values_have_the_type_they_were_sent_with(all_sources):
    ((text,),) = events(all_sources, number([201]), "properties")
    assert json.loads(text) == {
        "screen": "1440x900",
        "tag": "A",
        "revenue": "49.9",
        "currency": "eur",
        "items": "3",
        "gift": "true",
        "deliver_at": "2026-03-05T09:30:00.000Z",
        "skus": '["a","b"]',
        "note": 'it\'s "new"',
    }


def test_revenue_and_currency_are_worth_of_the_event(all_sources):
    """A revenue that is a text is no money."""
    assert events(all_sources, number([201, 209]), "cast(value as varchar), currency") == [
        ("49.9000", "EUR"),
        (None, None),
    ]


def test_a_visitor_is_a_session_and_a_session_a_visit(all_sources):
    assert events(
        all_sources, number([201, 208]), "anonymous_id, native_session_id, user_id, identity_scope"
    ) == [
        (umami.uuid("v", 1), umami.uuid("s", 1), "customer-7", "person"),
        (None, None, None, "person"),
    ]


def test_pages_referrers_and_campaigns(all_sources):
    assert events(
        all_sources,
        number([202, 203]),
        "page_url, page_path, referrer_url, traffic_source, traffic_medium, campaign, click_id",
    ) == [
        (
            "https://www.site.example/landing?utm_source=ads&gclid=G1#top",
            "/landing",
            "https://search.example/find?q=shoes",
            "ads",
            "cpc",
            "spring",
            "G1",
        ),
        (
            "https://www.site.example/",
            "/",
            "https://friend.example",
            "friend.example",
            None,
            None,
            None,
        ),
    ]


def test_postgresql_keeps_devices_with_the_session(all_sources):
    assert events(
        all_sources,
        "source_property = 'shop'",
        "cast(event_at as varchar), device_category, operating_system, country, region, user_id,"
        " properties",
    ) == [
        ("2026-07-01 10:00:00.123", "mobile", "Android OS", "AT", "AT-9", "customer-9",
         '{"price":"12.5"}'),
        ("2026-07-01 12:00:00.5", None, None, None, None, None, "{}"),
    ]  # fmt: skip


def test_a_late_row_is_at_its_own_time(all_sources):
    assert events(all_sources, "page_path = '/late'", "cast(event_at as varchar)") == [
        ("2026-02-27 23:59:59",)
    ]


def test_older_versions_have_campaigns_in_the_query_only(all_sources):
    assert events(
        all_sources, number([902]), "traffic_source, traffic_medium, campaign, click_id"
    ) == [("mail", "email", None, "G9")]
