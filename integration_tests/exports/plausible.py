"""Plausible: dumps of events_v2 and sessions_v2 in three formats, and the CSV export."""

from clickhouse_dump import write_csv, write_lines, write_parquet

ROWS = 219

# A FixedString without a value.
NO_CODE = "\0\0"
# Larger than a signed integer can be.
FIRST_VISITOR = 17_446_744_073_709_551_000


def event(name, timestamp, visitor, **changes):
    return {
        "name": name,
        "site_id": 1,
        "hostname": "shop.example",
        "pathname": "/",
        "user_id": FIRST_VISITOR + visitor,
        "session_id": 9_000_000_000_000_000_000 + visitor,
        "timestamp": timestamp,
        "meta.key": [],
        "meta.value": [],
        "scroll_depth": 255,
        "engagement_time": 0,
        "revenue_source_amount": None,
        "revenue_source_currency": NO_CODE + "\0",
        "revenue_reporting_amount": None,
        "revenue_reporting_currency": NO_CODE + "\0",
        "referrer": "",
        "referrer_source": "",
        "click_id_param": "",
        "utm_medium": "",
        "utm_source": "",
        "utm_campaign": "",
        "utm_content": "",
        "utm_term": "",
        "country_code": "DE",
        "subdivision1_code": "DE-BE",
        "subdivision2_code": "",
        "city_geoname_id": 2950159,
        "screen_size": "Desktop",
        "operating_system": "Mac",
        "operating_system_version": "14.2",
        "browser": "Firefox",
        "browser_version": "128.0",
        "transferred_from": "",
        **changes,
    }


def session(visitor, sign, **changes):
    return {
        "site_id": 1,
        "user_id": FIRST_VISITOR + visitor,
        "session_id": 9_000_000_000_000_000_000 + visitor,
        "start": "2026-03-01 10:00:00",
        "timestamp": "2026-03-01 10:00:00",
        "duration": 0,
        "is_bounce": 1,
        "entry_page": "/",
        "exit_page": "/",
        "hostname": "shop.example",
        "exit_page_hostname": "shop.example",
        "pageviews": 1,
        "events": 1,
        "sign": sign,
        "entry_meta.key": ["plan"],
        "entry_meta.value": ["it's free"],
        "utm_source": "spring-mail",
        "utm_medium": "email",
        "country_code": NO_CODE,
        "acquisition_channel": "Email",
        **changes,
    }


def goal(date, name, visitors, events, path=""):
    return {
        "date": date,
        "name": name,
        "link_url": "",
        "path": path,
        "visitors": visitors,
        "events": events,
    }


def shop_events():
    """CSV of two days; the second dump repeats an hour of the first."""
    bulk = [
        event(
            ["pageview", "engagement", "Add to cart"][i % 3],
            f"2026-03-01 10:{i % 60:02}:{i // 60:02}",
            i % 20,
            pathname=f"/products/{i % 7}",
            scroll_depth=60 if i % 3 == 1 else 255,
            engagement_time=4200 if i % 3 == 1 else 0,
        )
        for i in range(198)
    ]
    view = event("pageview", "2026-03-01 12:00:00", 30, pathname="/twice")
    tricky = event(
        "Signup",
        "2026-03-01 12:00:01",
        31,
        **{
            "meta.key": ["plan", "quote", "path", "utm_term"],
            "meta.value": ["it's, free", 'say "hi"', "C:\\new\\", "[own]"],
        },
    )
    shared = event("pageview", "2026-03-01 23:59:59", 32, pathname="/shared")
    first = [
        *bulk,
        view,
        dict(view),  # two tabs in one second
        tricky,
        shared,
        event("pageview", "2026-03-01 12:00:02", 33, country_code=NO_CODE, city_geoname_id=0),
        event("pageview", "2026-03-01 12:00:03", 33, country_code="ZZ"),
        event(
            "Purchase",
            "2026-03-01 12:00:04",
            34,
            revenue_source_amount="20.5",
            revenue_source_currency="USD",
            revenue_reporting_amount="18.9",
            revenue_reporting_currency="EUR",
        ),
        event(
            "Purchase",
            "2026-03-01 12:00:05",
            34,
            revenue_source_amount="7",
            revenue_source_currency="GBP",
        ),
        event("Purchase", "2026-03-01 12:00:06", 34, revenue_source_amount="n/a"),
        event("pageview", "2026-03-01 12:00:07", 35, utm_source="news", referrer_source="Google"),
        event("pageview", "2026-03-01 12:00:08", 38, utm_source="", referrer_source="Google"),
        event("", "2026-03-01 12:00:09", 36),
        event("pageview", "1 March 2026", 36),
        event("pageview", "2099-01-01 00:00:00", 36),
    ]
    second = [
        dict(shared),
        event("pageview", "2026-02-28 23:00:00", 37, pathname="/late"),
    ]
    return first, second


