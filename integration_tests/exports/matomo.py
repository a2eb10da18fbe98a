"""Matomo, both ways in: dumps of the log tables of a shop, two answers of its Live API, and the log
tables of a kiosk without cookies, whose dump has only the columns that must be there."""

import csv
import json

import duckdb

# What pages, titles and other names are called: idaction: (name, type, url_prefix).
NAMES = {
    1: ("shop.example/", 1, 2),
    2: ("shop.example/pricing?plan=pro&x=1", 1, 3),
    3: ("shop.example/old", 1, 0),
    4: ("shop.example/older", 1, 1),
    5: ('<script>alert("title")</script>', 4, None),
    6: ("{{ 7 * 7 }} {% raw %}", 4, None),
    10: ("Video", 10, None),
    11: ("Play &amp; pause", 11, None),
    12: ("&lt;intro&gt;", 12, None),
    13: ("https://shop.example/files/guide.pdf", 3, None),
    14: ("https://partner.example/?a=1&amp;b=2", 2, None),
    15: ("red shoes", 8, None),
    16: ("Banner", 13, None),
    17: ("/banner.jpg", 14, None),
    18: ("https://shop.example/sale", 15, None),
    19: ("click", 16, None),
    20: ("SKU-1", 5, None),
    21: ('Shoe "Ultra"', 6, None),
    22: ("Shoes", 7, None),
    23: ("Sale", 7, None),
    24: ("SKU-2", 5, None),
    25: ("Sock", 6, None),
}

# Visits 1 to 60: three pages each.
PLAIN_VISITS = [
    {
        "idvisit": i,
        "idsite": 1 + i % 2,
        "idvisitor": f"{i:016x}",
        "visit_first_action_time": f"2026-03-{1 + i % 28:02} 10:00:00",
        "visit_last_action_time": f"2026-03-{1 + i % 28:02} 10:10:00",
        "referer_type": 1,
        "config_device_type": 0,
        "config_os": "WIN",
        "config_browser_name": "FF",
        "location_country": "de",
    }
    for i in range(1, 61)
]
ANN = {
    "idvisit": 100,
    "idsite": 1,
    "idvisitor": "c0ffee0000000022",
    "visit_last_action_time": "2026-03-05 09:00:00",
    "location_ip": "0a000000",
    "referer_type": 2,
    "referer_name": "Google",
    "referer_keyword": "shoes",
    "referer_url": "https://www.google.com/",
    "config_device_type": 10,
    "config_os": "IOS",
    "config_browser_name": "MF",
    "location_country": "fr",
    "location_city": "Lyon",
    "location_browser_lang": "fr-fr",
    "visitor_returning": 1,
    "custom_dimension_1": "member",
    "custom_var_k2": "Plan",
    "custom_var_v2": "pro",
}
TRAFFIC = [
    {"idvisit": 101, "referer_type": 6, "referer_name": "spring-sale"},
    {
        "idvisit": 102,
        "referer_type": 6,
        "referer_name": "spring-sale",
        "campaign_name": "Spring",
        "campaign_source": "newsletter",
        "campaign_medium": "email",
    },
    {"idvisit": 103, "referer_type": 7, "referer_name": "Facebook"},
    {"idvisit": 104, "referer_type": 3, "referer_name": "blog.example"},
    {"idvisit": 105, "referer_type": 8, "referer_name": "ChatGPT"},
]
TRAFFIC = [
    {
        "idsite": 1,
        "idvisitor": f"{visit['idvisit']:016x}",
        "config_os": "UNK",
        "location_country": "xx",
        **visit,
    }
    for visit in TRAFFIC
]

