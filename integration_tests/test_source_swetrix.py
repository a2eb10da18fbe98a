"""Swetrix: `events` and the tables before it, payments, experiments, profiles and goals."""

import json

import yaml

from clickhouse_dump import write_csv, write_lines
from exports import swetrix
from helpers import Project


def events(project, where, columns):
    return project.values(
        f"select {columns} from stg_swetrix__events where reject_reason is null and {where}"
        " order by event_at, event_id"
    )


def test_every_row_is_accepted_or_rejected(all_sources):
    assert all_sources.values("""
        select
            case when reason like 'duplicate of %' then 'duplicate' else reason end,
            event_name,
            count(*)
        from rejected_events where source_name = 'swetrix' group by all order by all
    """) == [
        ("duplicate", "pageview", 1),
        ("duplicate", "refund", 1),
        ("in the future", "pageview", 1),
        ("malformed json", "pageview", 1),
        ("no event name", None, 1),
        ("superseded by a later version", "sale", 1),
        ("unparseable time", "pageview", 1),
    ]
    ((accepted,),) = all_sources.values("select count(*) from events where source_name = 'swetrix'")
    assert accepted == swetrix.ROWS - 7


def test_names_are_those_of_types_and_custom_events(all_sources):
    assert all_sources.values("""
        select event_name, count(*) from events where source_name = 'swetrix' group by 1 order by 1
    """) == [
        ("add_to_cart", 25),
        ("captcha", 1),
        ("error", 1),
        ("experiment_exposure", 2),
        ("order", 1),
        ("pageview", 186),
        ("performance", 1),
        ("refund", 2),
        ("sale", 3),
        ("signup", 1),
        ("subscription", 1),
    ]


def test_a_row_that_was_moved_into_events_counts_once(all_sources):
    """The first page view is in `analytics` and in `events`, where it has a session."""
    assert all_sources.values("""
        select count(*) from events
        where source_name = 'swetrix' and event_at = '2026-03-01 08:00:00'
    """) == [(1,)]


def test_equal_rows_of_one_second_are_two_events(all_sources):
    assert all_sources.values("""
        select count(*) from events where source_name = 'swetrix' and page_path = '/twice'
    """) == [(2,)]


def test_a_profile_is_a_person_and_a_psid_lasts_a_day(all_sources):
    assert events(
        all_sources,
        "event_at between '2026-03-02 09:00:00' and '2026-03-02 09:00:05'"
        " and event_name <> 'experiment_exposure'",
        "anonymous_id, user_id, native_session_id, identity_scope",
    ) == [
        ("anon_a", "usr_7", "601", "person"),
        ("anon_a", "usr_7", "601", "person"),
        (None, "usr_9", "602", "person"),
        ("503", None, "503", "day"),
        ("anon_b", "usr_2", "606", "person"),  # the first identification wins
        (None, None, None, "day"),
    ]


def test_an_alias_is_of_its_project(all_sources):
    """`anon_0` was identified in another one."""
    assert events(all_sources, "anonymous_id = 'anon_0'", "distinct user_id") == [(None,)]


def test_the_last_version_of_a_payment_counts(all_sources):
    assert events(
        all_sources,
        "transaction_id = 'tx1'",
        "event_name, cast(value as varchar), currency, properties ->> 'status', anonymous_id,"
        " user_id, native_session_id",
    ) == [("sale", "21.5000", "EUR", "completed", "anon_a", "usr_7", "601")]


def test_a_version_that_comes_later_replaces_the_one_before(tmp_path):
    """Also where the file of the first one has been read long ago."""
    pending = swetrix.payment("tx1", "sale", "20", "2026-03-03 01:00:00", status="pending")
    paid = {**pending, "amount": "21.5", "status": "completed", "synced_at": "2026-03-04 01:00:00"}
    visits = [swetrix.event("2026-03-02 09:00:00", psid=501)]
    files = {
        "events": write_csv(tmp_path / "events.csv", visits),
        "revenue": str(tmp_path / "revenue_*.jsonl"),
    }
    write_lines(tmp_path / "revenue_1.jsonl", [pending])
    project = Project(tmp_path, sources={"swetrix": {"files": files}})
    project.build("stg_swetrix__events")
    write_lines(tmp_path / "revenue_2.jsonl", [paid])
    project.build("stg_swetrix__events")
    assert project.values("""
        select properties ->> 'status', reject_reason from stg_swetrix__events
        where transaction_id = 'tx1' order by 1
    """) == [("completed", None), ("pending", "superseded by a later version")]


