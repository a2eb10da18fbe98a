"""Two sources in a warehouse: a web shop of Segment (Parquet), an app of RudderStack (CSV)."""

import json

from helpers import write_rows

TRACKS, PAGES, APP_TRACKS, APP_SCREENS = 100, 80, 30, 20
ROWS = TRACKS + 7 + PAGES + 3 + 4 + APP_TRACKS + 3 + APP_SCREENS + 1

TIMES = {
    "original_timestamp": "timestamptz",
    "sent_at": "timestamptz",
    "received_at": "timestamptz",
    "timestamp": "timestamptz",
    "uuid_ts": "timestamptz",
}
CALL = {"id": "varchar", "anonymous_id": "varchar", "user_id": "varchar", **TIMES}
CONTEXT = {
    name: "varchar"
    for name in (
        "context_ip", "context_user_agent", "context_locale", "context_library_name",
        "context_page_url", "context_page_path", "context_page_title", "context_page_referrer",
    )
}  # fmt: skip


def call(name, number, at, /, **others):
    """A call of visitor `number`, that came two seconds after it was made."""
    return {
        "id": name,
        "anonymous_id": f"anon-{number % 15}",
        "user_id": None,
        "original_timestamp": f"{at}Z",
        "sent_at": f"{at}.500Z",
        "received_at": f"{at[:-2]}{int(at[-2:]) + 2:02}Z",
        "timestamp": f"{at}Z",
        "uuid_ts": f"{at[:-2]}59Z",
        "context_ip": "203.0.113.7",
        "context_locale": "de-DE",
        "context_library_name": "analytics.js",
        **others,
    }


def minute(i):
    return f"2026-03-{2 + i // 60:02}T09:{i % 60:02}:10"


def track(name, number, at, /, event="Product Viewed", **others):
    slug = event.lower().replace(" ", "_")
    return call(name, number, at, **{"event": slug, "event_text": event, **others})


def web_tracks():
    rows = [track(f"t{i}", i, minute(i)) for i in range(TRACKS)]
    for i in range(0, TRACKS, 10):
        rows[i].update(event="order_completed", event_text="Order Completed")
    return [
        *rows,
        # the collector got it twice
        {**rows[5], "received_at": "2026-03-02T11:00:00Z"},
        # a clock that is a day fast: only `timestamp` is corrected
        track("fast-clock", 1, "2026-03-05T08:00:00", original_timestamp="2026-03-06T08:00:00Z"),
        # stored in a phone for 18 days
        track("late", 2, "2026-03-01T07:00:00", received_at="2026-03-19T07:00:00Z"),
        # a server knows no cookie, a job not even a user
        track("server", 3, "2026-03-05T09:00:00", anonymous_id=None, user_id="user-3"),
        track("nobody", 3, "2026-03-05T09:01:00", anonymous_id=None),
        # the name as it was sent is not kept by every warehouse
        track("slug-only", 4, "2026-03-05T09:02:00", event="plan_chosen", event_text=None),
        # a time that lies a year after its receipt
        track("next-year", 4, "2027-03-05T09:03:00", received_at="2026-03-05T09:03:00Z"),
    ]


def web_orders():
    """The table of one event: money, a list as text, columns of `tracks` again."""
    rows = [
        {
            **track(f"t{i}", i, minute(i), event="Order Completed"),
            "order_id": f"o-{i}",
            "revenue": 10.5 + i,
            "total": 99.0,
            "currency": "EUR",
            "products": json.dumps([{"sku": "a", "price": 10}]),
            "coupon": None,
        }
        for i in range(0, TRACKS, 10)
    ]
    # Segment gave the column `total` later, and filled it alone
    rows[1].update(revenue=None)
    # delivered twice as well
    return [*rows, rows[0]]


def web_pages():
    rows = [
        call(
            f"p{i}",
            i,
            minute(i).replace(":10", ":05"),
            url=f"https://www.shop.example/products/{i}?gclid=click-{i}&page=2"
            if i % 20 == 0
            else f"https://www.shop.example/products/{i}",
            path=f"/products/{i}",
            title=f"Product {i}",
            name="Product",
            category="catalogue",
            referrer="https://www.google.com/" if i % 20 == 0 else "https://www.shop.example/",
        )
        for i in range(PAGES)
    ]
    return [
        *rows,
        call("p-utm", 1, "2026-03-06T10:00:00", url="https://www.shop.example/?utm_source=news",
             referrer="https://mail.example/", context_campaign_source="newsletter",
             context_campaign_medium="email", context_campaign_name="spring"),
        call("p-sub", 2, "2026-03-06T10:00:00", url="https://shop.example/",
             referrer="https://blog.shop.example/post"),
        {**rows[7], "received_at": "2026-03-02T12:00:00Z"},
    ]  # fmt: skip


