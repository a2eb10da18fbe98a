"""Swetrix: `events` of 2026 as CSV, the tables before it as JSON lines, and what hangs on them."""

from clickhouse_dump import write_csv, write_lines, write_parquet

ROWS = 231

SHOP, OLD = "shopproject1", "oldproject01"


def event(created, kind="pageview", **changes):
    """A row of `events`; `analytics` and `customEV` have some of its columns."""
    return {
        "type": kind,
        "pid": SHOP,
        "psid": None,
        "sid": None,
        "profileId": None,
        "host": "shop.example",
        "pg": "/",
        "dv": "desktop",
        "br": "Firefox",
        "brv": "128.0",
        "os": "Linux",
        "osv": None,
        "lc": "de-DE",
        "ref": None,
        "so": None,
        "me": None,
        "ca": None,
        "te": None,
        "co": None,
        "cc": "DE",
        "rg": "Berlin",
        "rgc": "BE",
        "ct": "Berlin",
        "isp": None,
        "og": None,
        "ut": None,
        "ctp": None,
        "meta.key": [],
        "meta.value": [],
        "importID": None,
        "event_name": None,
        "eid": None,
        "error_name": None,
        "error_message": None,
        "stackTrace": None,
        "lineno": None,
        "colno": None,
        "error_filename": None,
        "dns": None,
        "tls": None,
        "conn": None,
        "response": None,
        "render": None,
        "domLoad": None,
        "pageLoad": None,
        "ttfb": None,
        "created": created,
        **changes,
    }


def legacy(row, **changes):
    """The same row in the table where it was before May 2026."""
    new = {"type", "sid", "event_name", "eid", "stackTrace", "lineno", "colno", "dns", "tls"}
    new |= {"conn", "response", "render", "domLoad", "pageLoad", "ttfb"}
    new |= {"error_name", "error_message", "error_filename"}
    kept = {key: value for key, value in row.items() if key not in new}
    return kept | ({"ev": row["event_name"]} if row["event_name"] else {}) | changes


def payment(transaction, kind, amount, synced_at, **changes):
    return {
        "pid": SHOP,
        "transaction_id": transaction,
        "provider": "stripe",
        "type": kind,
        "status": "completed",
        "amount": amount,
        "original_amount": amount,
        "original_currency": "EUR",
        "currency": "EUR",
        "profile_id": None,
        "session_id": None,
        "product_id": None,
        "product_name": "Mug",
        "metadata": "{}",
        "created": "2026-03-02 10:00:00",
        "synced_at": synced_at,
        **changes,
    }


def alias(project, anonymous, user, created):
    return {
        "pid": project,
        "anonProfileId": anonymous,
        "userProfileId": user,
        "created": created,
    }


def goal(number, name, kind, match, value, filters=None):
    return {
        "id": f"goal-{number}",
        "name": name,
        "type": kind,
        "matchType": match,
        "value": value,
        "metadataFilters": filters,
        "conditions": None,
        "active": 1,
        "projectId": SHOP,
        "created": "2026-01-01 00:00:00",
    }


def shop_events():
    bulk = [
        event(
            f"2026-03-01 {8 + i // 60:02}:{i % 60:02}:00",
            "custom_event" if i % 8 == 7 else "pageview",
            event_name="add_to_cart" if i % 8 == 7 else None,
            profileId=f"anon_{i % 20}",
            psid=1000 + i % 20,
            sid=2000 + i % 20,
            pg=f"/products/{i % 6}?ref=a",
        )
        for i in range(200)
    ]
    twice = event("2026-03-02 09:30:00", psid=505, pg="/twice")
    return [
        *bulk,
        event("2026-03-02 09:00:00", psid=501, sid=601, profileId="anon_a"),
        event(
            "2026-03-02 09:00:01",
            "custom_event",
            psid=501,
            sid=601,
            profileId="anon_a",
            event_name="signup",
            **{"meta.key": ["plan", "isp"], "meta.value": ["it's pro", "own"]},
        ),
        event("2026-03-02 09:00:02", psid=502, sid=602, profileId="usr_9"),
        event("2026-03-02 09:00:03", psid=503),  # before August 2026: no sid, no profile
        event("2026-03-02 09:00:04", psid=506, sid=606, profileId="anon_b"),
        event("2026-03-02 09:00:05", "captcha", host=None, pg=None, cc=None),
        event("2026-03-02 09:00:06", "performance", pageLoad=900, ttfb=120, cc="ZZ"),
        event("2026-03-02 09:00:07", "error", psid=503, error_name="TypeError", lineno=3),
        event("2026-03-02 09:00:08", "custom_event", psid=503),  # no name
        event("2 March", psid=503),
        event("2099-01-01 00:00:00", psid=503),
        twice,
        dict(twice),
        event("2026-02-20 23:00:00", psid=507, pg="/late"),
        event(
            "2026-03-02 09:40:00",
            psid=508,
            so="news",
            me="email",
            ca="spring",
            ref="https://mail.example/inbox",
        ),
        event("2026-03-02 09:40:01", psid=509, ref="https://www.friend.example/a"),
        event("2026-03-02 09:40:02", psid=509, ref="https://shop.example/b"),
    ]


