"""A shop from end to end: its orders, its ads and its recordings beside what analytics saw."""

import csv
import json

import pytest

from helpers import Project

GOALS = [
    {"name": "bought", "tier": 2, "kind": "outcome", "match": {"event": "purchase"}},
    {"name": "looked", "tier": 3, "kind": "process_milestone", "match": {"event": "view_item"}},
]


def event(name, at, device, **columns):
    return {
        "event_id": f"{name} {at} {device}",
        "event_name": name,
        "event_at": f"2026-03-{at}",
        "anonymous_id": device,
        "page_path": "/mug",
        **columns,
    }


AD = {"traffic_source": "google", "traffic_medium": "cpc", "campaign": "Spring_Sale"}
EVENTS = [
    event("view_item", "02 10:00:00", "ann", **AD),
    event("purchase", "02 10:10:00", "ann", transaction_id="1001", value=20, currency="EUR"),
    event("view_item", "02 11:00:00", "ben", **AD),
    event("view_item", "02 12:00:00", "cleo"),
    event("purchase", "03 09:00:00", "dora", transaction_id="T-9", value=7, currency="EUR"),
    event("view_item", "03 12:00:00", "eve"),
    # the last word of analytics: all windows are over
    event("scroll", "20 12:00:00", "eve"),
]
ORDERS = [
    {
        "id": number,
        "name": f"#{1000 + number}",
        "created_at": at,
        "total_price": total,
        "currency": "EUR",
    }
    for number, at, total in (
        (1, "2026-03-02T10:09:00Z", "20.00"),
        (2, "2026-03-02T12:09:00Z", "60.00"),
        (3, "2026-03-03T12:09:00Z", "5.00"),
    )
]
COSTS = [["Day", "Campaign", "Cost", "Currency code"], ["2026-03-02", "spring_sale", "3", "EUR"]]
RECORDINGS = [
    ["Recording URL", "Date", "User ID", "Landing page"],
    ["https://hotjar.com/1", "2026-03-02 11:00:20", "", "https://shop.example/mug"],
    ["https://hotjar.com/2", "2026-03-03 12:00:00", "eve", ""],
    ["https://hotjar.com/3", "2026-03-02 10:00:00", "ann", ""],
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop_marts")
    for name, rows in (("events", EVENTS), ("orders", ORDERS)):
        lines = [json.dumps(row) for row in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    for name, rows in (("costs", COSTS), ("recordings", RECORDINGS)):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    project = Project(
        folder,
        sources={
            "generic": {"files": str(folder / "events.jsonl")},
            "shopify": {"files": str(folder / "orders.jsonl")},
            "google_ads": {"files": str(folder / "costs.csv")},
            "recordings": {"files": str(folder / "recordings.csv")},
        },
        goals=GOALS,
        funnels=[{"name": "buying", "steps": ["looked", "bought"], "window": "1 day"}],
        cohorts=[],
    )
    project.build("+order_reconciliation_days", "+goal_costs", "+recordings_to_watch")
    return project


def test_orders_are_seen_or_missed(shop):
    assert shop.values("""
        select order_name, status, matched_by, visitor_id, channel
        from order_reconciliation order by 1
    """) == [
        ("#1001", "seen", "order name", "ann", "Paid Search"),
        ("#1002", "missed", None, None, None),
        ("#1003", "missed", None, None, None),
        (None, "unexplained_purchase", None, "dora", "Direct"),
    ]


def test_a_day_has_its_share(shop):
    assert shop.values("""
        select
            cast(record_date as varchar), missed_order_rate, missed_total_rate,
            unexplained_purchases
        from order_reconciliation_days order by record_date, expected_orders desc
    """) == [("2026-03-02", 0.5, 0.75, 0), ("2026-03-03", 1, 1, 0), ("2026-03-03", None, None, 1)]


def test_a_conversion_has_its_price(shop):
    """The campaign that was sent is an alias of the one that was paid."""
    assert shop.values("""
        select goal_name, conversion_type, channel, campaign, completions, cost_per_completion
        from goal_costs order by 1
    """) == [
        ("bought", "macro", "Paid Search", "spring_sale", 1, 3),
        ("looked", "micro", "Paid Search", "spring_sale", 2, 1.5),
    ]


def test_recordings_show_who_stopped(shop):
    """Not the one who bought; newest first."""
    assert shop.values("""
        select watch_number, recording_url, matched_by, visitor_id, dropped_units
        from recordings_to_watch order by 1
    """) == [
        (1, "https://hotjar.com/2", "user id", "eve", 3),
        (2, "https://hotjar.com/1", "time and page", "ben", 3),
    ]
