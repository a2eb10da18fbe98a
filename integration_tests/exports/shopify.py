"""Two shops: tables as REST and warehouses have them, and files of the admin's "Export orders"."""

import csv
import json
import os

# Raw rows of orders (65), order_lines (74), refunds (7) and of both CSV files (69 and 4).
RAW_ROWS = 219

CSV_COLUMNS = """
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,
Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,
Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,
Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,
Billing Zip,Shipping Name,Shipping Zip,Notes,Note Attributes,Cancelled at,Payment Method,
Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,
Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Phone,Receipt Number,Duties,
Payment ID,Payment Terms Name,Next Payment Due At,Payment References
""".replace("\n", "").split(",")


def order(number, **columns):
    """An order of 20.00, as REST tells it, in a shop on the American east coast."""
    return {
        "id": 5_000_000_000_000 + number,
        "name": f"#{number}",
        "order_number": number,
        "created_at": f"2026-03-{1 + number % 28:02}T20:30:00-04:00",
        "updated_at": f"2026-03-{1 + number % 28:02}T20:31:00-04:00",
        "cancelled_at": None,
        "currency": "USD",
        "total_price": "20.00",
        "total_tax": "1.50",
        "financial_status": "paid",
        "test": False,
        "source_name": "web",
        "checkout_token": f"token-{number}",
        "cart_token": None,
        **columns,
    }


def shop_orders():
    orders = [order(1000 + i) for i in range(50)]
    orders += [
        # told again after it was cancelled, and once more as it was at first
        order(1000, cancelled_at="2026-03-22T09:00:00Z", updated_at="2026-03-22T09:00:00-04:00"),
        order(1000, updated_at="2026-03-02T00:00:00Z"),
        order(2001, test=True),
        order(2002, financial_status="pending"),
        order(2003, financial_status="voided"),
        order(2004, source_name="pos"),
        order(2005, source_name="shopify_draft_order"),
        order(2006, source_name="3890849"),
        # brought over from another shop: it was placed long before it was created
        order(2007, processed_at="2024-12-31T23:30:00-05:00"),
        # with lines and refunds inside, one of which did not succeed
        order(
            2008,
            total_price=30.5,
            line_items=[
                {"id": 91, "name": "Mug", "quantity": 3, "price": "10.00", "total_discount": "2.5"},
                {"id": 92, "name": "Card", "quantity": 1, "price": "3.00", "total_discount": "0"},
            ],
            refunds=[
                {"id": 71, "created_at": "2026-03-30T10:00:00-04:00", "transactions": [
                    {"kind": "refund", "status": "success", "amount": "10.00"},
                    {"kind": "refund", "status": "failure", "amount": "10.00"},
                ]},
                {"id": 72, "created_at": "2026-03-31T10:00:00-04:00", "transactions": [
                    {"kind": "refund", "status": "success", "amount": "0.50"},
                ]},
            ],
        ),
        # what cannot be accepted
        order(2010, total_price="twenty"),
        order(2011, created_at=None),
        {**order(2012), "id": None},
    ]  # fmt: skip
    # as GraphQL names it
    graphql = order(
        2009, total_price_set={"shop_money": {"amount": "99.99", "currency_code": "USD"}}
    )
    for column in ("total_price", "currency", "financial_status", "checkout_token"):
        del graphql[column]
    graphql.update(
        id="gid://shopify/Order/5000000002009",
        currency_code="usd",
        display_financial_status="PARTIALLY_REFUNDED",
    )
    return orders + [graphql]


def order_lines():
    """The columns of a warehouse; ids of orders went through a data frame."""
    lines = [
        {"id": 100 + i, "order_id": f"{5_000_000_001_000 + i % 50}.0",
         "product_id": 7000 + i % 5, "sku": f"s{i % 5}",
         "title": f"Shirt {i % 5}", "quantity": 1, "price": "10.00", "total_discount": "0.00"}
        for i in range(70)
    ]  # fmt: skip
    lines += [
        {**lines[3]},  # delivered twice
        {**lines[4], "id": 400, "order_id": "5000000009999"},  # of an order that is not there
        {**lines[5], "id": 401, "quantity": "some"},
        {**lines[6], "id": 402, "order_id": None},
    ]
    return lines


