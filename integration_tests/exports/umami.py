"""Umami: ClickHouse as CSV (with what Umami Cloud exports) and PostgreSQL as JSON lines."""

from clickhouse_dump import write_csv, write_lines

ROWS = 215

SITE = "0a1b2c3d-0000-4000-8000-000000000001"
SHOP = "0a1b2c3d-0000-4000-8000-000000000002"


def uuid(kind, number):
    """v visitor, s visit, e event: readable, and a UUID."""
    return f"{'abcdef'['vse'.index(kind)] * 8}-0000-4000-8000-{number:012}"


def event(number, created_at, visitor, name=None, **changes):
    return {
        "website_id": SITE,
        "session_id": uuid("v", visitor),
        "visit_id": uuid("s", visitor),
        "event_id": uuid("e", number),
        "hostname": "www.site.example",
        "browser": "firefox",
        "os": "Mac OS",
        "device": "laptop",
        "screen": "1440x900",
        "language": "de-DE",
        "country": "DE",
        "region": "DE-BE",
        "city": "Berlin",
        "url_path": "/",
        "url_query": "",
        "utm_source": "",
        "utm_medium": "",
        "utm_campaign": "",
        "utm_content": "",
        "utm_term": "",
        "referrer_path": "",
        "referrer_query": "",
        "referrer_domain": "",
        "page_title": "Home",
        "gclid": "",
        "fbclid": "",
        "msclkid": "",
        "ttclid": "",
        "li_fat_id": "",
        "twclid": "",
        "event_type": 2 if name else 1,
        "event_name": name or "",
        "tag": "",
        "distinct_id": "",
        "created_at": created_at,
        "job_id": None,
        **changes,
    }


def data(number, key, data_type, string_value, number_value=None, date_value=None):
    return {
        "website_id": SITE,
        "session_id": uuid("v", 1),
        "event_id": uuid("e", number),
        "url_path": "/",
        "event_name": "checkout",
        "data_key": key,
        "string_value": string_value,
        "number_value": number_value,
        "date_value": date_value,
        "data_type": data_type,
        "created_at": "2026-03-02 08:00:00",
        "job_id": None,
    }


def site_events():
    """Two dumps of ClickHouse; the second repeats an event of the first and brings a late one."""
    bulk = [
        event(
            i,
            f"2026-03-01 {8 + i // 60:02}:{i % 60:02}:00",
            i % 25,
            name="signup" if i % 10 == 9 else None,
            url_path=f"/pages/{i % 5}",
        )
        for i in range(200)
    ]
    first = [
        *bulk,
        event(201, "2026-03-02 08:00:00", 1, name="checkout", tag="A", distinct_id="customer-7"),
        event(
            202,
            "2026-03-02 08:00:01",
            30,
            url_path="/landing#top",
            url_query="utm_source=ads&gclid=G1",
            utm_source="ads",
            utm_medium="cpc",
            utm_campaign="spring",
            gclid="G1",
            referrer_domain="search.example",
            referrer_path="/find",
            referrer_query="q=shoes",
        ),
        event(203, "2026-03-02 08:00:02", 30, referrer_domain="friend.example"),
        event(204, "2026-03-02 08:00:03", 31, event_type=3, url_path="/go"),
        event(205, "2026-03-02 08:00:04", 31, event_type=5),
        event(206, "2026-03-02 08:00:05", 31, event_type=2),  # a custom event without a name
        event(207, "02.03.2026 08:00", 31),
        event(208, "2026-03-02 08:00:06", 32, session_id=None, visit_id=None),
        event(209, "2026-03-02 08:00:07", 1, name="checkout"),
    ]
    second = [dict(first[0]), event(210, "2026-02-27 23:59:59", 33, url_path="/late")]
    return first, second


def write(folder):
    folder.mkdir(parents=True)
    first, second = site_events()
    event_data = [
        data(201, "revenue", 2, "49.9000", "49.9"),
        data(201, "currency", 1, "eur"),
        data(201, "items", 2, "3.0000", "3"),
        data(201, "gift", 3, "true"),
        data(201, "deliver_at", 4, "2026-03-05T09:30:00.000Z", None, "2026-03-05 09:30:00"),
        data(201, "skus", 5, '["a","b"]'),
        data(201, "note", 1, 'it\'s "new"'),
        data(201, "items", 2, "3.0000", "3"),  # dumped twice
        data(209, "revenue", 1, "a lot"),
    ]
    # PostgreSQL: no device on the event, a zone in the time, an older version without campaigns.
    shop = [
        {
            "website_id": SHOP,
            "session_id": uuid("v", 90),
            "visit_id": uuid("s", 90),
            "event_id": uuid("e", 901),
            "created_at": "2026-07-01 12:00:00.123+02",
            "url_path": "/cart",
            "url_query": None,
            "referrer_domain": None,
            "event_type": 2,
            "event_name": "add_to_cart",
        },
        {
            "website_id": SHOP,
            "session_id": uuid("v", 91),
            "visit_id": uuid("s", 91),
            "event_id": uuid("e", 902),
            "created_at": "2026-07-01T12:00:00.5+00:00",
            "url_path": "/",
            "url_query": "x=1&utm_source=mail&utm_medium=email&gclid=G9",
            "event_type": "1",
        },
        '{"website_id": "0a1b2c3d", "session',
        {
            "website_id": SHOP,
            "session_id": uuid("v", 91),
            "visit_id": uuid("s", 91),
            "event_id": uuid("e", 903),
            "created_at": "2099-01-01 00:00:00+00",
            "url_path": "/",
            "event_type": 1,
        },
    ]
    shop_data = [
        {
            "website_event_id": uuid("e", 901),
            "data_key": "price",
            "string_value": "12.5000",
            "number_value": 12.5,
            "date_value": None,
            "data_type": 2,
        }
    ]
    sessions = [
        {
            "session_id": uuid("v", 90),
            "browser": "chrome",
            "os": "Android OS",
            "device": "mobile",
            "country": "AT",
            "region": "AT-9",
            "distinct_id": "customer-9",
        }
    ]
    return [
        {
            "property": "site",
            "files": {
                "website_event": [
                    write_csv(folder / "website_event_1.csv", first),
                    write_csv(folder / "website_event_2.csv", second),
                ],
                "event_data": write_csv(folder / "event_data.csv", event_data),
            },
        },
        {
            "property": "shop",
            "files": {
                "website_event": write_lines(folder / "shop_website_event.jsonl", shop),
                "event_data": write_lines(folder / "shop_event_data.jsonl", shop_data),
                "session": write_lines(folder / "shop_session.jsonl", sessions),
            },
        },
    ]
