"""The worked questions of `analyses/`, as a person runs them: each gives an answer, a right one.

What they say of the demo is counted again here, by other SQL or from what was planted.
"""

import duckdb
import pytest

from helpers import REPOSITORY, rows_of

QUESTIONS = sorted(path.stem for path in (REPOSITORY / "analyses").glob("*.sql"))
DAY = 86_400 * 10**9  # of event_order


@pytest.fixture(scope="module")
def project(demo_project):
    return demo_project


@pytest.fixture(scope="module")
def analyses(project):
    """{question: compiled node}"""
    result = project.dbt("compile", "--select", "resource_type:analysis")
    return {one.node.name: one.node for one in result.results}


@pytest.fixture(scope="module")
def answer(project, analyses):
    return lambda question: project.rows(analyses[question].compiled_code)


def on_rows(project, analysis, events, visitors=()):
    """The answer on rows of our own, in memory."""
    tables = {
        "events": (
            "visitor_key bigint, event_order bigint, event_name varchar, is_session_start boolean,"
            " page_path varchar, visitor_id varchar as (visitor_key::varchar)",
            events,
        ),
        "visitors": (
            "visitor_key bigint, first_channel varchar, first_device_category varchar",
            visitors,
        ),
    }
    with duckdb.connect() as connection:
        connection.execute(f"attach ':memory:' as {project.database.stem}")
        connection.execute(f"use {project.database.stem}")
        for name, (columns, rows) in tables.items():
            connection.execute(f"create table {name} ({columns})")
            for row in rows:
                marks = ", ".join("?" * len(row))
                connection.execute(f"insert into {name} values ({marks})", row)
        return rows_of(connection, analysis.compiled_code)


def test_ten_questions():
    assert len(QUESTIONS) == 10


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_gives_an_answer_that_can_be_read(answer, analyses, question):
    rows = answer(question)
    assert rows
    # `dbt show` prints no more columns than these.
    assert len(rows[0]) <= 6
    node = analyses[question]
    assert node.description
    first, run, *rest = node.raw_code.split("\n")
    assert first.startswith("-- ")
    assert run.startswith(f"-- `dbt show --select {question}")
    assert rest[0].startswith("-- Read off")
    assert any(line.startswith("-- Definition: ") for line in rest)
    for row in rows:
        for name, value in row.items():
            if name.endswith(("rate", "share")) and value is not None:
                assert 0 <= value <= 1, row
        low, high = row.get("difference_low"), row.get("difference_high")
        assert low is None or high is None or -1 <= low <= high <= 1, row


def test_where_do_we_lose_people(answer, truth):
    rows = answer("where_do_we_lose_people")
    lost = {(row["funnel_name"], row["step_name"]): row["dropped_off"] for row in rows}
    for funnel, planted in truth["funnels"].items():
        reached = list(planted["units_reached"]["all"].items())
        for (_, before), (step, after) in zip(reached, reached[1:]):
            assert lost[funnel, step] == before - after
    assert list(lost.values()) == sorted(lost.values(), reverse=True)


def test_who_converts_after_a_demo_video(project, answer, truth):
    row = answer("who_converts_after_a_demo_video")[0]
    ((video, converted, others, others_converted),) = project.values(
        f"""
        with firsts as (
            select
                visitor_key,
                min(case when is_session_start then event_order end) as visited,
                min(case when event_name = 'demo_video_played' then event_order end) as played,
                min(case when event_name = 'trial_started' then event_order end) as tried
            from events where visitor_key is not null group by 1
        ),
        people as (
            select
                *,
                coalesce(tried between played and played + 7 * {DAY}, false) as after_video,
                coalesce(tried between visited and visited + 7 * {DAY}, false) as after_visit
            from firsts
        )
        select
            count(played),
            count(*) filter (after_video),
            count(*) filter (not is_exposed),
            count(*) filter (not is_exposed and after_visit)
        from (
            select *, coalesce(
                played > visited and played < case
                    when after_visit then tried else visited + 7 * {DAY} + 1
                end, false) as is_exposed
            from people
        )
        """
    )
    assert row["breakdown_value"] == "all"
    assert row["played_video"] == video == truth["goals"]["played_demo_video"]
    assert row["video_rate"] == pytest.approx(converted / video)
    assert row["no_video_rate"] == pytest.approx(others_converted / others)


def test_which_blog_posts_lead_to_newsletter_sign_ups(project, answer):
    rows = answer("which_blog_posts_lead_to_newsletter_sign_ups")
    found = {row["post"]: (row["readers"], row["subscribed"]) for row in rows}
    total = found.pop("(all posts)")
    expected = project.values(
        f"""
        select
            reads.page_path,
            count(distinct reads.visitor_key),
            count(distinct sign_ups.visitor_key)
        from events as reads
        left join events as sign_ups
            on sign_ups.visitor_key = reads.visitor_key
            and sign_ups.event_name = 'newsletter_subscribed'
            and sign_ups.event_order between reads.event_order and reads.event_order + 7 * {DAY}
        where reads.event_name = 'page_view' and reads.page_path like '/blog/%'
        group by 1
        """
    )
    assert found == {post: (readers, subscribed) for post, readers, subscribed in expected}
    assert total == tuple(map(sum, zip(*found.values())))