PLAIN_ACTIONS = [
    {
        "idlink_va": 3 * visit["idvisit"] + page,
        "idvisit": visit["idvisit"],
        "idsite": visit["idsite"],
        "idvisitor": visit["idvisitor"],
        "server_time": f"2026-03-{1 + visit['idvisit'] % 28:02} 10:{5 * page:02}:00",
        "idaction_url": 1 + (visit["idvisit"] + page) % 4,
        "idaction_name": 5 + page % 2,
        "idaction_url_ref": 0,
    }
    for visit in PLAIN_VISITS
    for page in range(3)
]
# Ann's visit: all of one second but the last. Her actions carry an id that her visit no longer has.
ANN_ACTIONS = [
    {
        "idlink_va": 1001,
        "idaction_url": 2,
        "idaction_name": 5,
        "custom_var_k1": 'Cat"egory',
        "custom_var_v1": "A",
    },
    {
        "idlink_va": 1002,
        "idaction_url": 2,
        "idaction_name": 12,
        "idaction_event_category": 10,
        "idaction_event_action": 11,
        "custom_float": 9.5,
    },
    {"idlink_va": 1003, "idaction_url": 13, "idaction_url_ref": 2},
    {"idlink_va": 1004, "idaction_url": 14, "idaction_url_ref": 2},
    {"idlink_va": 1005, "idaction_name": 15, "search_cat": "shoes", "search_count": 3},
    {
        "idlink_va": 1006,
        "idaction_url": 1,
        "idaction_content_name": 16,
        "idaction_content_piece": 17,
    },
    {
        "idlink_va": 1007,
        "idaction_url": 1,
        "idaction_content_name": 16,
        "idaction_content_piece": 17,
        "idaction_content_target": 18,
        "idaction_content_interaction": 19,
    },
    {
        "idlink_va": 1008,
        "idaction_url": 1,
        "idaction_product_sku": 20,
        "idaction_product_name": 21,
        "idaction_product_cat": 22,
        "idaction_product_cat2": 23,
        "product_price": 49.9,
    },
    # a tool that keeps numbers among nulls as fractions
    {
        "idlink_va": "1009.0",
        "idvisit": "100.0",
        "idaction_url": "3.0",
        "server_time": "2026-03-05 09:00:01",
    },
]
ANN_ACTIONS = [
    {
        "idvisit": 100,
        "idsite": 1,
        "idvisitor": "0X00000000000000AA",
        "server_time": "2026-03-05 09:00:00",
        "custom_dimension_1": "blog",
        **action,
    }
    for action in ANN_ACTIONS
]
OTHER_ACTIONS = [
    *(
        {
            "idlink_va": 1000 + visit["idvisit"],
            "idvisit": visit["idvisit"],
            "idaction_url": 1,
            "server_time": "2026-03-06 12:00:00",
        }
        for visit in TRAFFIC
    ),
    # deleted from log_visit, but not from here
    {
        "idlink_va": 1201,
        "idvisit": 999,
        "idsite": 1,
        "idvisitor": "0x00000000000000BB",
        "idaction_url": 1,
    },
    {"idlink_va": 1202, "idvisit": 998, "idsite": 1, "idvisitor": "NULL", "idaction_url": 1},
    {
        "idlink_va": 1203,
        "idvisit": 100,
        "idsite": 1,
        "idaction_url": 1,
        "server_time": "0000-00-00 00:00:00",
    },
    {
        "idlink_va": 1204,
        "idvisit": 100,
        "idsite": 1,
        "idaction_url": 1,
        "server_time": "2099-01-01 00:00:00",
    },
    # came a month late
    {
        "idlink_va": 1205,
        "idvisit": 60,
        "idsite": 1,
        "idaction_url": 1,
        "server_time": "2026-02-01 00:00:00",
    },
]
OTHER_ACTIONS = [{"server_time": "2026-03-07 00:00:00", **action} for action in OTHER_ACTIONS]