def web_identifies():
    return [
        call("i1", 1, "2026-03-03T10:00:00", user_id="user-1", email="a@example.org"),
        call("i2", 2, "2026-03-03T10:00:00", user_id="user-2"),
        # known by an address first: aliases name the user anew, twice
        call("i4", 4, "2026-03-03T10:00:00", user_id="d@example.org"),
        call("i5", 5, "2026-03-03T10:00:00"),
    ]


ALIASES = [
    call("x1", 4, "2026-03-04T10:00:00", previous_id="d@example.org", user_id="temporary-4"),
    call("x2", 4, "2026-03-04T11:00:00", previous_id="temporary-4", user_id="user-4"),
    # an anonymous id that never made an identify call
    call("x3", 6, "2026-03-04T12:00:00", previous_id="anon-6", user_id="user-6"),
]


def app_call(name, number, at, /, **others):
    """RudderStack: a session id, its channel, and no `uuid_ts`."""
    row = {
        **call(name, number, at),
        "anonymous_id": f"phone-{number % 6}",
        "channel": "mobile",
        "context_session_id": 1772000000 + number,
        "context_os_name": "iOS",
    }
    del row["uuid_ts"]
    return {**row, **others}


def app_tracks():
    rows = [
        app_call(f"r{i}", i, minute(i), event="level_done", event_text="level_done")
        for i in range(APP_TRACKS)
    ]
    bad_time = {**rows[3], "id": "bad-time", "timestamp": "yesterday"}
    # without an offset a time is that of UTC
    bare_time = {**rows[4], "id": "bare-time", "timestamp": "2026-03-02 23:30:00"}
    no_name = {**rows[5], "id": "no-name", "event": "", "event_text": ""}
    return [*rows, bad_time, bare_time, no_name]


def app_levels():
    return [
        {"id": f"r{i}", "received_at": minute(i), "level": i, "_order": "first"}
        for i in range(0, APP_TRACKS, 3)
    ]


def app_screens():
    rows = [app_call(f"s{i}", i, minute(i), name="Home") for i in range(APP_SCREENS)]
    # an empty cell is no session
    return [*rows, app_call("s-text", 1, minute(5), name="Home", context_session_id="")]


def write(folder):
    web = {**CALL, **CONTEXT}
    event = {"event": "varchar", "event_text": "varchar"}
    order = {
        "order_id": "varchar", "revenue": "double", "total": "double", "currency": "varchar",
        "products": "varchar", "coupon": "varchar",
    }  # fmt: skip
    page = {name: "varchar" for name in (
        "url", "path", "title", "name", "category", "referrer", "context_campaign_source",
        "context_campaign_medium", "context_campaign_name",
    )}  # fmt: skip
    app = {name: "varchar" for name in (
        "id", "anonymous_id", "user_id", "original_timestamp", "sent_at", "received_at",
        "timestamp", "channel", "context_session_id", "context_os_name", "context_ip",
    )}  # fmt: skip
    for name, rows, columns in (
        ("web/tracks.parquet", web_tracks(), {**web, **event}),
        ("web/order_completed.parquet", web_orders(), {**CALL, **event, **order}),
        ("web/pages.parquet", web_pages(), {**web, **page}),
        ("web/identifies.parquet", web_identifies(), {**CALL, "email": "varchar"}),
        ("web/aliases.parquet", ALIASES, {**CALL, "previous_id": "varchar"}),
        ("app/tracks.csv", app_tracks(), {**app, **event}),
        ("app/level_done.csv", app_levels(), {"id": "varchar", "received_at": "varchar",
                                              "level": "varchar", "_order": "varchar"}),
        ("app/screens.csv", app_screens(), {**app, "name": "varchar"}),
    ):  # fmt: skip
        write_rows(folder / name, rows, columns)
    return [
        {
            "property": "web",
            "files": {
                "tracks": str(folder / "web/tracks.parquet"),
                "pages": str(folder / "web/pages.parquet"),
                "identifies": str(folder / "web/identifies.parquet"),
                "event_tables": [str(folder / "web/order_completed.parquet")],
                "aliases": str(folder / "web/aliases.parquet"),
            },
        },
        {
            "property": "app",
            "files": {
                "tracks": str(folder / "app/tracks.csv"),
                "screens": str(folder / "app/screens.csv"),
                "event_tables": str(folder / "app/level_done.csv"),
            },
        },
    ]
