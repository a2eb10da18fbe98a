"""Lists of recordings: of Hotjar, of Clarity in the zone of its user, and one of one's own."""

import csv

# Raw rows of Hotjar (124), Clarity (83) and the third list (2).
RAW_ROWS = 209


def write_csv(path, header, rows):
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def write(folder):
    folder.mkdir(parents=True)
    url = "https://insights.hotjar.com/sites/1/playbacks/list?recording={}"
    hotjar = [
        [url.format(i), f"2026-03-{1 + i % 28:02} 10:{i % 60:02}:00", "02:05", "Germany", "Desktop",
         "https://shop.example/products?x=1", "https://shop.example/cart", 3, 17, f"user-{i % 9}"]
        for i in range(120)
    ]  # fmt: skip
    hotjar += [
        [*hotjar[0]],  # listed twice
        [url.format(900), "03/01/2026 10:00", *hotjar[0][2:]],  # March or January?
        [url.format(901), None, *hotjar[0][2:]],
        [url.format(902), *hotjar[0][1:2], "a minute", *hotjar[0][3:]],
    ]
    write_csv(
        folder / "hotjar.csv",
        ["Recording URL", "Date", "Duration", "Country", "Device", "Landing page", "Exit page",
         "Pages", "Actions count", "User ID"],
        hotjar,
    )  # fmt: skip
    player = "https://clarity.microsoft.com/player/abc/{}/{}"
    clarity = [
        # in another order, with other names, the date apart from the time
        [f"{i % 7}", player.format(i % 7, i), f"2026-07-{1 + i % 28:02}", "12:00:00", "01:00:30",
         "https://shop.example/", "", "1,234"]
        for i in range(83)
    ]  # fmt: skip
    write_csv(
        folder / "clarity.csv",
        ["Clarity user ID", "Recording link", "Date", "Time", "Session duration", "Entry URL",
         "Custom user ID", "Click count"],
        clarity,
    )  # fmt: skip
    write_csv(
        folder / "own.csv",
        ["Aufnahme", "Beginn", "Sekunden"],
        [["r1", "2026-03-01T10:00:00Z", "12.5"], ["r2", "2026-03-01T11:00:00Z", None]],
    )
    return [
        {"property": "shop", "files": str(folder / "hotjar.csv")},
        {"property": "app", "files": str(folder / "clarity.csv"), "timezone": "Europe/Berlin"},
        {
            "property": "own",
            "files": str(folder / "own.csv"),
            "columns": {
                "recording_id": "Aufnahme",
                "recorded_on": "Beginn",
                "duration": "Sekunden",
            },
        },
    ]