ORDER = {
    "idvisit": 100,
    "idsite": 1,
    "idvisitor": "c0ffee0000000022",
    "server_time": "2026-03-05 09:00:00",
}
CONVERSIONS = [
    {
        **ORDER,
        "idgoal": 1,
        "buster": 11,
        "idlink_va": 1001,
        "revenue": 5,
        "url": "https://www.shop.example/pricing",
    },
    {
        **ORDER,
        "idgoal": 1,
        "buster": 22,
        "idlink_va": 1001,
        "revenue": 5,
        "url": "https://www.shop.example/pricing",
    },
    {**ORDER, "idgoal": 2, "buster": 0, "idlink_va": 1002, "revenue": 0, "idaction_url": 2},
    {
        **ORDER,
        "idgoal": 0,
        "buster": 77,
        "idorder": "ORD-1",
        "items": 3,
        "revenue": 109.9,
        "revenue_subtotal": 99.9,
        "revenue_tax": 10,
        "referer_type": 6,
        "referer_name": "last-month",
        "custom_dimension_1": "gold",
    },
    {
        **ORDER,
        "idvisit": 1,
        "idsite": 2,
        "idgoal": 0,
        "buster": 78,
        "idorder": "ORD-1",
        "revenue": 20,
    },
    {
        **ORDER,
        "idvisit": 2,
        "idsite": 1,
        "idgoal": 0,
        "buster": 79,
        "idorder": "ORD-2",
        "revenue": "n/a",
    },
    {
        **ORDER,
        "idgoal": -1,
        "buster": 0,
        "items": 1,
        "revenue": 4.5,
        "server_time": "2026-03-05 09:00:01",
    },
    {**ORDER, "idgoal": "", "buster": 0},
]
ITEM = {
    "idsite": 1,
    "idvisit": 100,
    "idorder": "ORD-1",
    "server_time": "2026-03-05 09:00:00",
    "deleted": 0,
}
ITEMS = [
    {
        **ITEM,
        "idaction_sku": 20,
        "idaction_name": 21,
        "idaction_category": 22,
        "idaction_category2": 23,
        "price": 49.9,
        "quantity": 2,
    },
    {
        **ITEM,
        "idaction_sku": 24,
        "idaction_name": 25,
        "idaction_category": 0,
        "price": 0.1,
        "quantity": 1,
    },
    {**ITEM, "idaction_sku": 12, "idaction_name": 25, "price": 3, "quantity": 1, "deleted": 1},
    {**ITEM, "idorder": "0", "idaction_sku": 24, "idaction_name": 25, "price": 4.5, "quantity": 1},
    # the same cart in an older dump
    {
        **ITEM,
        "idorder": "0",
        "idaction_sku": 24,
        "idaction_name": 25,
        "price": 1,
        "quantity": 9,
        "server_time": "2026-03-05 08:59:00",
    },
]
GOALS = [
    (1, 1, "<script>alert(1)</script>", "url", "/pricing", "contains", 0, 1, 5, 0),
    (1, 2, "{{ 7 * 7 }} intro's", "event_name", "<intro>", "exact", 0, 0, 0, 0),
    (1, 3, "Called us", "manually", "", "", 0, 0, 0, 0),
    (1, 4, "Guide", "file", "guide.PDF", "contains", 1, 0, 0, 1),
    (1, 5, "Stayed", "visit_duration", "300", "greater_than", 0, 0, 0, 0),
    (2, 1, "Called us", "title", "a.b|c", "regex", 0, 0, 0, 0),
]

