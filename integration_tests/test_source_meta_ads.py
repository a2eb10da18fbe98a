"""Costs of Meta Ads: numbers of the API and of reports, currencies in a column's name."""

from decimal import Decimal

from exports import meta_ads


def cost(all_sources, campaign, day):
    return all_sources.values(
        "select cost, currency, impressions, clicks from campaign_costs"
        " where source_name = 'meta_ads' and campaign = ? and cost_date = ?",
        [campaign, day],
    )


def test_every_raw_row_is_accepted_or_rejected(all_sources):
    ((rows, rejected),) = all_sources.values(
        "select count(*), count(raw_payload) from stg_meta_ads__costs"
    )
    assert rows == meta_ads.RAW_ROWS
    assert all_sources.values("""
        select count(*), count(raw_payload) from rejected_events where source_name = 'meta_ads'
    """) == [(rejected, rejected)]


def test_what_cannot_be_accepted_says_why(all_sources):
    assert all_sources.values("""
        select source_property, reason, count(*) from rejected_events
        where source_name = 'meta_ads' group by all order by all
    """) == [
        ("america", "duplicate of prospecting 0 on 2026-03-01", 1),
        ("america", "malformed json", 1),
        ("america", "more than one day", 1),
        ("europe", "a total", 1),
        ("europe", "no cost", 1),
    ]


def test_numbers_of_the_api(all_sources):
    assert cost(all_sources, "prospecting 1", "2026-03-05") == [(7.25, "USD", 2000, 30)]
    assert cost(all_sources, "prospecting 0", "2026-03-30") == [(4.75, "USD", 10, None)]


def test_numbers_with_commas_and_the_currency_of_a_column(all_sources):
    assert cost(all_sources, "retargeting 9", "2026-03-28") == [(Decimal("1350.1"), "EUR", 12, 3)]
    assert cost(all_sources, "retargeting 2", "2026-03-01") == [(5.5, "EUR", 1234567, 3)]


def test_channel_is_paid_social(all_sources):
    assert all_sources.values("""
        select distinct channel from campaign_costs where source_name = 'meta_ads'
    """) == [("Paid Social",)]
