"""Daily campaigns of Meta: rows of the Insights API, and an export with decimal commas."""

import csv
import json

# Raw rows of the API (104) and of the export (103).
RAW_ROWS = 207


def day(number):
    return f"2026-03-{number:02}"


def write(folder):
    folder.mkdir(parents=True)
    api = [
        {"date_start": day(1 + i % 25), "date_stop": day(1 + i % 25), "account_currency": "USD",
         "campaign_id": f"12000{i // 25}", "campaign_name": f"prospecting {i // 25}",
         "spend": "7.25", "impressions": "2000", "clicks": "30"}
        for i in range(100)
    ]  # fmt: skip
    api += [
        {**api[0]},  # told twice
        {**api[1], "date_stop": day(31)},  # a whole month
        {
            **api[2],
            "date_start": day(30),
            "date_stop": day(30),
            "spend": 4.75,
            "impressions": 10,
            "clicks": None,
        },
    ]
    lines = [json.dumps(row) for row in api]
    (folder / "insights.jsonl").write_text("\n".join([*lines, '{"date_start": "2026']) + "\n")
    with (folder / "Campaigns.csv").open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow([
            "Campaign name", "Day", "Campaign delivery", "Amount spent (EUR)", "Impressions",
            "Clicks (all)", "Reporting starts", "Reporting ends",
        ])  # fmt: skip
        # the sum of all comes first
        writer.writerow(["", "", "", "13.550,10", "2.000", "9", day(1), day(28)])
        for i in range(100):
            name, at = f"retargeting {i // 25}", day(1 + i % 25)
            writer.writerow([name, at, "active", "5,50", "1.234.567", "3", at, at])
        for at, spent in ((day(28), "1.350,10"), (day(27), "")):
            writer.writerow(["retargeting 9", at, "active", spent, "12", "3", at, at])
    return [
        {"property": "america", "files": str(folder / "insights.jsonl")},
        {"property": "europe", "files": str(folder / "Campaigns.csv")},
    ]
