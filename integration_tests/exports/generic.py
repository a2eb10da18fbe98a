"""An event table of one's own, as JSON lines: two properties, one with its own names and zone."""

import json

ROWS = 206


def write(folder):
    folder.mkdir(parents=True)
    shop = [
        {
            "event_id": f"s{i}",
            "event_name": ["page_view", "add_to_cart", "purchase"][i % 3],
            "event_at": f"2026-03-{1 + i % 28:02}T10:{i % 60:02}:00Z",
            "anonymous_id": f"device-{i % 20}",
            "user_id": f"user-{i % 20}" if i % 40 == 7 else None,
            "value": "12.50" if i % 3 == 2 else None,
            "colour": "red",
        }
        for i in range(200)
    ]
    shop += [
        {**shop[0]},  # delivered twice
        {**shop[1], "event_id": "no-name", "event_name": " "},
        {**shop[2], "event_id": "bad-value", "value": "twelve"},
    ]
    app = [
        # 2026-07-01 noon in Berlin is 10:00 UTC; an offset in the text wins
        {"id": "a1", "action": "opened", "at": "2026-07-01 12:00:00", "device": "phone-1"},
        {"id": "a2", "action": "opened", "at": "2026-07-01T12:00:00+00:00", "device": "phone-1"},
        {"id": "a3", "action": "opened", "at": "1782907200", "device": "phone-1"},
    ]
    for name, rows in (("shop", shop), ("app", app)):
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [
        {"property": "shop", "files": str(folder / "shop.jsonl")},
        {
            "property": "app",
            "files": str(folder / "app.jsonl"),
            "timezone": "Europe/Berlin",
            "columns": {
                "event_id": "id",
                "event_name": "action",
                "event_at": "at",
                "anonymous_id": "device",
            },
        },
    ]
