"""Matomo: dumps of its log tables and answers of its Live API become the same events."""

import json

import duckdb
import pytest
import yaml

from helpers import Project

ANN = "c0ffee0000000022"


def properties(project, event_id):
    """Of the accepted event."""
    rows = project.values(
        "select properties from events where source_name = 'matomo' and event_id = ?", [event_id]
    )
    return json.loads(rows[0][0])


def columns(project, event_id, *names):
    return project.values(
        f"select {', '.join(names)} from events where source_name = 'matomo' and event_id = ?",
        [event_id],
    )[0]


def test_what_is_rejected_says_why(all_sources):
    assert all_sources.values("""
        select reason, count(*) from rejected_events
        where source_name = 'matomo' group by reason order by reason
    """) == [
        ("duplicate of shop action 1001", 1),  # in both dumps
        ("duplicate of shop action 1002", 1),  # in a dump and in the API
        ("duplicate of shop action 6001", 1),  # asked of the API twice
        ("duplicate of shop action 6002", 1),
        ("duplicate of shop action 6003", 1),
        ("duplicate of shop action 6004", 1),
        ("duplicate of shop action 6005", 1),
        ("duplicate of shop action 6006", 1),
        ("duplicate of shop cart 5001", 1),
        ("duplicate of shop goal 100 1 11", 1),
        ("duplicate of shop goal 5001 3 of 6001 at 1772751005", 1),
        ("duplicate of shop order 1 ORD-9", 1),
        ("in the future", 1),
        ("malformed json", 1),
        ("no event name", 2),  # no number of a goal; an action that is a text
        ("no time", 1),
        ("unparseable time", 1),
        ("visit without actions", 1),
    ]


def test_the_beginning_of_urls_is_restored(all_sources):
    """http://, http://www., https://, https://www., and nothing where Matomo cut nothing off."""
    assert all_sources.values("""
        select action_id, action_name from stg_matomo__action_names
        where installation = 'shop' and action_id in (1, 2, 3, 4, 13) order by 1
    """) == [
        (1, "https://shop.example/"),
        (2, "https://www.shop.example/pricing?plan=pro&x=1"),
        (3, "http://shop.example/old"),
        (4, "http://www.shop.example/older"),
        (13, "https://shop.example/files/guide.pdf"),
    ]


def test_kinds_of_actions(all_sources):
    assert all_sources.values("""
        select event_id, event_name, page_path from events
        where source_name = 'matomo' and native_session_id = '100' and event_id like '%action%'
        order by event_order, event_id
    """) == [
        ("shop action 1001", "pageview", "/pricing"),
        ("shop action 1002", "event", "/pricing"),
        ("shop action 1003", "download", "/pricing"),  # the page that links to it
        ("shop action 1004", "outlink", "/pricing"),
        ("shop action 1005", "search", None),
        ("shop action 1006", "content", "/"),
        ("shop action 1007", "content", "/"),
        ("shop action 1008", "pageview", "/"),
        ("shop action 1009", "pageview", "/old"),
    ]


def test_names_are_carried_as_they_are_stored(all_sources):
    """Also those that would do something in HTML or in Jinja."""
    assert columns(all_sources, "shop action 1001", "page_title") == (
        '<script>alert("title")</script>',
    )
    assert all_sources.values("""
        select distinct page_title from events
        where source_name = 'matomo' and page_title like '{%'
    """) == [("{{ 7 * 7 }} {% raw %}",)]
    assert properties(all_sources, "shop goal 100 2 0")["goal_name"] == "{{ 7 * 7 }} intro's"


