"""The hourly files of the Export API (gzipped JSON lines), and a warehouse (Parquet)."""

import gzip
import json

from helpers import write_rows

WEB, AGAIN, WAREHOUSE = 160, 10, 40
ROWS = WEB + 14 + AGAIN + WAREHOUSE + 1


def minute(i):
    return f"2026-03-{2 + i // 60:02} 09:{i % 60:02}:10.250000"


def event(name, number, at, /, event_type="[Amplitude] Page Viewed", properties=None, **others):
    """An event of device `number`; all times are UTC, without saying so."""
    return {
        "$insert_id": f"insert-{name}",
        "$schema": None,
        "amplitude_id": 700000 + number,
        "app": 123456,
        "city": "Berlin",
        "client_event_time": at,
        "client_upload_time": at,
        "country": "Germany",
        "data": {"path": "/2/httpapi"},
        "device_family": "Mac OS X",
        "device_id": f"device-{number}",
        "device_type": "Mac OS X",
        "event_id": number + 1,
        "event_properties": {
            "[Amplitude] Page Location": f"https://shop.example/p/{number}?a=1",
            "[Amplitude] Page Path": f"/p/{number}",
            "[Amplitude] Page Title": f"Product {number}",
            **(properties or {}),
        },
        "event_time": at,
        "event_type": event_type,
        "group_properties": {},
        "groups": {},
        "language": "German",
        "os_name": "Chrome",
        "os_version": "130",
        "platform": "Web",
        "processed_time": at[:17] + "40.000000",
        "server_received_time": at[:17] + "20.000000",
        "server_upload_time": at[:17] + "30.000000",
        "session_id": 1772442000000 + number,
        "user_id": None,
        "user_properties": {"plan": "free"},
        "uuid": f"uuid-{name}",
        "version_name": None,
        **others,
    }


def web():
    rows = [event(f"e{i}", i % 20, minute(i)) for i in range(WEB)]
    noon = "2026-03-02 12:00:00.000000"
    no_device = {"device_id": None, "$insert_id": None}
    return [
        *rows,
        # sent twice: two uuids, one insert id of one device
        {**rows[5], "uuid": "uuid-again", "server_upload_time": "2026-03-02 15:00:00.000000"},
        # the same insert id of another device is another event
        event("twin", 30, noon, **{"$insert_id": "insert-e5"}),
        # uploaded eleven days later
        event("late", 1, noon, server_upload_time="2026-03-13 12:00:00.000000"),
        # a clock that is a year fast
        event("fast-clock", 2, "2027-03-02 12:00:00.000000",
              server_upload_time="2026-03-02 12:00:00.000000"),
        event("server", 3, noon, "refund", session_id=-1),
        event("login", 4, noon, "$identify", user_id="user-4"),
        event("batch-1", 50, noon, session_id=-1, **no_device),
        event("batch-2", 51, noon, session_id=-1, **no_device),
        event("batch-3", 52, noon, session_id=-1, amplitude_id=None, **no_device),
        event("paid", 5, noon, "revenue_amount", {"$revenue": 99.5, "$price": 1,
                                                  "currency": "EUR"}),
        event("priced", 5, noon, "revenue_amount", {"$price": "9.99", "$quantity": 3}),
        event("text", 5, noon, "revenue_amount", {"$revenue": "a lot"}),
        # what the user is like is known as well; what the event says goes first
        event("campaign", 6, noon, "sign_up", {"plan": "pro", "referrer": "https://www.bing.com/"},
              user_properties={"plan": "free", "utm_source": "bing", "utm_medium": "cpc",
                               "utm_campaign": "spring", "gclid": "g1", "city_size": None}),
        event("phone", 7, noon, "opened", platform="iOS", os_name="ios", device_family="iPhone"),
    ]  # fmt: skip


def warehouse():
    """Text of JSON in columns, ids as numbers."""
    rows = [
        {
            "uuid": f"uuid-w{i}", "event_type": "level_done", "event_time": minute(i),
            "server_upload_time": minute(i), "device_id": f"phone-{i % 7}", "session_id": -1,
            "amplitude_id": 800000 + i % 7, "event_properties": json.dumps({"level": i}),
        }
        for i in range(WAREHOUSE)
    ]  # fmt: skip
    return [*rows, {**rows[0], "uuid": "uuid-cut", "event_properties": '{"level": '}]


# 700050 became 700051, and that one 700060
MERGED = [
    {"scope": 1, "merge_time": 1772450000000, "merge_server_time": 1772450000000 + number,
     "amplitude_id": 700050 + number, "merged_amplitude_id": into}
    for number, into in ((0, 700051), (1, 700060))
]  # fmt: skip


def write(folder):
    folder.mkdir(parents=True)
    rows = web()
    for name, lines in {
        "123456_2026-03-02_9#0": rows[:100],
        "123456_2026-03-02_10#0": rows[100:],
        # an hour that was asked for twice
        "123456_2026-03-02_10#1": rows[100 : 100 + AGAIN],
        "merged": MERGED,
    }.items():
        with gzip.open(folder / f"{name}.json.gz", "wt") as file:
            file.writelines(json.dumps(line) + "\n" for line in lines)
    types = {
        "uuid": "varchar", "event_type": "varchar", "event_time": "timestamp",
        "device_id": "varchar", "server_upload_time": "timestamp", "session_id": "bigint",
        "amplitude_id": "bigint", "event_properties": "varchar",
    }  # fmt: skip
    write_rows(folder / "warehouse.parquet", warehouse(), types)
    return [
        {
            "property": "web",
            "files": {
                "events": str(folder / "123456_*.json.gz"),
                "merged_ids": str(folder / "merged.json.gz"),
            },
        },
        {"property": "warehouse", "files": str(folder / "warehouse.parquet")},
    ]