def test_refunds_are_negative_and_no_number_is_no_money(all_sources):
    assert all_sources.values("""
        select transaction_id, event_name, cast(value as varchar) from events
        where source_name = 'swetrix' and transaction_id in ('tx3', 'tx4', 'tx6') order by 1
    """) == [("tx3", "refund", "-5.0000"), ("tx4", "refund", "-7.0000"), ("tx6", "sale", None)]


def test_a_payment_belongs_to_who_had_its_session(all_sources):
    """tx2 names a session, tx5 the day id that was its name before."""
    assert events(
        all_sources,
        "transaction_id in ('tx2', 'tx5')",
        "transaction_id, anonymous_id, native_session_id, identity_scope, properties ->> 'order'",
    ) == [("tx2", "503", "607", "day", "A-2"), ("tx5", "503", "503", "day", None)]


def test_exposures_are_events(all_sources):
    assert events(
        all_sources,
        "event_name = 'experiment_exposure'",
        "cast(event_at as varchar), anonymous_id, user_id, properties",
    ) == [
        ("2026-03-02 09:00:00", "anon_a", "usr_7", '{"experiment_id":"exp-1","variant":"b"}'),
        ("2026-03-02 09:00:01", None, "usr_9", '{"experiment_id":"exp-1","variant":"control"}'),
    ]


def test_properties_are_those_of_the_event(all_sources):
    found = events(
        all_sources,
        "event_name in ('signup', 'performance', 'error', 'order')",
        "event_name, properties",
    )
    assert {name: json.loads(text) for name, text in found} == {
        "order": {"n": "1"},
        "signup": {"plan": "it's pro", "isp": "own"},
        "performance": {"page_load_ms": "900", "ttfb_ms": "120"},
        "error": {"error_name": "TypeError", "error_line": "3"},
    }


def test_times_of_the_old_tables(all_sources):
    """An offset is kept to, an epoch is seconds."""
    assert (
        events(
            all_sources,
            "source_property = 'oldproject01'",
            "event_name, cast(event_at as varchar), page_path",
        )
        == [("order", "2025-11-01 12:26:40", "/"), ("pageview", "2025-11-01 10:00:00", "/old")][
            ::-1
        ]
    )
    assert events(all_sources, "page_path = '/late'", "cast(event_at as varchar)") == [
        ("2026-02-20 23:00:00",)
    ]


def test_traffic_source_is_the_campaign_or_another_site(all_sources):
    assert events(
        all_sources,
        "event_at >= '2026-03-02 09:40:00' and event_name = 'pageview'",
        "traffic_source, traffic_medium, campaign",
    ) == [("news", "email", "spring"), ("friend.example", None, None), (None, None, None)]


def test_pages_lose_their_query_and_unknown_countries_are_null(all_sources):
    assert events(all_sources, "page_path like '%?%'", "page_path") == []
    assert events(all_sources, "event_name in ('captcha', 'performance')", "country") == [
        (None,),
        (None,),
    ]


def test_goals_are_yaml_to_copy(all_sources):
    found = all_sources.values(
        "select goal_yaml, is_complete from stg_swetrix__goals order by goal_id"
    )
    place = {"source_property": "shopproject1"}
    assert [(yaml.safe_load(text), complete) for text, complete in found] == [
        ([{"name": "Saw pricing", "match": {
            "event": "pageview", "where": {**place, "page_path": "/pricing"}}}], True),
        ([{"name": "It's a guide", "match": {
            "event": "pageview",
            "where": {**place, "page_path": {"contains": "/guides/"}}}}], True),
        ([{"name": "Signed up", "match": {"where": {**place, "event_name": "signup"}}}], False),
        ([{"name": "Any cart", "match": {
            "where": {**place, "event_name": {"matches": "^cart_"}}}}], True),
    ]  # fmt: skip