@pytest.mark.parametrize(
    "event_id, expected",
    [
        (
            "shop action 1002",
            {
                "event_category": "Video",
                "event_action": "Play &amp; pause",
                "event_label": "&lt;intro&gt;",
                "event_value": "9.5",
            },
        ),
        ("shop action 1003", {"link_url": "https://shop.example/files/guide.pdf"}),
        ("shop action 1004", {"link_url": "https://partner.example/?a=1&amp;b=2"}),
        (
            "shop action 1005",
            {"search_keyword": "red shoes", "search_category": "shoes", "search_count": "3"},
        ),
        ("shop action 1006", {"content_name": "Banner", "content_piece": "/banner.jpg"}),
        (
            "shop action 1007",
            {
                "content_name": "Banner",
                "content_piece": "/banner.jpg",
                "content_target": "https://shop.example/sale",
                "content_interaction": "click",
            },
        ),
        (
            "shop action 1008",
            {
                "product_sku": "SKU-1",
                "product_name": 'Shoe "Ultra"',
                "product_category": "Shoes",
                "product_category2": "Sale",
                "product_price": "49.9",
            },
        ),
    ],
)
def test_what_actions_say(all_sources, event_id, expected):
    """Besides what all of Ann's actions have: dimensions of visit and action, and a variable."""
    found = properties(all_sources, event_id)
    common = {
        "idsite": "1",
        "referer_keyword": "shoes",
        "visitor_returning": "1",
        "visit_custom_dimension_1": "member",
        "custom_dimension_1": "blog",
        "Plan": "pro",
    }
    assert found == {**common, **expected}


def test_custom_variables_are_properties_of_their_name(all_sources):
    """The first dump has no custom dimension of actions yet."""
    assert properties(all_sources, "shop action 1001") == {
        "idsite": "1",
        "referer_keyword": "shoes",
        "visitor_returning": "1",
        "visit_custom_dimension_1": "member",
        "Plan": "pro",
        'Cat"egory': "A",
    }


def test_visitors_are_those_of_the_latest_version_of_the_visit(all_sources):
    """0x..., \\x... and plain digits are one id; an action may carry an older one."""
    assert all_sources.values("""
        select event_id, anonymous_id, user_id from events
        where
            source_name = 'matomo'
            and event_id in (
                'shop action 1001', 'shop action 1002', 'shop action 3', 'shop action 1201',
                'shop action 1202', 'shop action 6001', 'kiosk action 1001'
            )
        order by event_id
    """) == [
        ("kiosk action 1001", "0000000000000002", None),
        ("shop action 1001", ANN, "ann@example.org"),
        ("shop action 1002", ANN, "ann@example.org"),
        ("shop action 1201", "00000000000000bb", None),  # its visit is gone
        ("shop action 1202", None, None),  # nobody
        ("shop action 3", "0000000000000001", None),
        ("shop action 6001", "00000000000000cc", "bob"),
    ]


def test_installations_do_not_mix(all_sources):
    """The kiosk has visits and actions of the same numbers."""
    assert all_sources.values("""
        select source_property, page_url, cast(event_at as varchar) from events
        where source_name = 'matomo' and event_id like '%action 1001'
        order by 1
    """) == [
        ("kiosk", "kiosk.example/start", "2026-04-02 08:00:00"),
        (
            "shop",
            "https://www.shop.example/pricing?plan=pro&x=1",
            "2026-03-05 09:00:00",
        ),
    ]


def test_ids_without_cookies_are_of_a_day(all_sources):
    assert all_sources.values("""
        select distinct source_property, identity_scope from events
        where source_name = 'matomo' order by 1
    """) == [("kiosk", "day"), ("shop", "person")]


def test_where_visits_came_from(all_sources):
    assert all_sources.values("""
        select event_id, traffic_source, traffic_medium, campaign, channel from events
        where
            source_name = 'matomo'
            and (
                event_id like 'shop action 110_'
                or event_id in ('shop action 1001', 'shop action 3')
            )
        order by event_id
    """) == [
        ("shop action 1001", "Google", "organic", None, "Organic Search"),
        # nothing but the name of the campaign is known
        ("shop action 1101", "(not set)", "campaign", "spring-sale", "Unassigned"),
        ("shop action 1102", "newsletter", "email", "Spring", "Email"),
        ("shop action 1103", "Facebook", "social", None, "Organic Social"),
        ("shop action 1104", "blog.example", "referral", None, "Referral"),
        ("shop action 1105", "ChatGPT", "ai-assistant", None, "AI Assistant"),
        ("shop action 3", "(direct)", "(none)", None, "Direct"),
    ]


def test_codes_of_devices_and_places_are_names(all_sources):
    looked_at = ("device_category", "operating_system", "browser", "country", "city", "language")
    assert columns(all_sources, "shop action 1001", *looked_at) == (
        "mobile", "iOS", "Mobile Safari", "FR", "Lyon", "fr-fr",
    )  # fmt: skip
    # unknown to Matomo
    assert columns(all_sources, "shop action 1101", *looked_at) == (None,) * 6