def refunds():
    """Payments of orders: only those paid back are refunds."""
    paid = {"order_id": 5_000_000_001_001, "kind": "sale", "status": "success", "amount": "20.00"}
    back = {**paid, "kind": "refund", "created_at": "2026-03-20T12:00:00-04:00"}
    return [
        {**paid, "id": 1},
        {**back, "id": 2, "amount": "5.00"},
        {**back, "id": 3, "amount": "2.50"},
        {**back, "id": 3, "amount": "2.50"},
        {**back, "id": 4, "status": "failure", "amount": "12.50"},
        {**back, "id": 5, "order_id": "gid://shopify/Order/5000000002009", "amount": "9.99"},
        {**back, "id": 6, "order_id": 5_000_000_009_999},
    ]


def csv_order(number, lines=1, **columns):
    """Fields of the order on its first row only, one row a line."""
    first = {
        "Name": f"#{number}",
        "Email": "somebody@example.com",
        "Financial Status": "paid",
        "Currency": "BRL",
        "Subtotal": "10.00",
        "Shipping": "5.00",
        "Taxes": "0.00",
        "Total": "15.00",
        "Created at": f"2025-10-{1 + number % 28:02} 22:09:34 -0300",
        "Shipping Zip": "'01310",
        "Payment Method": "Shopify Payments",
        "Refunded Amount": "0.00",
        "Id": 6_000_000_000_000 + number,
        "Source": "web",
        **columns,
    }
    item = {"Lineitem quantity": 1, "Lineitem name": "Hat", "Lineitem price": "10.00",
            "Lineitem sku": "'0012",
            "Lineitem discount": "0.00", "Vendor": "Hats & Co"}  # fmt: skip
    rows = [{**first, **item}]
    rows += [{"Name": first["Name"], "Email": first["Email"], **item} for _ in range(lines - 1)]
    return rows


def csv_files():
    september = [row for i in range(40) for row in csv_order(100 + i, lines=1 + i % 2)]
    september += csv_order(201, **{"Payment Method": "(for testing) Bogus Gateway"})
    september += csv_order(202, **{"Cancelled at": "2025-10-04 10:00:00 -0300"})
    # a wall-clock time, in the zone of the shop
    september += csv_order(203, **{"Created at": "2025-10-20 22:00:00"})
    september += csv_order(204, **{"Created at": "yesterday"}, lines=2)
    september += csv_order(205, Total="1,015.00", **{"Lineitem price": "1,010.00"})
    # goes on in the next file
    september += csv_order(206)
    # two more rows, of no order
    september += [
        {"Name": None, "Lineitem name": "Hat", "Lineitem quantity": 1, "Lineitem price": "10.00"}
    ]
    september += [
        {"Name": "#999", "Lineitem name": "Hat", "Lineitem quantity": 1, "Lineitem price": "10.00"}
    ]
    october = [
        {"Name": "#206", "Lineitem name": "Scarf", "Lineitem quantity": 2, "Lineitem price": "4.00"}
    ]
    # exported again, after a part was paid back
    october += csv_order(
        101, lines=2, **{"Refunded Amount": "10.00", "Financial Status": "partially_refunded"}
    )
    # a shop with the same numbers as the other one
    october += csv_order(1001)
    return september, october


def write(folder):
    folder.mkdir(parents=True)
    lines = [json.dumps(row) for row in shop_orders()]
    (folder / "orders.jsonl").write_text(
        "\n".join([*lines[:3], '{"id": 5, "name', *lines[3:]]) + "\n"
    )
    rows = [json.dumps(row) for row in refunds()]
    (folder / "refunds.jsonl").write_text("\n".join(rows) + "\n")
    with (folder / "order_lines.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(order_lines()[0]))
        writer.writeheader()
        writer.writerows(order_lines())
    for day, (name, rows) in enumerate(zip(("september", "october"), csv_files())):
        path = folder / f"orders_export_{name}.csv"
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, CSV_COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
        os.utime(path, (1_761_000_000 + day * 86_400,) * 2)
    return [
        {
            "property": "store",
            "files": {
                "orders": str(folder / "orders.jsonl"),
                "order_lines": str(folder / "order_lines.csv"),
                "refunds": str(folder / "refunds.jsonl"),
            },
        },
        {
            "property": "outlet",
            "timezone": "America/Sao_Paulo",
            "files": {"orders_csv": str(folder / "orders_export_*.csv")},
        },
    ]
