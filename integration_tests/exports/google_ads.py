"""Daily campaigns of two accounts: reports of the interface, and a table with names of the API."""

import csv
import os

# Raw rows of both reports (92 and 15) and of the table (107).
RAW_ROWS = 214

HEADER = "Day,Campaign,Campaign type,Currency code,Cost,Impr.,Clicks,Avg. CPC".split(",")


def day(number):
    return f"2026-03-{number:02}"


def report(path, rows, modified):
    """A title, the dates, the header, the rows and their total, as the interface writes them."""
    with path.open("w", newline="", encoding="utf-8") as file:
        file.write('Campaign report\r\n"March 1, 2026 - March 31, 2026"\r\n')
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
        writer.writerow(["Total: Campaigns", " --", " --", "EUR", "9,999.99", "1", "1", " --"])
    os.utime(path, (modified, modified))


def write(folder):
    folder.mkdir(parents=True)
    names = ["brand", "generic", "shoes"]
    march = [
        [day(1 + i % 30), names[i // 30], "Search", "EUR", "12.50", "1,000", "20", "0.63"]
        for i in range(90)
    ]
    march[0][4] = "1,234.50"
    march.append([*march[5]])  # exported twice in one file
    # what the campaign cost was corrected later, and a day was added
    late = [[day(30), "brand", "Search", "EUR", "10.00", "900", "18", "0.55"]]
    late += [[day(1 + i), "late", "Video", "EUR", "5", "100", "1", "5.00"] for i in range(10)]
    late += [
        ["soon", "late", "Video", "EUR", "5", "100", "1", "5.00"],
        [day(12), "late", "Video", "EUR", "much", "100", "1", "5.00"],
        [day(13), "late", "Video", "EUR", " --", "100", "1", "5.00"],
    ]
    report(folder / "campaigns_march.csv", march, 1_775_000_000)
    report(folder / "campaigns_late.csv", late, 1_776_000_000)
    api = [
        # two networks of a campaign are two rows of a day
        [day(1 + i % 26), "901", "Spring_Sale", "SEARCH", "USD", 1_500_000, 10, 1, network]
        for network in ("SEARCH", "CONTENT")
        for i in range(52)
    ]
    api[0][5] = "2500001"
    api += [
        ["20260330", "902", "Dates as numbers", "SEARCH", "USD", 3_000_000, 10, 1, "SEARCH"],
        [day(30), "903", None, "SEARCH", "USD", 3_000_000, 10, 1, "SEARCH"],
        [None, "904", "No day", "SEARCH", "USD", 3_000_000, 10, 1, "SEARCH"],
    ]
    with (folder / "campaign_stats.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([
            "segments_date", "campaign_id", "campaign_name", "campaign_advertising_channel_type",
            "customer_currency_code", "metrics_cost_micros", "metrics_impressions",
            "metrics_clicks", "segments_ad_network_type",
        ])  # fmt: skip
        writer.writerows(api)
    return [
        {"property": "europe", "files": str(folder / "campaigns_*.csv")},
        {"property": "america", "files": str(folder / "campaign_stats.csv")},
    ]