def write(folder):
    folder.mkdir(parents=True)
    first, second = shop_events()
    sessions = [
        session(0, 1),
        session(0, -1),
        session(0, 1, timestamp="2026-03-01 10:05:00", duration=300, is_bounce=0, pageviews=2,
                events=4, exit_page="/products/1"),
        session(1, 1),
        session(2, 1),
        session(2, -1),
    ]  # fmt: skip
    # As older versions: no scroll depth, no revenue; as ClickHouse writes JSONEachRow by default.
    blog = [
        {
            "name": "pageview",
            "site_id": "2",
            "hostname": "blog.example",
            "pathname": "/hello?x=1",
            "user_id": str(FIRST_VISITOR + 99),
            "session_id": "77",
            "timestamp": "2026-07-01 12:00:00",  # a server in Berlin
            "meta.key": ["author", "tags"],
            "meta.value": ["Zoë", '["a","b"]'],
            "country_code": NO_CODE,
        },
        '{"name": "pageview", "site_id": "2", "timest',
        {"name": "pageview", "site_id": "2", "user_id": 0, "timestamp": "2026-07-01 12:00:01"},
    ]
    archive = [
        {
            "name": "pageview",
            "site_id": 3,
            "user_id": FIRST_VISITOR + 5,
            "session_id": 5,
            "timestamp": 1772366400,  # noon
            "meta.key": ["plan"],
            "meta.value": ["pro"],
            "country_code": "US",
        },
        {
            "name": "pageview",
            "site_id": 3,
            "user_id": FIRST_VISITOR + 5,
            "session_id": 5,
            "timestamp": 1772366401,
            "meta.key": [],
            "meta.value": [],
            "country_code": NO_CODE,
        },
    ]
    types = {
        "name": "varchar", "site_id": "ubigint", "user_id": "ubigint", "session_id": "ubigint",
        "timestamp": "uinteger", "meta.key": "varchar[]", "meta.value": "varchar[]",
        "country_code": "blob",
    }  # fmt: skip
    goals = [
        goal("2026-03-01", "Signup", visitors=4, events=5),
        goal("2026-03-01", "404", visitors=1, events=2, path="/gone"),
        goal("2026-03-02", "Signup", visitors=1, events=1),
    ]
    later = [dict(goals[2], visitors=3, events=4)]
    return [
        {
            "property": "shop",
            "files": {
                "events_v2": [
                    write_csv(folder / "events_2026-03-01.csv", first),
                    write_csv(folder / "events_2026-03-02.csv", second),
                ],
                "sessions_v2": write_csv(folder / "sessions_v2.csv", sessions),
                "imported_custom_events": [
                    write_csv(folder / "imported_custom_events_20260301_20260302.csv", goals),
                    write_csv(folder / "imported_custom_events_20260302_20260303.csv", later),
                ],
            },
        },
        {
            "property": "blog",
            "timezone": "Europe/Berlin",
            "files": write_lines(folder / "blog.jsonl", blog),
        },
        {
            "property": "archive",
            "files": write_parquet(folder / "archive.parquet", archive, types),
        },
    ]