def test_referrers_are_the_page_before(all_sources):
    assert columns(all_sources, "shop action 1001", "referrer_url") == ("https://www.google.com/",)
    assert columns(all_sources, "shop action 1003", "referrer_url") == (
        "https://www.shop.example/pricing?plan=pro&x=1",
    )


def test_actions_of_one_second_stay_in_order(all_sources):
    """Conversions follow the action that they came with."""
    assert all_sources.values("""
        select event_id from events
        where
            source_name = 'matomo'
            and native_session_id = '100'
            and event_at = '2026-03-05 09:00:00'
        order by event_order, event_id
    """) == [
        ("shop action 1001",),
        ("shop goal 100 1 11",),
        ("shop goal 100 1 22",),
        ("shop action 1002",),
        ("shop goal 100 2 0",),
        ("shop action 1003",),
        ("shop action 1004",),
        ("shop action 1005",),
        ("shop action 1006",),
        ("shop action 1007",),
        ("shop action 1008",),
        ("shop order 1 ORD-1",),
    ]


def test_conversions_are_events(all_sources):
    """A goal twice in a visit, orders of one number on two sites, a revenue that is no number."""
    assert all_sources.values("""
        select event_id, event_name, cast(value as double), currency, transaction_id from events
        where source_name = 'matomo' and source_property = 'shop' and currency is not null
        order by event_id
    """) == [
        ("shop cart 100", "ecommerceAbandonedCart", 4.5, "EUR", None),
        ("shop cart 5001", "ecommerceAbandonedCart", 3.0, "EUR", None),
        ("shop goal 100 1 11", "goal", 5.0, "EUR", None),
        ("shop goal 100 1 22", "goal", 5.0, "EUR", None),
        ("shop goal 100 2 0", "goal", 0.0, "EUR", None),
        ("shop goal 5001 3 of 6001 at 1772751005", "goal", 0.0, "EUR", None),
        ("shop order 1 ORD-1", "ecommerceOrder", 109.9, "EUR", "ORD-1"),
        ("shop order 1 ORD-2", "ecommerceOrder", None, "EUR", "ORD-2"),
        ("shop order 1 ORD-9", "ecommerceOrder", 12.5, "EUR", "ORD-9"),
        ("shop order 2 ORD-1", "ecommerceOrder", 20.0, "USD", "ORD-1"),
    ]


def test_orders_say_what_was_in_them(all_sources):
    """Without what was taken out again; whom Matomo credits is not where this visit came from."""
    order = properties(all_sources, "shop order 1 ORD-1")
    assert order["items"] == [
        {
            "item_id": "SKU-1",
            "item_name": 'Shoe "Ultra"',
            "item_category": "Shoes",
            "item_category2": "Sale",
            "price": "49.9",
            "quantity": "2",
        },
        {"item_id": "SKU-2", "item_name": "Sock", "price": "0.1", "quantity": "1"},
    ]
    assert (order["items_count"], order["revenue_subtotal"], order["revenue_tax"]) == (
        "3", "99.9", "10",
    )  # fmt: skip
    assert order["attributed_referrer_type"] == "campaign"
    assert order["attributed_referrer_name"] == "last-month"
    assert order["visit_custom_dimension_1"] == "gold"
    assert columns(all_sources, "shop order 1 ORD-1", "traffic_source") == ("Google",)


def test_carts_are_their_latest_version(all_sources):
    assert properties(all_sources, "shop cart 100")["items"] == [
        {"item_id": "SKU-2", "item_name": "Sock", "price": "4.5", "quantity": "1"}
    ]


def test_late_rows_count_for_their_day(all_sources):
    assert columns(all_sources, "shop action 1205", "cast(event_date as varchar)") == (
        "2026-02-01",
    )


