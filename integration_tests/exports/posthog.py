"""A shop as PostHog exports it to S3 (Parquet), an app (JSON lines), a blog from BigQuery (CSV)."""

import json

from helpers import write_rows

SHOP, APP, BLOG = 130, 60, 30
ROWS = SHOP + 9 + APP + 3 + BLOG + 3

EVENT = {
    "uuid": "varchar", "event": "varchar", "distinct_id": "varchar", "person_id": "varchar",
    "properties": "varchar", "person_properties": "varchar", "elements_chain": "varchar",
    "timestamp": "timestamptz", "created_at": "timestamptz", "_inserted_at": "timestamptz",
}  # fmt: skip
PERSON = {
    "team_id": "bigint", "distinct_id": "varchar", "person_id": "varchar", "properties": "varchar",
    "person_distinct_id_version": "bigint", "person_version": "bigint", "is_deleted": "boolean",
    "created_at": "timestamptz", "_inserted_at": "timestamptz",
}  # fmt: skip


def minute(i):
    return f"2026-03-{2 + i // 60:02}T09:{i % 60:02}"


def event(name, number, at, /, properties=None, **others):
    """An event of visitor `number`, ingested a second after it and exported 20 later."""
    properties = {
        "$current_url": f"https://shop.example/p/{number}?utm_source=x",
        "$pathname": f"/p/{number}",
        "$host": "shop.example",
        "$referrer": "$direct",
        "$session_id": f"0195-{number}",
        "$device_type": "Desktop",
        "$os": "Mac OS X",
        "$browser": "Safari",
        "$geoip_country_code": "DE",
        "$geoip_country_name": "Germany",
        "$lib": "web",
        **(properties or {}),
    }
    return {
        "uuid": f"uuid-{name}",
        "event": "$pageview",
        "distinct_id": f"device-{number}",
        "person_id": f"person-{number}",
        "properties": properties,
        "person_properties": {"plan": "free"},
        "elements_chain": None,
        "timestamp": f"{at}:10.250000Z",
        "created_at": f"{at}:11Z",
        "_inserted_at": f"{at}:30Z",
        **others,
    }


def shop():
    rows = [event(f"s{i}", i % 20, minute(i)) for i in range(SHOP)]
    for i in range(0, SHOP, 10):
        rows[i].update(event="order_placed")
        # a number as a number, and as a text
        rows[i]["properties"].update(revenue=20.5 if i % 20 else "20.5", currency="EUR", order_id=i)
    ann = {"distinct_id": "ann@example.org", "person_id": "person-ann"}
    return [
        *rows,
        # exported again, after a merge gave it another person
        {**rows[5], "person_id": "person-new", "_inserted_at": "2026-03-05T00:00:00Z"},
        # the clock of a device is two years fast
        event("fast-clock", 1, "2028-03-02T10:00", created_at="2026-03-02T10:00:00Z",
              _inserted_at="2026-03-02T10:00:30Z"),
        # an app without a network for three weeks
        event("late", 2, "2026-02-10T10:00", created_at="2026-03-03T10:00:00Z",
              _inserted_at="2026-03-03T10:00:30Z"),
        # without a profile the person is made up
        event("personless", 50, "2026-03-02T10:00", {"$process_person_profile": False},
              person_id="person-made-up"),
        event("exposure", 3, "2026-03-02T11:00", {
            "$feature_flag": "new-checkout", "$feature_flag_response": "test"},
            event="$feature_flag_called"),
        event("click", 3, "2026-03-02T11:01", event="$autocapture",
              elements_chain='button:text="Buy"'),
        event("campaign", 4, "2026-03-02T12:00", {
            "$referrer": "https://www.bing.com/", "utm_source": "bing", "utm_medium": "cpc",
            "utm_campaign": "spring", "gclid": "g1"}),
        event("referred", 19, "2026-03-01T12:00", {"$referrer": "https://www.bing.com/"}),
        event("ann", 4, "2026-03-02T13:00", **ann),
    ]  # fmt: skip


def person(distinct_id, person_id, version, **others):
    return {
        "team_id": 2, "distinct_id": distinct_id, "person_id": person_id, "properties": "{}",
        "person_distinct_id_version": version, "person_version": 1, "is_deleted": False,
        "created_at": "2026-03-01T00:00:00Z", "_inserted_at": "2026-03-06T00:00:00Z", **others,
    }  # fmt: skip


PERSONS = [
    # the device was merged into Ann: version 10 comes after version 9
    person("device-4", "person-4", 9),
    person("device-4", "person-ann", 10),
    person("ann@example.org", "person-ann", 1),
    person("device-6", "person-6", 1),
    person("device-6", "person-6", 2, is_deleted=True),
]


def app():
    """JSON lines: properties are objects, times are texts."""
    rows = [
        event(f"a{i}", 100 + i % 6, minute(i), {
            "$lib": "posthog-ios", "$screen_name": "Home", "$device_type": "Mobile",
            "$session_id": None}, event="$screen")
        for i in range(APP)
    ]  # fmt: skip
    cookieless = event("cookieless", 200, "2026-03-02T10:00", {"$cookieless_mode": True})
    nobody = event("nobody", 201, "2026-03-02T10:00", distinct_id=None, person_id=None)
    lines = [json.dumps(row) for row in (*rows, cookieless, nobody)]
    return "".join(
        line + "\n" for line in [*lines[:3], '{"uuid": "torn", "event": "$scr', *lines[3:]]
    )


def blog():
    """As BigQuery has it: no person, and times that end in UTC."""
    rows = [
        {
            "uuid": f"uuid-b{i}", "event": "$pageview", "distinct_id": f"reader-{i % 5}",
            "properties": json.dumps({"$current_url": f"https://blog.example/{i}"}),
            "elements": None, "set": "{}", "set_once": "{}", "team_id": 2, "ip": "203.0.113.9",
            "site_url": "", "timestamp": minute(i).replace("T", " ") + ":10.5 UTC",
            "bq_ingested_timestamp": minute(i).replace("T", " ") + ":40 UTC",
        }
        for i in range(BLOG)
    ]  # fmt: skip
    return [
        *rows,
        {**rows[1], "uuid": "uuid-broken", "properties": '{"$current_url": "https://bl'},
        {**rows[2], "uuid": "uuid-empty", "properties": ""},
        {**rows[3], "uuid": "uuid-bad-time", "timestamp": "soon"},
    ]


def write(folder):
    text = [
        {**row, **{name: json.dumps(row[name]) for name in ("properties", "person_properties")}}
        for row in shop()
    ]
    write_rows(folder / "shop/events.parquet", text, EVENT)
    write_rows(folder / "shop/persons.parquet", PERSONS, PERSON)
    write_rows(folder / "blog/events.csv", blog(), {name: "varchar" for name in blog()[0]})
    (folder / "app").mkdir()
    (folder / "app/events.jsonl").write_text(app())
    return [
        {
            "property": "shop",
            "files": {
                "events": str(folder / "shop/events.parquet"),
                "persons": str(folder / "shop/persons.parquet"),
            },
        },
        {"property": "app", "files": str(folder / "app/events.jsonl")},
        {"property": "blog", "files": str(folder / "blog/events.csv")},
    ]
