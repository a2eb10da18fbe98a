"""Renamed events and campaigns: history under its new names, and raw as it was sent."""

import duckdb
import pytest

from helpers import Project, generic, write_rows

COLUMNS = {
    "event_id": "varchar",
    "event_name": "varchar",
    "event_at": "timestamp",
    "anonymous_id": "varchar",
    "traffic_source": "varchar",
    "campaign": "varchar",
    "properties": "json",
}
FIRST = [
    # Midnight of New York, where days of the project begin, is 05:00 in winter.
    ("dec", "order_done", "2026-01-01 04:59:59", "spring-sale"),
    ("jan", "order_done", "2026-01-01 05:00:00", "Spring_Sale"),
    ("feb", "order_done", "2026-02-01 04:59:59", "spring_sale"),
    ("mar", "order_done", "2026-02-01 05:00:00", None),
    ("old", "checkout_done", "2026-01-20 12:00:00", None),
    ("new", "purchase", "2026-03-01 12:00:00", None),
]
LATE = [("late", "order_done", "2026-01-10 12:00:00", None)]
PLAN = [("purchase", True), ("visit", False)]
SELECTED = ["+goal_completions", "+funnel_steps", "+tracking_plan_coverage", "+sessions"]


def write(path, rows):
    return write_rows(
        path,
        [
            {
                "event_id": event_id,
                "event_name": name,
                "event_at": at,
                # Each its own visitor: one session each.
                "anonymous_id": f"visitor of {event_id}",
                "traffic_source": "shop" if campaign else None,
                "campaign": campaign,
                "properties": {"total": 5},
            }
            for event_id, name, at, campaign in rows
        ],
        COLUMNS,
    )


class Shop:
    def __init__(self, folder):
        self.inbox = folder / "in"
        write(self.inbox / "first.parquet", FIRST)
        self.project = Project(
            folder,
            **generic(self.inbox / "*.parquet"),
            timezone="America/New_York",
            relations={
                "event_aliases": "main.renamed",
                "campaign_aliases": "main.campaigns",
                "tracking_plan": "main.plan",
            },
            goals=[{"name": "bought", "match": {"event": "purchase"}}],
            funnels=[{"name": "buying", "steps": ["bought"], "window": "1 day"}],
            cohorts=[],
        )
        self.by_hand(
            "create table renamed"
            " (old_name varchar, new_name varchar, valid_from date, valid_until date)",
            "create table campaigns (alias varchar, campaign varchar)",
            "insert into campaigns values"
            " ('spring-sale', 'spring_sale'), ('Spring_Sale', 'spring_sale')",
            "create table plan (event_name varchar, parameter_name varchar, description varchar,"
            " is_required boolean, min_fill_rate double, is_key_event boolean, owner varchar,"
            " source varchar)",
            *(f"insert into plan (event_name, is_required) values {row}" for row in PLAN),
        )

    def by_hand(self, *statements):
        with duckdb.connect(str(self.project.database)) as database:
            for statement in statements:
                database.execute(statement)

    def alias(self, *rows):
        self.by_hand(
            "delete from renamed",
            *(f"insert into renamed values {row}".replace("None", "null") for row in rows),
        )

    def names(self):
        return dict(self.project.values("select event_id, event_name from events"))

    def completed(self):
        return {
            row[0]
            for row in self.project.values(
                "select event_id from goal_completions where goal_name = 'bought'"
            )
        }


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.project.dbt("seed", "--exclude", "path:seeds/fixtures")
    shop.project.dbt("run", "--select", *SELECTED)
    return shop


def test_without_aliases_names_are_as_sent(shop):
    assert shop.names() == {event_id: name for event_id, name, _, _ in FIRST}
    assert shop.completed() == {"new"}


def test_campaigns_are_one(shop):
    """`spring-sale` and `Spring_Sale` are the campaign `spring_sale` wherever it is shown."""
    for table in ("sessions", "events", "visitors"):
        column = "first_campaign" if table == "visitors" else "campaign"
        assert shop.project.values(
            f"select {column}, count(*) from {table} where {column} is not null group by 1"
        ) == [("spring_sale", 3)], table
    assert shop.project.values("select count(distinct campaign) from staged_events") == [(3,)]


def test_a_new_alias_repairs_history(shop):
    """January only; `checkout_done` goes over `order_done` to `purchase` where both links hold."""
    shop.alias(
        ("order_done", "purchase", "2026-01-01", "2026-02-01"),
        ("checkout_done", "order_done", None, None),
    )
    shop.project.dbt("run", "--select", *SELECTED)
    assert shop.names() == {
        "dec": "order_done",
        "jan": "purchase",
        "feb": "purchase",
        "mar": "order_done",
        "old": "purchase",
        "new": "purchase",
    }
    assert shop.completed() == {"jan", "feb", "old", "new"}
    assert shop.project.values(
        "select units_reached from funnel_steps where funnel_name = 'buying'"
        " and breakdown_name = 'all'"
    ) == [(4,)]


def test_raw_names_stay(shop):
    sent = {event_id: name for event_id, name, _, _ in FIRST}
    assert dict(shop.project.values("select event_id, raw_event_name from events")) == sent
    assert dict(shop.project.values("select event_id, event_name from staged_events")) == sent


def test_the_plan_is_compared_with_new_names(shop):
    assert shop.project.values(
        "select event_name, events, status from tracking_plan_coverage"
        " where parameter_name is null order by 1"
    ) == [("order_done", 2, "unplanned"), ("purchase", 4, "ok"), ("visit", 0, "never_seen")]
    assert shop.project.values(
        "select event_name, filled_events from tracking_plan_coverage"
        " where parameter_name = 'total'"
    ) == [("purchase", 4)]


def test_late_rows_are_renamed_by_their_own_day(shop):
    write(shop.inbox / "late.parquet", LATE)
    shop.project.dbt("run", "--select", *SELECTED)
    assert shop.names()["late"] == "purchase"
    assert "late" in shop.completed()
    # The same aliases: only the visitor of the new row was made anew.
    assert shop.project.values(
        "select max(sequence_number) filter (definition = ':whole')"
        " < max(sequence_number) filter (definition = '')"
        " from refresh_state where model_name = 'events'"
    ) == [(True,)]


def test_an_alias_that_is_taken_back(shop):
    shop.alias()
    shop.project.dbt("run", "--select", *SELECTED)
    assert shop.names() == {event_id: name for event_id, name, _, _ in FIRST + LATE}
    assert shop.completed() == {"new"}


def test_wrong_aliases_stop_the_build(shop):
    """Before any event has a wrong name, with one line for each mistake."""
    shop.alias(
        ("a", "b", None, None),
        ("b", "c", None, None),
        ("c", "a", None, None),
        ("order_done", "a", None, None),
        ("checkout_done", "paid", None, "2026-01-02"),
        ("checkout_done", "ordered", "2026-01-01", None),
    )
    log = shop.project.directory / "logs" / "dbt.log"
    log.unlink()
    with pytest.raises(Exception, match="Got 2 results"):
        shop.project.dbt("build", "--select", "+events", "--exclude-resource-type", "unit_test")
    said = {line.partition("waymark: ")[2] for line in log.read_text().splitlines()}
    assert {line for line in said if line.startswith("event_aliases")} == {
        "event_aliases_lead_to_one_name: a -> b -> c -> a is a circle."
        " Take out the alias that is wrong.",
        "event_aliases_lead_to_one_name: checkout_done becomes two names on the same days:"
        " ordered and paid. Keep one, or end one where the other begins.",
    }
    assert shop.names()["old"] == "checkout_done"