def test_the_live_api_says_the_same_in_other_words(all_sources):
    assert all_sources.values("""
        select event_id, event_name, cast(event_at as varchar), page_url from events
        where source_name = 'matomo' and native_session_id = '5001'
        order by event_order
    """) == [
        # 23:50 in the zone of the site
        (
            "shop action 6001",
            "pageview",
            "2026-03-05 22:50:00",
            "https://www.shop.example/pricing",
        ),
        ("shop action 6002", "event", "2026-03-05 22:50:00", "https://www.shop.example/pricing"),
        ("shop action 6003", "search", "2026-03-05 22:50:01", None),
        ("shop action 6004", "outlink", "2026-03-05 22:50:02", None),
        ("shop action 6005", "download", "2026-03-05 22:50:03", None),
        ("shop action 6006", "content", "2026-03-05 22:50:04", None),
        ("shop goal 5001 3 of 6001 at 1772751005", "goal", "2026-03-05 22:50:05", None),
        ("shop order 1 ORD-9", "ecommerceOrder", "2026-03-05 22:55:00", None),
        ("shop cart 5001", "ecommerceAbandonedCart", "2026-03-05 23:00:00", None),
        # came with the second answer only
        ("shop action 6007", "pageview", "2026-03-05 23:06:40", "https://shop.example/"),
    ]
    assert properties(all_sources, "shop action 6001") == {
        "idsite": "1",
        "visitor_count_visits": "3",
        "visitor_type": "returning",
        "dimension3": "trial",
        "dimension4": "x",
        "Plan": "free",
        "Section": "prices",
        "pageview_position": "1",
        "time_spent": "60",
    }
    assert properties(all_sources, "shop order 1 ORD-9")["items"] == [
        {
            "item_id": "SKU-2",
            "item_name": "Sock, long",
            "item_category": "Legs",
            "price": 12.5,
            "quantity": "1",
            "categories": ["Legs"],
        }
    ]
    assert columns(
        all_sources, "shop action 6001", "device_category", "country", "traffic_medium"
    ) == ("mobile", "AT", "referral")


def test_goals_can_be_copied(all_sources):
    """Text to paste: YAML that says what Matomo looks at, or counts Matomo's own conversions."""
    rows = all_sources.values("""
        select goal_yaml, is_deleted from stg_matomo__goals order by site_id, goal_id
    """)
    place = {"source_property": "shop", "idsite": 1}
    assert [(yaml.safe_load(text)[0], is_deleted) for text, is_deleted in rows] == [
        (
            {
                "name": "<script>alert(1)</script>",
                "match": {
                    "event": "pageview",
                    "where": {**place, "page_url": {"matches": "(?i)/pricing"}},
                },
                "counting": "every",
            },
            False,
        ),
        (
            {
                "name": "{{ 7 * 7 }} intro's",
                "match": {
                    "event": "event",
                    "where": {
                        **place,
                        # stored as &lt;intro&gt;
                        "event_label": {"matches": "(?i)^(?:<|&lt;)intro(?:>|&gt;)$"},
                    },
                },
                "counting": "once_per_session",
            },
            False,
        ),
        (
            {
                "name": "Called us (shop, site 1, goal 3)",
                "match": {"event": "goal", "where": {**place, "goal_id": 3}},
                "counting": "once_per_session",
            },
            False,
        ),
        (
            {
                "name": "Guide",
                "match": {
                    "event": "download",
                    "where": {**place, "link_url": {"matches": r"guide\.PDF"}},
                },
                "counting": "once_per_session",
            },
            True,
        ),
        (
            {
                "name": "Stayed",
                "match": {"event": "goal", "where": {**place, "goal_id": 5}},
                "counting": "once_per_session",
            },
            False,
        ),
        (
            {
                "name": "Called us (shop, site 2, goal 1)",
                "match": {
                    "event": "pageview",
                    "where": {**place, "idsite": 2, "page_title": {"matches": "(?i)a.b|c"}},
                },
                "counting": "once_per_session",
            },
            False,
        ),
    ]


TABLES = [
    "log_visit", "log_link_visit_action", "log_action", "log_conversion", "log_conversion_item",
    "goal", "site",
]  # fmt: skip