def write(folder):
    folder.mkdir(parents=True)
    events = shop_events()
    revenue = [
        payment(
            "tx1",
            "sale",
            "20",
            "2026-03-03 01:00:00",
            status="pending",
            profile_id="anon_a",
            session_id="601",
        ),
        payment(
            "tx2",
            "sale",
            "30.25",
            "2026-03-03 01:00:00",
            session_id="607",
            metadata='{"order":"A-2"}',
        ),
        payment("tx3", "refund", "-5", "2026-03-03 01:00:00", profile_id="usr_9"),
        payment("tx4", "refund", "7", "2026-03-03 01:00:00"),
        payment("tx5", "subscription", "9", "2026-03-03 01:00:00", session_id="503"),
        payment("tx6", "sale", "free", "2026-03-03 01:00:00"),
    ]
    synced_again = [
        {**revenue[0], "status": "completed", "amount": "21.5", "synced_at": "2026-03-04 01:00:00"},
        dict(revenue[2]),
    ]
    exposures = [
        {
            "pid": SHOP,
            "experimentId": "exp-1",
            "variantKey": variant,
            "profileId": profile,
            "created": 1772442000 + number,  # 2026-03-02 09:00:00
        }
        for number, (variant, profile) in enumerate([("b", "anon_a"), ("control", "usr_9")])
    ]
    aliases = [
        alias(SHOP, "anon_a", "usr_7", "2026-03-02 09:00:01"),
        alias(OLD, "anon_0", "usr_other", "2026-03-01 09:00:00"),
        alias(SHOP, "anon_b", "usr_1", "2026-03-09 09:00:00"),
        alias(SHOP, "anon_b", "usr_2", "2026-03-08 09:00:00"),
    ]
    sessions = [{"pid": SHOP, "sid": 607, "psid": 503, "profileId": None}]
    goals = [
        goal(1, "Saw pricing", "pageview", "exact", "/pricing"),
        goal(2, "It's a guide", "pageview", "contains", "/guides/"),
        goal(3, "Signed up", "custom_event", "exact", "signup", '[{"key":"plan","value":"pro"}]'),
        goal(4, "Any cart", "custom_event", "regex", "^cart_"),
    ]
    views = [
        legacy(events[0]),  # moved into `events` in May 2026
        legacy(event("2025-11-01T12:00:00+02:00", psid=42, pg="/old"), pid=OLD),
        '{"pid": "oldproject01", "psid"',
    ]
    order = {"meta.key": ["n"], "meta.value": ["1"], "event_name": "order"}
    custom = [legacy(event("1762000000", psid=42, **order), pid=OLD)]
    types = {
        "pid": "varchar", "experimentId": "varchar", "variantKey": "varchar",
        "profileId": "varchar", "created": "uinteger",
    }  # fmt: skip
    return {
        "files": {
            "events": write_csv(folder / "events.csv", events),
            "analytics": write_lines(folder / "analytics.jsonl", views),
            "customEV": write_lines(folder / "customEV.jsonl", custom),
            "revenue": [
                write_lines(folder / "revenue_1.jsonl", revenue),
                write_lines(folder / "revenue_2.jsonl", synced_again),
            ],
            "experiment_exposures": write_parquet(folder / "exposures.parquet", exposures, types),
            "profile_aliases": write_csv(folder / "profile_aliases.csv", aliases),
            "sessions": write_csv(folder / "sessions.csv", sessions),
            "goal": write_lines(folder / "goal.jsonl", goals),
        }
    }
