"""Orders of Shopify, from tables and CSV files: what they are worth, and which do not count."""

from decimal import Decimal

from exports import shopify


def order(all_sources, name, columns, source_property="store"):
    (found,) = all_sources.values(
        f"select {columns} from orders where order_name = ? and source_property = ?",
        [name, source_property],
    )
    return found


def test_every_raw_row_is_accepted_or_rejected(all_sources):
    """A row of the CSV is a line; its order is made of several."""
    ((raw,),) = all_sources.values("""
        select
            (select count(*) from stg_shopify__orders where input_table = 'orders')
            + (select count(*) from stg_shopify__order_lines where input_table <> 'orders')
            + (select count(*) from stg_shopify__refunds where input_table = 'refunds')
    """)
    assert raw == shopify.RAW_ROWS
    for table in ("orders", "order_lines", "refunds"):
        assert all_sources.values(f"""
            select count(*), count(raw_payload) from stg_shopify__{table}
            where reject_reason is not null
        """) == all_sources.values(f"""
            select count(*), count(raw_payload) from rejected_events
            where source_name = 'shopify' and event_name = '{table}'
        """)


def test_what_cannot_be_accepted_says_why(all_sources):
    assert all_sources.values("""
        select event_name, source_property, reason, count(*) from rejected_events
        where source_name = 'shopify' group by all order by all
    """) == [
        ("order_lines", "outlet", "duplicate of 6000000000101-1", 1),
        ("order_lines", "outlet", "duplicate of 6000000000101-2", 1),
        ("order_lines", "outlet", "no order id", 1),
        ("order_lines", "outlet", "no such order", 3),
        ("order_lines", "store", "duplicate of 103", 1),
        ("order_lines", "store", "no order id", 1),
        ("order_lines", "store", "no such order", 1),
        ("order_lines", "store", "unparseable quantity", 1),
        ("orders", "outlet", "duplicate of 6000000000101", 1),
        ("orders", "outlet", "unparseable ordered at", 1),
        ("orders", "store", "duplicate of 5000000001000", 2),
        ("orders", "store", "malformed json", 1),
        ("orders", "store", "no order id", 1),
        ("orders", "store", "no ordered at", 1),
        ("orders", "store", "unparseable total", 1),
        ("refunds", "store", "duplicate of 3", 1),
        ("refunds", "store", "no such order", 1),
        ("refunds", "store", "not a refund", 1),
        ("refunds", "store", "refund did not succeed", 1),
    ]


def test_last_version_of_an_order_counts(all_sources):
    assert order(all_sources, "#1000", "is_cancelled, is_counted") == (True, False)


def test_test_cancelled_pending_and_voided_orders_do_not_count(all_sources):
    assert all_sources.values("""
        select source_property, order_name, not_counted_because from orders
        where not is_counted order by all
    """) == [
        ("outlet", "#201", "test"),
        ("outlet", "#202", "cancelled"),
        ("store", "#1000", "cancelled"),
        ("store", "#2001", "test"),
        ("store", "#2002", "pending"),
        ("store", "#2003", "voided"),
    ]


def test_orders_that_no_web_page_took(all_sources):
    assert all_sources.values("""
        select order_name, sales_channel from orders where sales_channel <> 'web' order by 1
    """) == [("#2004", "pos"), ("#2005", "draft"), ("#2006", "other")]


def test_times_are_utc_and_of_the_sale(all_sources):
    """Offsets of two forms; without one the zone of the shop; an imported order is an old one."""
    when = "cast(ordered_at as varchar)"
    assert order(all_sources, "#1001", when) == ("2026-03-23 00:30:00",)
    assert order(all_sources, "#2007", when) == ("2025-01-01 04:30:00",)
    assert order(all_sources, "#100", when, "outlet") == ("2025-10-18 01:09:34",)
    assert order(all_sources, "#203", when, "outlet") == ("2025-10-21 01:00:00",)


def test_refunds_are_taken_off(all_sources):
    """From the table, from inside the order, from the CSV; only what was really paid back."""
    money = "total, refunded, net"
    assert order(all_sources, "#1001", money) == (20, 7.5, 12.5)
    assert order(all_sources, "#2008", money) == (30.5, 10.5, 20)
    assert order(all_sources, "#101", money, "outlet") == (15, 10, 5)
    assert order(all_sources, "#1002", money) == (20, 0, 20)


def test_names_of_graphql_are_understood(all_sources):
    assert order(all_sources, "#2009", "order_id, total, net, currency, financial_status") == (
        "5000000002009", Decimal("99.99"), 90, "USD", "partially_refunded",
    )  # fmt: skip


def test_thousands_are_no_decimals(all_sources):
    assert order(all_sources, "#205", "total", "outlet") == (1015,)


def test_one_number_in_two_shops_is_two_orders(all_sources):
    assert all_sources.values("""
        select source_property, order_id from orders where order_name = '#1001' order by 1
    """) == [("outlet", "6000000001001"), ("store", "5000000001001")]


def test_lines_come_with_their_order(all_sources):
    """An order over two files has the lines of both, one exported twice those of the last."""
    assert all_sources.values("""
        select orders.order_name, count(*), sum(items.quantity), sum(items.revenue)
        from order_items as items inner join orders on items.order_id = orders.order_id
        where orders.order_name in ('#101', '#206', '#1020', '#2008') group by 1 order by 1
    """) == [("#101", 2, 2, 20), ("#1020", 1, 1, 10), ("#2008", 2, 4, 30.5), ("#206", 2, 3, 18)]


def test_apostrophes_of_spreadsheets_go(all_sources):
    assert all_sources.values(
        "select distinct sku from stg_shopify__order_lines where sku like '%12'"
    ) == [("0012",)]


def test_nobody_is_named(all_sources):
    """E-mail addresses, names and places of people stay in the export."""
    columns = {name for (name,) in all_sources.values("select column_name from (describe orders)")}
    assert not columns & {"email", "billing_name", "shipping_zip", "phone"}