def test_which_blog_posts_lead_to_newsletter_sign_ups_within_seven_days(project, analyses):
    days = [
        (0, "page_view", "/blog/too-early"),
        (2, "page_view", "/blog/just-in-time"),
        (3, "page_view", "/about"),
        (8, "page_view", "/blog/last"),
        (9, "newsletter_subscribed", "/"),
        (10, "page_view", "/blog/too-late"),
    ]
    events = [(1, day * DAY, name, False, path) for day, name, path in days]
    rows = on_rows(project, analyses["which_blog_posts_lead_to_newsletter_sign_ups"], events)
    assert {row["post"]: row["subscribed"] for row in rows} == {
        "(all posts)": 2,
        "/blog/just-in-time": 1,
        "/blog/last": 1,
        "/blog/too-early": 0,
        "/blog/too-late": 0,
    }


def test_mobile_against_desktop(project, answer, truth):
    rows = answer("mobile_against_desktop")
    assert len(rows) == 3
    found = dict(
        project.values(
            "select (breakdown_value, step_name), step_conversion_rate from funnel_steps"
            " where funnel_name = 'checkout' and breakdown_name = 'device_category'"
        )
    )
    planted = truth["funnels"]["checkout"]["units_reached"]
    before = dict(zip(list(planted["all"])[1:], planted["all"]))
    for row in rows:
        step = row["step_name"]
        for device in ("mobile", "desktop"):
            assert row[f"{device}_rate"] == found[device, step]
            reached = planted[device]
            assert row[f"{device}_rate"] == pytest.approx(reached[step] / reached[before[step]])
        assert row["difference_low"] <= row["difference"] <= row["difference_high"]
    differences = [abs(row["difference"]) for row in rows]
    assert differences == sorted(differences, reverse=True)


def test_paid_search_against_organic_social(answer):
    """The whole difference of the demo is in the interest, and devices do not turn it round."""
    rows = answer("paid_search_against_organic_social")
    cells = {(row["step_name"], row["device"]): row for row in rows}
    for device in {device for _, device in cells} - {"(same mix)"}:
        for rate in ("paid_rate", "social_rate"):
            assert cells["(both steps)", device][rate] == pytest.approx(
                cells["view_item", device][rate] * cells["purchase", device][rate]
            )
    assert cells["view_item", "(all)"]["difference_low"] > 0
    assert cells["view_item", "(same mix)"]["difference_low"] > 0
    purchase = cells["purchase", "(all)"]
    assert purchase["difference_low"] < 0 < purchase["difference_high"]


def test_paid_search_against_organic_social_shows_a_reversal(project, analyses):
    """Paid search is better on each device and worse over all, because it brings the phones."""
    mix = {
        ("Paid Search", "mobile"): (80, 24),
        ("Organic Social", "mobile"): (20, 4),
        ("Paid Search", "desktop"): (20, 16),
        ("Organic Social", "desktop"): (80, 56),
    }
    visitors, events = [], []
    for (channel, device), (people, buyers) in mix.items():
        for number in range(people):
            key = len(visitors)
            visitors.append((key, channel, device))
            steps = ["session_start", "view_item", "purchase"][: 3 if number < buyers else 2]
            events += [
                (key, order * 10**9, name, order == 0, None) for order, name in enumerate(steps)
            ]
    rows = on_rows(project, analyses["paid_search_against_organic_social"], events, visitors)
    found = {
        row["device"]: (pytest.approx(row["paid_rate"]), pytest.approx(row["social_rate"]))
        for row in rows
        if row["step_name"] == "purchase"
    }
    assert found == {
        "(all)": (0.4, 0.6),
        "(same mix)": (0.55, 0.45),
        "desktop": (0.8, 0.7),
        "mobile": (0.3, 0.2),
    }


def test_how_long_do_they_take_to_convert(project, answer):
    rows = answer("how_long_do_they_take_to_convert")
    days = {"10 minutes": 1 / 144, "1 hour": 1 / 24}
    before = 0
    for row in rows:
        wait = days.get(row["waited"]) or int(row["waited"].split()[0])
        ((converted,),) = project.values(
            f"""
            select count(distinct a.visitor_key)
            from goal_completions as a
            inner join goal_completions as b
                on a.visitor_key = b.visitor_key and a.event_order <= b.event_order
            inner join goal_completions as c
                on a.visitor_key = c.visitor_key and b.event_order <= c.event_order
            inner join goal_completions as d
                on a.visitor_key = d.visitor_key and c.event_order <= d.event_order
            where
                a.goal_name = 'viewed_product' and b.goal_name = 'added_to_cart'
                and c.goal_name = 'began_checkout' and d.goal_name = 'order_placed'
                and d.completed_at <= a.completed_at + to_seconds({round(wait * 86_400)})
                and a.completed_at <= (select max(event_at) from events) - to_days(30)
            """
        )
        assert row["converted"] == converted, row
        assert row["added"] == converted - before
        assert row["p90_days"] <= wait
        before = converted
    assert rows[-1]["share"] == 1
    # Planted: some pay 8 to 12 days after the view, more than the window of 7 days sees.
    added = {row["waited"]: row["added"] for row in rows}
    assert added["14 days"] > added["30 days"]