@pytest.fixture(scope="module")
def sample(sample_data, tmp_path_factory):
    """The dump of a real installation, with its own goals pasted into the configuration."""
    folder = sample_data / "matomo"
    if not folder.is_dir():
        pytest.skip(f"no {folder}")
    raw = duckdb.connect()
    for table in TABLES:
        raw.execute(f"create view {table} as from read_csv('{folder}/{table}.csv')")
    files = {table: str(folder / f"{table}.csv") for table in TABLES}
    project = Project(
        tmp_path_factory.mktemp("matomo_sample"),
        sources={"matomo": {"files": files}},
        # tests of a tracker are full of bots and of localhost
        exclude_filtered_traffic=False,
        goals=[],
        funnels=[],
        cohorts=[],
    )
    project.build("stg_matomo__goals")
    copied = "\n".join(
        text for (text,) in project.values("select goal_yaml from stg_matomo__goals")
    )
    project.variables["goals"] = yaml.safe_load(copied)
    project.build("+goal_completions", "+sessions", "+visitors", "+rejected_events", "goals")
    return project, raw


def test_sample_counts(sample):
    project, raw = sample
    (counted,) = raw.execute("""
        select
            (select count(*) from log_link_visit_action) + (select count(*) from log_conversion),
            (
                select count(distinct idvisit) from (
                    select idvisit from log_link_visit_action
                    union all select idvisit from log_conversion
                )
            ),
            (select count(*) from log_conversion where idgoal = 0),
            (select round(sum(revenue), 2) from log_conversion where idgoal = 0),
            (select count(*) from log_conversion where idgoal = -1),
            (select count(*) from log_conversion where idgoal >= 1)
    """).fetchall()
    (found,) = project.values("""
        select
            (select count(*) from events),
            (select count(*) from sessions),
            (select count(*) from events where event_name = 'ecommerceOrder'),
            (
                select round(cast(sum(value) as double), 2) from events
                where event_name = 'ecommerceOrder'
            ),
            (select count(*) from events where event_name = 'ecommerceAbandonedCart'),
            (select count(*) from events where event_name = 'goal')
    """)
    assert found == counted
    assert project.values("select count(*) from rejected_events") == [(0,)]


def test_sample_visitors(sample):
    """Devices are those of the visits; with a login, they are those who logged in."""
    project, raw = sample
    visits = """
        (
            select * from log_visit
            where
                idvisit in (select idvisit from log_link_visit_action)
                or idvisit in (select idvisit from log_conversion)
        )
    """
    assert (
        project.values("select count(distinct device_key), count(distinct user_id) from events")
        == raw.execute(
            f"select count(distinct idvisitor), count(distinct user_id) from {visits}"
        ).fetchall()
    )
    assert (
        project.values("select count(*) from visitors")
        == raw.execute(f"""
            select count(distinct coalesce(visits.user_id, logins.user_id, visits.idvisitor))
            from {visits} as visits
            left join (
                select idvisitor, arg_min(user_id, visit_first_action_time) as user_id
                from {visits} as visits where user_id is not null group by idvisitor
            ) as logins on visits.idvisitor = logins.idvisitor
        """).fetchall()
    )


def test_sample_kinds_of_actions(sample):
    """Counted by the types of the names that actions refer to."""
    project, raw = sample
    assert dict(
        project.values("""
            select event_name, count(*) from events
            where event_id like 'action %' group by event_name
        """)
    ) == dict(
        raw.execute("""
            select
                case
                    when actions.idaction_event_category > 0 then 'event'
                    when actions.idaction_content_name > 0 then 'content'
                    when urls.type = 2 then 'outlink'
                    when urls.type = 3 then 'download'
                    when titles.type = 8 then 'search'
                    else 'pageview'
                end,
                count(*)
            from log_link_visit_action as actions
            left join log_action as urls on actions.idaction_url = urls.idaction
            left join log_action as titles on actions.idaction_name = titles.idaction
            group by 1
        """).fetchall()
    )


def test_sample_names_are_unchanged(sample):
    """Script tags and template injections were planted in it."""
    project, raw = sample
    for column, idaction, kind in (
        ("page_title", "idaction_name", 4),
        ("properties ->> 'event_category'", "idaction_event_category", 10),
        ("properties ->> 'content_name'", "idaction_content_name", 13),
        ("properties ->> 'product_name'", "idaction_product_name", 6),
    ):
        assert (
            project.values(
                f"select {column} as name, count(*) from events where {column} is not null"
                " group by 1 order by 1"
            )
            == raw.execute(f"""
            select names.name, count(*) from log_link_visit_action as actions
            inner join log_action as names on actions.{idaction} = names.idaction
            where names.type = {kind} group by 1 order by 1
        """).fetchall()
        ), column
    assert (
        project.values("""
        select distinct properties ->> 'goal_name' as name from events
        where event_name = 'goal' order by 1
    """)
        == raw.execute("""
        select distinct goal.name from log_conversion inner join goal using (idsite, idgoal)
        order by 1
    """).fetchall()
    )