LIVE_VISIT = {
    "idSite": "1",
    "idVisit": "5001",
    "visitorId": "00000000000000CC",
    "userId": "bob",
    "visitIp": "10.0.0.0",
    "siteCurrency": "EUR",
    "serverDate": "2026-03-06",
    "lastActionTimestamp": 1772751600,
    "firstActionTimestamp": "1772751000",
    "referrerType": "website",
    "referrerName": "blog.example",
    "referrerUrl": "https://blog.example/post",
    "deviceType": "Smartphone",
    "operatingSystemName": "Android",
    "browserName": "Chrome Mobile",
    "countryCode": "at",
    "country": "Austria",
    "city": None,
    "visitCount": "3",
    "visitorType": "returning",
    "dimension3": "trial",
    "customVariables": {"2": {"customVariableName2": "Plan", "customVariableValue2": "free"}},
}
# 1772751000 is 2026-03-05 22:50 UTC; in Vienna it is 23:50, and ten minutes later the next day
BOB_ACTIONS = [
    {
        "type": "action",
        "url": "https://www.shop.example/pricing",
        "pageTitle": "<b>Prices</b>",
        "pageId": "6001",
        "timestamp": "1772751000",
        "serverTimePretty": "Mar 5, 2026 23:50:00",
        "pageviewPosition": "1",
        "timeSpent": 60,
        "dimension4": "x",
        "customVariables": {
            "1": {"customVariablePageName1": "Section", "customVariablePageValue1": "prices"}
        },
        "iconSVG": "plugins/Morpheus/images/action.svg",
    },
    {
        "type": "event",
        "pageId": 6002,
        "eventCategory": "Video",
        "eventAction": "Play",
        "eventName": "intro",
        "eventValue": 1.5,
        "url": "https://www.shop.example/pricing",
        "timestamp": 1772751000,
    },
    {
        "type": "search",
        "pageId": 6003,
        "siteSearchKeyword": "socks",
        "siteSearchCount": None,
        "timestamp": 1772751001,
    },
    {"type": "outlink", "pageId": 6004, "url": "https://partner.example/", "timestamp": 1772751002},
    {
        "type": "download",
        "pageId": 6005,
        "url": "https://shop.example/guide.pdf",
        "timestamp": 1772751003,
    },
    {
        "type": "13",
        "pageId": 6006,
        "contentName": "Banner",
        "contentPiece": "b.jpg",
        "timestamp": 1772751004,
    },
    {
        "type": "goal",
        "goalId": "3",
        "goalName": "Called us",
        "goalPageId": "6001",
        "revenue": "0",
        "timestamp": 1772751005,
    },
    {
        "type": "ecommerceOrder",
        "orderId": "ORD-9",
        "revenue": "12.50",
        "revenueTax": 2,
        "items": "1",
        "itemDetails": [
            {
                "itemSKU": "SKU-2",
                "itemName": "Sock, long",
                "itemCategory": "Legs",
                "price": 12.5,
                "quantity": "1",
                "categories": ["Legs"],
            }
        ],
        "timestamp": 1772751300,
    },
    {
        "type": "ecommerceAbandonedCart",
        "revenue": 3,
        "items": 1,
        "itemDetails": [],
        "timestamp": 1772751600,
    },
]
LATER = {
    "type": "action",
    "url": "https://shop.example/",
    "pageId": "6007",
    "timestamp": 1772752000,
}
LIVE_PAGES = [
    [
        {**LIVE_VISIT, "actionDetails": BOB_ACTIONS},
        {**LIVE_VISIT, "idVisit": "5002", "actionDetails": []},
        # Ann's event once more: it is in the tables too
        {**LIVE_VISIT, "idVisit": "100", "actionDetails": [{**BOB_ACTIONS[1], "pageId": "1002"}]},
    ],
    # the visit went on, and was asked for again
    [
        {**LIVE_VISIT, "actionDetails": [*BOB_ACTIONS, LATER]},
        {**LIVE_VISIT, "idVisit": "5003", "actionDetails": [{"type": "action"}, "no object"]},
    ],
]

KIOSK_VISITS = [{"idvisit": i, "idvisitor": f"\\x{i:016X}"} for i in range(1, 6)]
KIOSK_ACTIONS = [
    {
        "idlink_va": 1000 + i,
        "idvisit": 1 + i % 5,
        "server_time": f"2026-04-0{1 + i % 5} 08:00:00",
        "idaction_url": 1,
    }
    for i in range(10)
]
KIOSK_NAMES = [{"idaction": 1, "name": "kiosk.example/start", "type": 1, "url_prefix": None}]

# Both dumps of the log tables have Ann's first action, the first one before there was a custom
# dimension, and her first conversion. A line of the kiosk is broken.
FIRST_ACTION = {key: value for key, value in ANN_ACTIONS[0].items() if key != "custom_dimension_1"}
ACTION_DUMPS = [[*PLAIN_ACTIONS, FIRST_ACTION], ANN_ACTIONS + OTHER_ACTIONS]
CONVERSION_DUMPS = [CONVERSIONS, CONVERSIONS[:1]]
LIVE_ROWS = sum(len(visit["actionDetails"]) or 1 for page in LIVE_PAGES for visit in page)
ROWS = sum(map(len, ACTION_DUMPS + CONVERSION_DUMPS)) + LIVE_ROWS + len(KIOSK_ACTIONS) + 1