def test_what_did_they_do_instead(project, answer):
    rows = answer("what_did_they_do_instead")
    stopped = dict(
        project.values(
            "select (funnel_name, last_step_name), count(*) from funnel_drop_offs"
            " where not is_immature group by 1"
        )
    )
    shares = {}
    for row in rows:
        stop = row["funnel_name"], row["last_step_name"]
        assert row["share"] == pytest.approx(row["units"] / stopped[stop])
        shares[stop] = shares.get(stop, 0) + row["share"]
    assert shares.keys() == stopped.keys()
    assert all(0.5 < share < 1 + 1e-9 for share in shares.values())
    # Planted: some buy without a cart.
    instead = {(row["last_step_name"], row["did_instead"]) for row in rows}
    assert ("viewed_product", "page /checkout") in instead


def test_does_the_core_action_bring_people_back(project, answer):
    rows = answer("does_the_core_action_bring_people_back")
    assert [row["week"] for row in rows] == list(range(1, len(rows) + 1))
    expected = project.values(
        """
        with activity as (
            select events.*, starts.started_at
            from events
            inner join (
                select visitor_key, min(event_at) as started_at
                from events where event_name = 'sign_up' group by 1
            ) as starts using (visitor_key)
        ),
        people as (
            select
                visitor_key,
                started_at,
                coalesce(bool_or(
                    event_name = 'workflow_completed' and event_at > started_at
                    and event_at < started_at + to_days(7)
                ), false) as is_core
            from activity group by 1, 2
        ),
        cohorts as (
            select *, max(started_at) over (
                partition by is_core, date_trunc('week', started_at)
            ) as last_started_at
            from people
        ),
        counted as (
            select
                week,
                is_core,
                cohorts.visitor_key,
                count(event_id) > 0 as is_back,
                count(case when event_name = 'workflow_completed' then 1 end) > 0 as is_back_to_core
            from cohorts
            cross join range(1, 9) as weeks (week)
            left join activity
                on activity.visitor_key = cohorts.visitor_key
                and activity.event_at >= cohorts.started_at + to_days((7 * week)::int)
                and activity.event_at < cohorts.started_at + to_days((7 * week + 7)::int)
            where
                last_started_at + to_days((7 * week + 7)::int)
                <= (select max(event_at) from activity)
            group by 1, 2, 3
        )
        select
            week,
            avg(case when is_core then is_back::int end),
            avg(case when not is_core then is_back::int end),
            avg(case when is_core then is_back_to_core::int end),
            avg(case when not is_core then is_back_to_core::int end)
        from counted group by 1 order by 1
        """
    )
    names = "week", "core_rate", "visit_rate", "core_again_rate", "visit_again_rate"
    found = [tuple(pytest.approx(row[name]) for name in names) for row in rows]
    assert found == expected


def test_did_last_week_convert_worse(project, answer):
    rows = answer("did_last_week_convert_worse")
    trends = project.values(
        "select funnel_name, period_start, conversion_rate from funnel_trends as trends"
        " where period = 'week' and is_mature and step_number = ("
        "   select max(step_number) from funnel_definitions"
        "   where funnel_definitions.funnel_name = trends.funnel_name)"
        " order by funnel_name, period_start desc"
    )
    first = {}
    for funnel, week, _ in trends:
        first[funnel] = week
    # The first week has nothing to be compared with.
    assert [(row["funnel_name"], row["week"], row["conversion_rate"]) for row in rows] == [
        trend for trend in trends if trend[1] != first[trend[0]]
    ]


def test_funnel_and_retention_of_any_table(answer):
    assert [tuple(row.values()) for row in answer("funnel_and_retention_of_any_table")] == [
        ("funnel", "cart", 2, 2, 0.5),
        ("funnel", "order", 3, 1, 0.25),
        ("funnel", "view", 1, 4, 1),
        ("retention", "2026-01-05", 0, 3, 1),
        ("retention", "2026-01-05", 1, 1, pytest.approx(1 / 3)),
        ("retention", "2026-01-05", 2, 1, pytest.approx(1 / 3)),
        ("retention", "2026-01-05", 3, None, None),
        ("retention", "2026-01-12", 0, 1, 1),
        ("retention", "2026-01-12", 1, 0, 0),
        ("retention", "2026-01-12", 2, None, None),
        ("retention", "2026-01-12", 3, None, None),
    ]