def test_sample_goals_can_be_pasted(sample):
    """Their names are data in the configuration too. Counted once more as Matomo describes them."""
    project, raw = sample
    pages = """
        select idvisit from log_link_visit_action as actions
        inner join log_action as urls on actions.idaction_url = urls.idaction
        where actions.idsite = 1 and urls.type = 1
    """
    events = """
        select actions.idvisit from log_link_visit_action as actions
        left join log_action as names on actions.{} = names.idaction
        where actions.idsite = 1 and actions.idaction_event_category > 0 and {}
    """
    expected = {
        "<script>_x(1)</script>": f"select count(*) from ({pages})",
        '{{constructor.constructor("_x(4)")()}}': f"select count(distinct idvisit) from ({pages})",
    }
    for goal, column, condition in (
        ("click event", "idaction_event_action", "names.name ilike '%click%'"),
        ("category event", "idaction_event_category", "names.name = 'The_Category'"),
        ("name event", "idaction_name", "names.name ilike '&lt;the_&#039;&quot;name&gt;'"),
    ):
        expected[goal] = f"select count(distinct idvisit) from ({events.format(column, condition)})"
    found = project.values("select goal_name, count(*) from goal_completions group by goal_name")
    assert dict(found) == {goal: raw.execute(sql).fetchone()[0] for goal, sql in expected.items()}
    assert all(count for _, count in found)


def test_tables_are_read_again_while_visits_last(tmp_path):
    """A visit that goes on is read again, the others stay. Ids of visitors are bytes, among them a
    quote, a backslash and a zero; the tables have a prefix."""
    project = Project(
        tmp_path,
        sources={
            "matomo": {
                "relation": {
                    name: f"raw.matomo_{name}"
                    for name in ("log_visit", "log_link_visit_action", "log_action")
                }
            }
        },
        goals=[],
        funnels=[],
        cohorts=[],
    )
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("""
            create schema raw;
            create table raw.matomo_log_visit as
            select
                idvisit::bigint as idvisit,
                7 as idsite,
                unhex('22005c2741ff0aa' || idvisit) as idvisitor,
                null::varchar as user_id,
                (date '2026-03-01' + idvisit::integer * 10)::timestamp as visit_last_action_time
            from range(1, 4) as visits (idvisit);
            create table raw.matomo_log_link_visit_action as
            select
                idvisit as idlink_va, idvisit, idvisitor, 1 as idaction_url,
                visit_last_action_time as server_time
            from raw.matomo_log_visit;
            create table raw.matomo_log_action as
            select 1 as idaction, 'shop.example/' as name, 1 as type, 2 as url_prefix;
        """)
    chosen = ("+events", "+rejected_events", "tag:staging")
    project.build(*chosen)
    with duckdb.connect(str(project.database)) as connection:
        connection.execute("""
            update raw.matomo_log_visit
            set user_id = 'zoe', visit_last_action_time = '2026-03-31 00:20:00' where idvisit = 3;
            insert into raw.matomo_log_link_visit_action values
            (4, 3, unhex('22005c2741ff0aa3'), 1, '2026-03-31 00:20:00'),
            (5, 3, unhex('22005c2741ff0aa3'), 1, '2099-01-01 00:00:00');
        """)
    project.build(*chosen)
    assert project.values("""
        select event_id, source_property, anonymous_id, user_id, page_url from events order by 1
    """) == [
        ("action 1", "7", "22005c2741ff0aa1", None, "https://shop.example/"),
        ("action 2", "7", "22005c2741ff0aa2", None, "https://shop.example/"),
        ("action 3", "7", "22005c2741ff0aa3", "zoe", "https://shop.example/"),
        ("action 4", "7", "22005c2741ff0aa3", "zoe", "https://shop.example/"),
    ]
    assert project.values("select event_id, reason from rejected_events") == [
        ("action 5", "in the future")
    ]
