"""Costs of Google Ads: titles and totals of reports, thousands and micros, days told twice."""

from exports import google_ads


def cost(all_sources, campaign, day):
    return all_sources.values(
        "select cost, currency, impressions, clicks from campaign_costs"
        " where source_name = 'google_ads' and campaign = ? and cost_date = ?",
        [campaign, day],
    )


def test_every_raw_row_is_accepted_or_rejected(all_sources):
    ((rows, rejected),) = all_sources.values(
        "select count(*), count(raw_payload) from stg_google_ads__costs"
    )
    assert rows == google_ads.RAW_ROWS
    assert all_sources.values("""
        select count(*), count(raw_payload) from rejected_events where source_name = 'google_ads'
    """) == [(rejected, rejected)]


def test_what_cannot_be_accepted_says_why(all_sources):
    """In the table, 26 days come twice a network: the very same rows."""
    assert all_sources.values("""
        select source_property, regexp_replace(reason, ' of .*', '') as why, count(*)
        from rejected_events where source_name = 'google_ads' group by all order by all
    """) == [
        ("america", "duplicate", 51),
        ("america", "no campaign", 1),
        ("america", "no cost date", 1),
        ("europe", "a total", 2),
        ("europe", "duplicate", 2),
        ("europe", "no cost", 1),
        ("europe", "unparseable cost", 1),
        ("europe", "unparseable cost date", 1),
    ]


def test_thousands_are_no_decimals(all_sources):
    assert cost(all_sources, "brand", "2026-03-01") == [(1234.5, "EUR", 1000, 20)]


def test_the_newest_file_tells_a_day(all_sources):
    assert cost(all_sources, "brand", "2026-03-30") == [(10, "EUR", 900, 18)]
    assert cost(all_sources, "brand", "2026-03-29") == [(12.5, "EUR", 1000, 20)]


def test_parts_of_a_campaign_add_up_in_units(all_sources):
    """Two networks, in millionths of a dollar; the name is the one that the aliases mean."""
    assert cost(all_sources, "spring_sale", "2026-03-02") == [(3, "USD", 20, 2)]
    assert cost(all_sources, "Dates as numbers", "2026-03-30") == [(3, "USD", 10, 1)]


def test_channels_are_those_of_sessions(all_sources):
    assert all_sources.values("""
        select distinct campaign, channel from campaign_costs
        where source_name = 'google_ads' and campaign in ('brand', 'late', 'shoes') order by 1
    """) == [("brand", "Paid Search"), ("late", "Paid Search"), ("shoes", "Paid Search")]