def write_csv(path, rows):
    """Only the columns that these rows have; a null is what MySQL writes for it."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval=r"\N")
        writer.writeheader()
        writer.writerows(
            {column: r"\N" if value is None else value for column, value in row.items()}
            for row in rows
        )


def write_lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_visits(path, rows):
    """Times are timestamps, the rest is text; ids as hex() writes them."""
    lines = path.with_suffix(".lines")
    write_lines(lines, rows)
    names = dict.fromkeys(name for row in rows for name in row)
    columns = ", ".join(f"{name}: 'varchar'" for name in names)
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select * replace (
                    upper(idvisitor) as idvisitor,
                    cast(visit_last_action_time as timestamp) as visit_last_action_time
                )
                from read_json('{lines}', format = 'newline_delimited', columns = {{{columns}}})
            ) to '{path}' (format parquet)
        """)
    lines.unlink()


def write(folder):
    shop, kiosk = folder / "shop", folder / "kiosk"
    shop.mkdir(parents=True)
    kiosk.mkdir()
    # the first dump is older: Ann had not logged in then
    before = {**ANN, "visit_last_action_time": "2026-03-05 08:00:00", "user_id": None}
    write_visits(shop / "log_visit_1.parquet", [*PLAIN_VISITS, before])
    write_visits(shop / "log_visit_2.parquet", [{**ANN, "user_id": "ann@example.org"}, *TRAFFIC])
    for number, rows in enumerate(ACTION_DUMPS, start=1):
        write_csv(shop / f"matomo_log_link_visit_action_{number}.csv", rows)
    for number, rows in enumerate(CONVERSION_DUMPS, start=1):
        write_csv(shop / f"conversions_{number}.csv", rows)
    names = [
        {"idaction": key, "name": name, "type": kind, "url_prefix": prefix, "hash": 7 * key}
        for key, (name, kind, prefix) in NAMES.items()
    ]
    write_csv(shop / "log_action.csv", [*names, names[0]])
    write_csv(shop / "log_conversion_item.csv", ITEMS)
    columns = [
        "idsite", "idgoal", "name", "match_attribute", "pattern", "pattern_type", "case_sensitive",
        "allow_multiple", "revenue", "deleted",
    ]  # fmt: skip
    write_csv(shop / "goal.csv", [dict(zip(columns, goal)) for goal in GOALS])
    write_csv(
        shop / "site.csv", [{"idsite": 1, "currency": "EUR"}, {"idsite": 2, "currency": "USD"}]
    )
    for number, visits in enumerate(LIVE_PAGES, start=1):
        page = json.dumps(visits, indent=1, ensure_ascii=False)
        (shop / f"visits_{number}.json").write_text(page, encoding="utf-8")
    write_lines(kiosk / "log_visit.jsonl", KIOSK_VISITS)
    write_lines(kiosk / "log_action.jsonl", KIOSK_NAMES)
    actions = kiosk / "log_link_visit_action.jsonl"
    write_lines(actions, KIOSK_ACTIONS)
    with actions.open("a", encoding="utf-8") as file:
        file.write('{"idlink_va": 1010, "idvisit": \n')
    return [
        {
            "property": "shop",
            "files": {
                "log_visit": str(shop / "log_visit_*.parquet"),
                "log_link_visit_action": str(shop / "matomo_log_link_visit_action_*.csv"),
                "log_action": str(shop / "log_action.csv"),
                "log_conversion": str(shop / "conversions_*.csv"),
                "log_conversion_item": str(shop / "log_conversion_item.csv"),
                "goal": str(shop / "goal.csv"),
                "site": str(shop / "site.csv"),
                "live_visits": str(shop / "visits_*.json"),
            },
        },
        {
            "property": "kiosk",
            "identity_scope": "day",
            "files": {
                "log_visit": str(kiosk / "log_visit.jsonl"),
                "log_link_visit_action": str(actions),
                "log_action": str(kiosk / "log_action.jsonl"),
            },
        },
    ]
