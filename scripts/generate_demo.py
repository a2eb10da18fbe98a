"""Write the demo data: a store and a SaaS product in one GA4 BigQuery export, with planted truth.

One nested Parquet file a day (`events_YYYYMMDD.parquet`) and `truth.json`, which holds what was
planted and what a correct model has to find; docs/demo.md defines every fact.

    python scripts/generate_demo.py --output data/demo --days 60 --visitors 8000 --seed 1

How it works: visitors are numbered and every random number is the md5 of (seed, visitor, purpose),
so nothing depends on threads, block size or platform. Visitors are planned in blocks:

    visitors  one row per person: device, interests, and what the person will do when
    visits    one row per session: start (epoch microseconds), device, where it came from
    pages     one row per page view of a session: time, path, dwell time, planned action
    events    one row per clean event (narrow: numbers and indices into the lists below)
    delivered events plus dirt (copies, late and broken rows), each with the file it lands in

Truth is counted on `events` block by block (a person never spans two blocks). Delivered rows are
spilled, then each day's file is sorted and widened to the export schema, so memory stays bounded.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb

GENERATOR = "waymark demo data"
SECOND, HOUR, DAY = 1_000_000, 3_600_000_000, 86_400_000_000  # microseconds
BLOCK_VISITORS = 40_000  # planned at once; even, because visitors 2k and 2k+1 may share a device
SAMPLE_VISITORS = 2_000  # planned to find out how many visitors make --rows

# ---------------------------------------------------------------------------------------------
# Who comes. The three-item lists below are by engagement: casual, interested, devoted.

ENGAGEMENT_SHARES = {1: 60, 2: 28, 3: 12}
BASE_VISITS = ({1: 75, 2: 20, 3: 5}, {1: 40, 2: 30, 3: 20, 4: 10}, {1: 20, 2: 25, 3: 25, 4: 20, 5: 10})
FILLER_PAGES = ({0: 50, 1: 50}, {2: 60, 3: 40}, {4: 40, 5: 40, 6: 20})
QUICK_RETURN_RATES = (0.05, 0.20, 0.45)  # confounded with purchase by engagement, never its cause
CONSENT_DENIED_RATE = 0.04
WEEKDAY_WEIGHTS = (1.15, 1.2, 1.15, 1.1, 1.0, 0.75, 0.8)  # Monday first
DAILY_GROWTH = 0.003
HOUR_WEIGHTS = (3, 2, 1, 1, 1, 2, 4, 7, 9, 10, 11, 11, 10, 10, 11, 10, 9, 9, 10, 12, 13, 12, 9, 6)

# ---------------------------------------------------------------------------------------------
# Store: of people who view a product (checkout funnel), times the factor of their engagement

SHOPPER_RATES = (0.40, 0.60, 0.75)
CART_RATES = {"desktop": 0.58, "tablet": 0.50, "mobile": 0.43}
CHECKOUT_RATES = {"desktop": 0.51, "tablet": 0.46, "mobile": 0.41}
PURCHASE_RATES = {"desktop": 0.68, "tablet": 0.60, "mobile": 0.53}
ENGAGEMENT_FACTORS = (0.88, 1.08, 1.22)
LATER_CHECKOUT_RATE = 0.35  # of checkouts, 3 to 6 days after the cart
REPURCHASE_RATE = 0.25      # of regular buyers, 7 to 40 days later
SHOP_DECOYS = {             # share of product viewers
    "no_cart": 0.04,        # view, checkout, purchase
    "wrong_order": 0.03,    # cart, view, checkout, purchase
    "too_late": 0.03,       # purchase 8 to 12 days after the view
    "at_the_end": 0.006,    # purchase exactly 7 days after the view: counts
    "just_after": 0.006,    # one microsecond later: does not
}
BROKEN_WEEK_OFFSET_DAYS = 35  # with the default start: the week of 2026-07-06
BROKEN_CART_FACTOR = 0.2      # what is left of add_to_cart on mobile in that week

# ---------------------------------------------------------------------------------------------
# SaaS and content

BLOG_RATES = (0.22, 0.40, 0.50)
PRICING_RATES = (0.12, 0.40, 0.60)
SERVICE_RATES = (0.06, 0.20, 0.35)
DEMO_VIDEO_RATES = (0.04, 0.15, 0.35)
SCROLL_RATES = (0.35, 0.45, 0.55)  # of people who see the pricing page
LONG_READ_RATE = 0.40              # of people who see a service page
TRIAL_RATES = {"scrolled": 0.40, "not_scrolled": 0.10}         # given the pricing page; causal
SUBSCRIPTION_RATES = {"demo_video": 0.60, "no_demo_video": 0.25}  # given a trial; causal
SAME_SESSION_TRIAL_RATE = 0.40     # else 1 to 6 days after the pricing page
FREE_SIGN_UP_RATES = (0.03, 0.10, 0.20)
PROJECT_AT_ONCE_RATE, PROJECT_SOON_RATE, PROJECT_LATE_RATE = 0.28, 0.42, 0.10  # late: after 72 h
RETENTION_RATES = (0.75, 0.52, 0.42, 0.36, 0.31, 0.28, 0.26, 0.25)  # active in week n of a project
SECOND_DEVICE_RATE = 0.25          # of people who sign up
BORROWED_DEVICE_RATE = 0.04        # of people who sign up, once, on the device of the neighbour

# ---------------------------------------------------------------------------------------------
# Dirt: share of clean rows with an id. Kinds that add a row leave the clean row as it is.

DIRT_RATES = {
    "duplicate_same_file": 0.004,  # exact copy in the same file
    "duplicate_next_file": 0.003,  # exact copy in the file of the next day
    "late": 0.010,                 # the row itself arrives 1 to 3 days late
    "null_event_name": 0.001,      # the rest: a changed copy
    "null_event_timestamp": 0.001,
    "future_dated": 0.001,
    "malformed_event_name": 0.004,  # of page views
}
MALFORMED_EVENT_NAMES = ("Click", "buttonClick", "add-to-wishlist")
FUTURE_SHIFT = 4_383 * DAY  # 2026 becomes 2038
NAN_REVENUE_RATE, NOT_SET_TRANSACTION_RATE, REPEATED_TRANSACTION_RATE = 0.02, 0.02, 0.03

# ---------------------------------------------------------------------------------------------
# Lists of the trade; first number = weight

# weight, category, brand, model, operating system, its version, browser, its version
DEVICES = (
    (24, "mobile", "Apple", "iPhone", "iOS", "18.5", "Safari", "18.5"),
    (22, "mobile", "Google", "Pixel 9", "Android", "15", "Chrome", "137.0"),
    (7, "mobile", "Samsung", "Galaxy S25", "Android", "15", "Samsung Internet", "28.0"),
    (18, "desktop", None, None, "Windows", "11", "Chrome", "137.0"),
    (6, "desktop", None, None, "Windows", "11", "Edge", "137.0"),
    (3, "desktop", None, None, "Windows", "10", "Firefox", "139.0"),
    (7, "desktop", "Apple", None, "Macintosh", "15.5", "Chrome", "137.0"),
    (6, "desktop", "Apple", None, "Macintosh", "15.5", "Safari", "18.5"),
    (1, "desktop", None, None, "Linux", None, "Firefox", "139.0"),
    (4, "tablet", "Apple", "iPad", "iOS", "18.5", "Safari", "18.5"),
    (2, "tablet", "Samsung", "Galaxy Tab S10", "Android", "15", "Chrome", "137.0"),
)
# weight, continent, sub-continent, country, region, city, language, hours ahead of UTC
COUNTRIES = (
    (34, "Americas", "Northern America", "United States", "California", "Los Angeles", "en-us", -7),
    (16, "Americas", "Northern America", "United States", "New York", "New York", "en-us", -4),
    (6, "Americas", "Northern America", "Canada", "Ontario", "Toronto", "en-ca", -4),
    (9, "Europe", "Northern Europe", "United Kingdom", "England", "London", "en-gb", 1),
    (9, "Europe", "Western Europe", "Germany", "Berlin", "Berlin", "de-de", 2),
    (6, "Europe", "Western Europe", "France", "Ile-de-France", "Paris", "fr-fr", 2),
    (4, "Europe", "Southern Europe", "Spain", "Catalonia", "Barcelona", "es-es", 2),
    (3, "Europe", "Northern Europe", "Sweden", "Stockholm County", "Stockholm", "sv-se", 2),
    (6, "Asia", "Southern Asia", "India", "Karnataka", "Bengaluru", "en-in", 5),
    (3, "Asia", "Eastern Asia", "Japan", "Tokyo", "Tokyo", "ja-jp", 9),
    (2, "Oceania", "Australasia", "Australia", "New South Wales", "Sydney", "en-au", 10),
    (2, "Americas", "South America", "Brazil", "State of Sao Paulo", "Sao Paulo", "pt-br", -3),
)
# weight of a first visit, of a later one, intent factor, channel, source, medium, campaign, referrer
TOUCHES = (
    (17, 46, 1.00, "Direct", "(direct)", "(none)", "(direct)", None),
    (25, 16, 1.10, "Organic Search", "google", "organic", "(organic)", "https://www.google.com/"),
    (5, 3, 1.10, "Organic Search", "bing", "organic", "(organic)", "https://www.bing.com/"),
    (9, 5, 1.25, "Paid Search", "google", "cpc", "brand_search", "https://www.google.com/"),
    (6, 2, 1.15, "Paid Search", "google", "cpc", "generic_search", "https://www.google.com/"),
    (3, 2, 1.00, "Paid Search", "bing", "cpc", "summer_launch", "https://www.bing.com/"),
    (4, 2, 0.70, "Paid Social", "facebook", "paid_social", "spring_sale", "https://l.facebook.com/"),
    (2, 1, 0.70, "Paid Social", "instagram", "paid_social", "spring-sale", "https://l.instagram.com/"),
    (1, 1, 0.70, "Paid Social", "facebook", "paid_social", "Spring_Sale", "https://l.facebook.com/"),
    (5, 3, 0.75, "Organic Social", "facebook", "social", None, "https://l.facebook.com/"),
    (3, 2, 0.90, "Organic Social", "linkedin", "social", None, "https://www.linkedin.com/"),
    (2, 9, 1.30, "Email", "newsletter", "email", "weekly_digest", None),
    (1, 4, 1.30, "Email", "newsletter", "email", "Summer SALE 2026!", None),
    (6, 2, 0.95, "Referral", "blog.partner.example", "referral", "(referral)",
     "https://blog.partner.example/reviews"),
    (2, 1, 1.00, "Referral", "news.example.org", "referral", "(referral)", "https://news.example.org/"),
    (4, 1, 0.90, "Affiliates", "dealfinder", "affiliate", "partner_program", "https://dealfinder.example/"),
    (5, 2, 0.50, "Display", "adnetwork", "display", "retargeting_q2", "https://ads.example.net/"),
)
DIRECT = 1
BADLY_NAMED_CAMPAIGNS = ("Spring_Sale", "spring-sale", "spring_sale", "Summer SALE 2026!")
# weight, slug, name, category, price in cents
PRODUCTS = (
    (12, "trail-mug", "Trail Mug", "Kitchen", 1850), (10, "wool-socks", "Wool Socks", "Apparel", 1400),
    (9, "canvas-tote", "Canvas Tote", "Bags", 2400), (8, "desk-lamp", "Desk Lamp", "Home", 5900),
    (8, "notebook-a5", "Notebook A5", "Office", 1250), (7, "rain-jacket", "Rain Jacket", "Apparel", 11990),
    (7, "steel-bottle", "Steel Bottle", "Kitchen", 2990), (6, "day-pack", "Day Pack", "Bags", 8900),
    (6, "linen-shirt", "Linen Shirt", "Apparel", 6450), (5, "wall-clock", "Wall Clock", "Home", 4500),
    (5, "fountain-pen", "Fountain Pen", "Office", 3999), (5, "tea-kettle", "Tea Kettle", "Kitchen", 7400),
    (4, "felt-hat", "Felt Hat", "Apparel", 4900), (3, "weekender", "Weekender", "Bags", 15900),
    (3, "reading-chair", "Reading Chair", "Home", 34900), (2, "standing-desk", "Standing Desk", "Office", 62900),
)
BLOG_POSTS = ("how-to-choose-a-desk", "ten-checklists", "automate-your-week", "care-for-wool",
              "pricing-for-makers", "remote-rituals", "small-shop-stories", "workflow-basics")
SERVICES = ("setup", "automation", "migration", "training")
# '/help/pricing-questions' and '/blog' look like goal pages and are not
FILLERS = ("/", "/", "/products", "/about", "/help", "/help/pricing-questions", "/blog", "/search", "/contact")
HOST = "www.waymark-demo.example"

# What a page makes of itself. Events of request 1 share the timestamp of the page view; `batch_*`
# orders them, except on Safari for iOS, where the tie stays unbroken.
# event name, request on the page, index in the request, share of the dwell time, condition
HITS = (
    ("session_start", 1, 1, 0.0, "page_no = 1 and part(page_draw, 0) >= 0.01"),
    ("first_visit", 1, 2, 0.0, "page_no = 1 and session_number = 1"),
    ("page_view", 1, 3, 0.0, "true"),
    ("view_item", 1, 4, 0.0, "path like '/products/%' and action <> 'quick_add_first'"),
    ("add_to_cart", 1, 5, 0.0, "action = 'quick_add'"),
    ("add_to_cart", 1, 4, 0.0, "action = 'quick_add_first'"),
    ("view_item", 1, 5, 0.0, "action = 'quick_add_first'"),
    ("begin_checkout", 1, 4, 0.0, "action = 'begin_checkout'"),
    ("purchase", 1, 4, 0.0, "action = 'purchase'"),
    ("view_search_results", 1, 4, 0.0, "path = '/search'"),
    ("scroll", 2, 1, 0.5, "percent_scrolled is not null"),
    ("add_to_cart", 3, 1, 0.6, "action = 'add_to_cart'"),
    ("add_shipping_info", 3, 1, 0.6, "action = 'begin_checkout' and part(page_draw, 0) < 0.85"),
    ("newsletter_subscribed", 3, 1, 0.6, "path like '/blog/%' and part(page_draw, 0) between 0.02 and 0.06"),
    ("lead_submitted", 3, 1, 0.6, "path in ('/contact', '/pricing/enterprise') and part(page_draw, 0) > 0.85"),
    *((name, 3, 1, 0.6, f"action = '{name}'") for name in (
        "sign_up", "trial_started", "project_created", "workflow_completed",
        "subscription_started", "demo_video_played")),
    ("purchase", 4, 1, 0.7, f"action = 'purchase' and part(page_draw, 2) < {REPEATED_TRANSACTION_RATE}"),
    ("user_engagement", 5, 1, 0.95, "engagement_msec is not null"),
)
STORE_EVENTS = "('view_item', 'add_to_cart', 'begin_checkout', 'add_shipping_info', 'purchase')"

# The GA4 export, column by column, as DuckDB types (BigQuery STRING, INTEGER, FLOAT, BOOLEAN)
PARAM_VALUE = "string_value varchar, int_value bigint, float_value double, double_value double"
PARAMS = f"struct(key varchar, value struct({PARAM_VALUE}))[]"


def strings(names):
    """'a, b' -> 'a varchar, b varchar'"""
    return ", ".join(f"{name.strip()} varchar" for name in names.split(","))


EXPORT_SCHEMA = {
    "event_date": "varchar",
    "event_timestamp": "bigint",
    "event_name": "varchar",
    "event_params": PARAMS,
    "event_previous_timestamp": "bigint",
    "event_value_in_usd": "double",
    "event_bundle_sequence_id": "bigint",
    "event_server_timestamp_offset": "bigint",
    "user_id": "varchar",
    "user_pseudo_id": "varchar",
    "is_active_user": "boolean",
    "privacy_info": f"struct({strings('analytics_storage, ads_storage, uses_transient_token')})",
    "user_properties": f"struct(key varchar, value struct({PARAM_VALUE}, set_timestamp_micros bigint))[]",
    "user_first_touch_timestamp": "bigint",
    "user_ltv": "struct(revenue double, currency varchar)",
    "device": "struct({}, time_zone_offset_seconds bigint, {}, web_info struct({}))".format(
        strings("category, mobile_brand_name, mobile_model_name, mobile_marketing_name, "
                "mobile_os_hardware_model, operating_system, operating_system_version, vendor_id, "
                "advertising_id, language, is_limited_ad_tracking"),
        strings("browser, browser_version"), strings("browser, browser_version, hostname")),
    "geo": f"struct({strings('continent, sub_continent, country, region, city, metro')})",
    "app_info": f"struct({strings('id, version, install_store, firebase_app_id, install_source')})",
    "traffic_source": f"struct({strings('name, medium, source')})",
    "collected_traffic_source": "struct({})".format(strings(
        "manual_campaign_id, manual_campaign_name, manual_source, manual_medium, manual_term, "
        "manual_content, manual_source_platform, manual_creative_format, manual_marketing_tactic, "
        "gclid, dclid, srsltid")),
    "session_traffic_source_last_click": "struct({})".format(", ".join(
        f"{record} struct({strings(names)})" for record, names in {
            "manual_campaign": "campaign_id, campaign_name, source, medium, term, content, "
                               "source_platform, creative_format, marketing_tactic",
            "google_ads_campaign": "customer_id, account_name, campaign_id, campaign_name, "
                                   "ad_group_id, ad_group_name",
            "cross_channel_campaign": "campaign_id, campaign_name, source, medium, source_platform, "
                                      "default_channel_group, primary_channel_group",
            "sa360_campaign": "campaign_id, campaign_name, source, medium, ad_group_id, "
                              "ad_group_name, creative_format, engine_account_name, "
                              "engine_account_type, manager_account_name",
            "cm360_campaign": "campaign_id, campaign_name, source, medium, account_id, account_name, "
                              "advertiser_id, advertiser_name, creative_id, creative_format, "
                              "creative_name, creative_type, creative_type_id, creative_version, "
                              "placement_id, placement_cost_structure, placement_name, rendering_id, "
                              "site_id, site_name",
            "dv360_campaign": "campaign_id, campaign_name, source, medium, advertiser_id, "
                              "advertiser_name, creative_id, creative_format, creative_name, "
                              "exchange_id, exchange_name, insertion_order_id, insertion_order_name, "
                              "line_item_id, line_item_name, partner_id, partner_name",
        }.items())),
    "stream_id": "varchar",
    "platform": "varchar",
    "event_dimensions": "struct(hostname varchar)",
    "ecommerce": "struct(total_item_quantity bigint, purchase_revenue_in_usd double, "
                 "purchase_revenue double, refund_value_in_usd double, refund_value double, "
                 "shipping_value_in_usd double, shipping_value double, tax_value_in_usd double, "
                 "tax_value double, unique_items bigint, transaction_id varchar)",
    "items": "struct({}, price_in_usd double, price double, quantity bigint, "
             "item_revenue_in_usd double, item_revenue double, item_refund_in_usd double, "
             "item_refund double, {}, item_params {})[]".format(
                 strings("item_id, item_name, item_brand, item_variant, item_category, "
                         "item_category2, item_category3, item_category4, item_category5"),
                 strings("coupon, affiliation, location_id, item_list_id, item_list_name, "
                         "item_list_index, promotion_id, promotion_name, creative_name, "
                         "creative_slot"), PARAMS),
    "batch_event_index": "bigint",
    "batch_ordering_id": "bigint",
    "batch_page_id": "bigint",
    "publisher": f"struct(ad_revenue_in_usd double, {strings('ad_format, ad_source_name, ad_unit_id')})",
}


def literal(value):
    """A Python value as SQL: None, text, number, sequence (list) or dict (struct)."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, dict):
        return "struct_pack(" + ", ".join(f"{k} := {literal(v)}" for k, v in value.items()) + ")"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(literal, value)) + "]"
    return str(value)


def slots(weights, size=500):
    """`size` values, each as often as its weight: a uniform number picks one by position."""
    total, seen, result = sum(weights.values()), 0, []
    for value, weight in weights.items():
        seen += weight
        result += [value] * (round(size * seen / total) - len(result))
    return result


def by_engagement(rates):
    return f"{literal(rates)}[engagement]"


def prepare(connection, arguments):
    """Macros and lists that the steps share. Only exact arithmetic: no logarithm, no power."""
    connection.execute(f"""
        create macro draw(v, purpose) as md5_number_lower(concat({arguments.seed}, ':', v, ':', purpose));
        create macro uniform(drawn) as (drawn >> 11) / 9007199254740992e0;
        create macro part(drawn, i) as ((drawn >> (21 * i)) & 2097151) / 2097152e0;
        create macro pick(choices, u) as choices[1 + floor(u * len(choices))::int];
        create macro is_denied(v) as part(draw(v, 'consent'), 0) < {CONSENT_DENIED_RATE};
        create macro time_of_day(v, purpose, zone_hours) as
            ((pick(getvariable('hours'), part(draw(v, purpose), 2)) - zone_hours + 24) % 24) * {HOUR}
            + (draw(v, purpose) % {HOUR})::bigint;
        create macro days_after(start_us, days) as start_us - start_us % {DAY} + days * {DAY};
        create macro base_start(v, visit, first_day, gap_days, zone_hours) as
            {arguments.start_us}
            + (first_day + (visit - 1) * (gap_days + (draw(v, 'gap' || visit) % 2)::int)) * {DAY}
            + time_of_day(v, 'base' || visit, zone_hours);
        create macro page(path, action, product) as
            struct_pack(path := path, action := action, product := product::int);
        create macro plain(path) as page(path, '', 0);
        create macro product_page(product, action) as
            page('/products/' || getvariable('products')[product].slug, action, product);
        create macro pages_if(condition, pages) as case when condition then pages else [] end;
        create macro text_param(key, x) as case when x is not null then struct_pack(
            key := key, value := struct_pack(
                string_value := x::varchar, int_value := null::bigint,
                float_value := null::double, double_value := null::double)) end;
        create macro integer_param(key, x) as case when x is not null then struct_pack(
            key := key, value := struct_pack(
                string_value := null::varchar, int_value := x::bigint,
                float_value := null::double, double_value := null::double)) end;
        create macro double_param(key, x) as case when x is not null then struct_pack(
            key := key, value := struct_pack(
                string_value := null::varchar, int_value := null::bigint,
                float_value := null::double, double_value := x::double)) end;
        create macro present(params) as list_filter(params, lambda p: p is not null);
    """)
    first_day = arguments.start.weekday()
    lists = {
        "hours": slots(dict(enumerate(HOUR_WEIGHTS))),
        "days": slots({
            day: WEEKDAY_WEIGHTS[(first_day + day) % 7] * (1 + DAILY_GROWTH * day)
            for day in range(arguments.days)}, size=max(5_000, 20 * arguments.days)),
        "engagements": slots(ENGAGEMENT_SHARES),
        "visits": [slots(weights, 100) for weights in BASE_VISITS],
        "fillers": [slots(weights, 100) for weights in FILLER_PAGES],
        "device_slots": slots({i: row[0] for i, row in enumerate(DEVICES, 1)}),
        "devices": [{
            "category": row[1], "brand": row[2], "model": row[3], "system": row[4],
            "system_version": row[5], "browser": row[6], "browser_version": row[7],
            "hides_order": row[4] == "iOS" and row[6] == "Safari",
            "cart_rate": CART_RATES[row[1]], "checkout_rate": CHECKOUT_RATES[row[1]],
            "purchase_rate": PURCHASE_RATES[row[1]]} for row in DEVICES],
        "country_slots": slots({i: row[0] for i, row in enumerate(COUNTRIES, 1)}),
        "countries": [dict(zip(
            ("continent", "sub_continent", "country", "region", "city", "language", "zone_hours"),
            row[1:])) for row in COUNTRIES],
        "first_touches": slots({i: row[0] for i, row in enumerate(TOUCHES, 1)}),
        "later_touches": slots({i: row[1] for i, row in enumerate(TOUCHES, 1)}),
        "touches": [dict(zip(
            ("intent", "channel", "source", "medium", "campaign", "referrer"), row[2:]))
            for row in TOUCHES],
        "product_slots": slots({i: row[0] for i, row in enumerate(PRODUCTS, 1)}),
        "products": [dict(zip(("slug", "name", "category", "cents"), row[1:])) for row in PRODUCTS],
    }
    for name, values in lists.items():
        connection.execute(f"set variable {name} = {literal(values)}")


# One row per person [first, last): what they are and what they will do when (times in epoch us)
VISITORS = """
create or replace temp table visitors as
with drawn as (
    select
        v,
        draw(v, 'who') as who,
        draw(v, 'arrival') as arrival,
        draw(v, 'store') as store,
        draw(v, 'buying') as buying,
        draw(v, 'checkout') as checkout,
        draw(v, 'content') as content,
        draw(v, 'place') as place,
        draw(v, 'trial') as trial,
        draw(v, 'project') as project,
        draw(v, 'devices') as devices,
        pick(getvariable('first_touches'), uniform(draw(v, 'touch1'))) as touch
    from range({first}, {last}) as numbers (v)
),
people as (
    select
        *,
        is_denied(v) as is_denied,
        pick(getvariable('engagements'), part(who, 0)) as engagement,
        pick(getvariable('device_slots'), part(who, 1)) as device,
        pick(getvariable('country_slots'), part(who, 2)) as country,
        pick(getvariable('days'), uniform(arrival)) as first_day,
        3 + (arrival % 10)::int as gap_days,
        getvariable('touches')[touch].intent as intent,
        getvariable('countries')[country].zone_hours as zone_hours,
        getvariable('devices')[device] as rates
    from drawn
),
interests as (
    select
        *,
        pick(getvariable('visits')[engagement], part(devices, 0)) as visits,
        not is_denied and part(store, 0) < {shopper_rate} * intent as is_shopper,
        not is_denied and part(content, 0) < {blog_rate} as reads_blog,
        not is_denied and part(content, 1) < {pricing_rate} * intent as sees_pricing,
        not is_denied and part(content, 2) < {service_rate} as sees_service,
        not is_denied and part(trial, 0) < {demo_video_rate} as plays_demo_video,
        part(trial, 1) < {scroll_rate} as scrolls_pricing,
        {engagement_factor} as factor
    from people
),
placed as (
    -- which visit serves which interest; most readers reach the blog before the pricing page
    select
        *,
        1 + floor(part(place, 0) * visits)::int as shop_visit,
        1 + floor(part(place, 1) * visits)::int as pricing_visit,
        1 + floor(part(place, 2) * visits)::int as service_visit,
        base_start(v, shop_visit, first_day, gap_days, zone_hours) as shop_us,
        base_start(v, pricing_visit, first_day, gap_days, zone_hours) as pricing_us,
        base_start(v, service_visit, first_day, gap_days, zone_hours) as free_sign_up_us,
        case
            when part(devices, 1) < 0.1 then visits
            else 1 + floor(part(devices, 1) * pricing_visit)::int
        end as blog_visit
    from interests
),
store_plans as (
    select
        *,
        {shop_plan} as shop_plan,
        part(buying, 0) < rates.cart_rate * factor * case
            when rates.category = 'mobile' and shop_us >= {broken_us} and shop_us < {broken_us} + 7 * {day}
                then {broken_factor}
            else 1
        end as adds_to_cart,
        adds_to_cart and part(buying, 1) < rates.checkout_rate * factor as checks_out,
        checks_out and part(buying, 2) < rates.purchase_rate * factor as buys,
        part(checkout, 0) < {later_checkout_rate} as checks_out_later,
        days_after(shop_us, 3 + (checkout % 4)::int) + time_of_day(v, 'checkout', zone_hours) as checkout_us,
        part(checkout, 1) < {repurchase_rate} as buys_again
    from placed
),
saas_plans as (
    select
        *,
        sees_pricing and part(trial, 2) < case
            when scrolls_pricing then {scrolled_rate} else {not_scrolled_rate}
        end as has_trial,
        part(project, 0) < {same_session_rate} as tries_at_once,
        case
            when has_trial and tries_at_once then pricing_us
            when has_trial
                then days_after(pricing_us, 1 + (project % 6)::int) + time_of_day(v, 'trial', zone_hours)
        end as trial_us,
        not is_denied and not has_trial and part(devices, 2) < {free_sign_up_rate} as signs_up_free,
        coalesce(trial_us, case when signs_up_free then free_sign_up_us end) as sign_up_us
    from store_plans
),
onboarding as (
    select
        *,
        case
            when part(project, 1) < {at_once} then 'at once'
            when part(project, 1) < {at_once} + {soon} then 'soon'
            when part(project, 1) < {at_once} + {soon} + {late} then 'late'
            else 'never'
        end as project_plan,
        case project_plan
            when 'at once' then sign_up_us
            when 'soon' then sign_up_us + {hour} + floor(part(project, 2) * 69 * {hour})::bigint
            when 'late' then sign_up_us + floor((73 + part(project, 2) * 120) * {hour})::bigint
        end as project_us,
        has_trial and part(draw(v, 'subscription'), 0) < case
            when plays_demo_video then {video_rate} else {no_video_rate}
        end as subscribes,
        -- a few subscribe after the 30 days of the funnel
        days_after(trial_us, case
            when part(draw(v, 'subscription'), 1) < 0.05 then 33
            else 3 + (draw(v, 'subscription') % 11)::int
        end) + time_of_day(v, 'subscribe', zone_hours) as subscription_us
    from saas_plans
)
select * from onboarding
"""

# One row per session. A visit number is unique per person; `owner` is whose device is used.
VISITS = """
create or replace temp table visits as
with planned as (
    select v, 'base' as kind, number::int as visit, v as owner, 1 as device_number,
        base_start(v, number, first_day, gap_days, zone_hours) as start_us
    from visitors cross join range(1, 6) as numbers (number)
    where number <= visits
    union all
    select v, 'quick return', 10, v, 1,
        base_start(v, 1, first_day, gap_days, zone_hours)
        + 2 * {hour} + floor(part(draw(v, 'quick'), 1) * 44 * {hour})::bigint
    from visitors where part(draw(v, 'quick'), 0) < {quick_return_rate}
    union all
    select v, 'checkout later', 11, v, 1, checkout_us
    from visitors where is_shopper and shop_plan = 'regular' and checks_out and checks_out_later
    union all
    select v, 'payment later', 12, v, 1, case shop_plan
        when 'too_late' then days_after(shop_us, 8 + (checkout % 5)::int) + shop_us % {day}
        when 'at_the_end' then shop_us + 7 * {day}
        else shop_us + 7 * {day} + 1 end
    from visitors where is_shopper and shop_plan in ('too_late', 'at_the_end', 'just_after')
    union all
    select v, 'trial later', 13, v, 1, trial_us from visitors where has_trial and not tries_at_once
    union all
    select v, 'project', 14, v, 1, project_us
    from visitors where sign_up_us is not null and project_plan in ('soon', 'late')
    union all
    select v, 'subscription', 15, v, 1, subscription_us from visitors where subscribes
    union all
    select v, 'second device', 16, v, 2,
        days_after(sign_up_us, (draw(v, 'second') % 9)::int - 4) + time_of_day(v, 'second', zone_hours)
    from visitors where sign_up_us is not null and part(draw(v, 'second'), 1) < {second_device_rate}
    union all
    select v, 'second device login', 17, v, 2,
        days_after(sign_up_us, 5 + (draw(v, 'second') % 7)::int) + time_of_day(v, 'login', zone_hours)
    from visitors where sign_up_us is not null and part(draw(v, 'second'), 1) < {second_device_rate}
    union all
    select v, 'repurchase', 18, v, 1,
        days_after(shop_us, 7 + (draw(v, 'again') % 34)::int) + time_of_day(v, 'again', zone_hours)
    from visitors where is_shopper and shop_plan = 'regular' and buys and buys_again
    union all
    select v, 'borrowed device', 19, xor(v, 1), 1,
        days_after(sign_up_us, 4 + (draw(v, 'borrow') % 9)::int) + time_of_day(v, 'borrow', zone_hours)
    from visitors
    where sign_up_us is not null and part(draw(v, 'borrow'), 1) < {borrowed_device_rate}
        and xor(v, 1) < {visitors} and not is_denied(xor(v, 1))
    union all
    -- a few use the product through somebody else's project
    select v, 'app', 29, v, 1, days_after(sign_up_us, 2) + time_of_day(v, 'app', zone_hours)
    from visitors
    where sign_up_us is not null and project_plan = 'never' and part(draw(v, 'app'), 0) < 0.2
    union all
    select v, 'app', 30 + week, v, 1,
        days_after(project_us, 7 * week + 1 + (draw(v, 'week' || week) % 6)::int)
        + time_of_day(v, 'week' || week, zone_hours)
    from visitors cross join range({retention_weeks}) as weeks (week)
    where sign_up_us is not null and project_us is not null
        and part(draw(v, 'week' || week), 1) < {retention_rates}[week + 1]
),
numbered as (
    select
        *,
        row_number() over device_history as session_number,
        first_value(start_us) over device_history as first_touch_us
    from planned
    where start_us >= {start_us} and start_us < {end_us}
    window device_history as (partition by owner, device_number order by start_us, v, visit)
),
touched as (
    select
        *,
        case
            when kind in ('app', 'project', 'payment later', 'borrowed device', 'subscription') then {direct}
            when session_number = 1 and device_number = 1
                then pick(getvariable('first_touches'), uniform(draw(owner, 'touch1')))
            else pick(getvariable('later_touches'), uniform(draw(v, 'touch' || visit)))
        end as touch
    from numbered
)
select
    * exclude (device_number),
    2 * owner + device_number - 1 as device_id,
    first_value(touch) over device_history as first_touch,
    coalesce(
        last_value(case when touch <> {direct} then touch end ignore nulls) over device_history, {direct}
    ) as last_click
from touched
window device_history as (
    partition by owner, device_number order by start_us, v, visit
    rows between unbounded preceding and current row
)
"""

# One row per page view, with its time, the page before it and the planned action
PAGES = """
create or replace temp table pages as
with shop_lists as (
    select
        v,
        pick(getvariable('product_slots'), uniform(draw(v, 'cart product'))) as product,
        case
            when shop_plan in ('at_the_end', 'just_after') then []
            else list_transform(
                range((draw(v, 'views') % (1 + engagement))::int),
                lambda i: product_page(
                    pick(getvariable('product_slots'), uniform(draw(v, 'product' || i))), ''))
        end as other_views,
        case
            when shop_plan in ('no_cart', 'wrong_order') then ''
            when shop_plan <> 'regular' then 'add_to_cart'
            when not adds_to_cart then ''
            when part(draw(v, 'views'), 2) < 0.70 then 'add_to_cart'
            when part(draw(v, 'views'), 2) < 0.93 then 'quick_add'
            else 'quick_add_first'
        end as cart_action,
        [plain('/cart'), page('/checkout', 'begin_checkout', product)] as checkout_pages,
        [page('/checkout/thank-you', 'purchase', product)] as payment_pages,
        pages_if(shop_plan = 'wrong_order', [page('/cart', 'add_to_cart', product)])
        || other_views
        || [product_page(product, cart_action)]
        || case shop_plan
            when 'regular' then
                pages_if(checks_out and not checks_out_later, checkout_pages)
                || pages_if(buys and not checks_out_later, payment_pages)
            when 'no_cart' then checkout_pages[2:] || payment_pages
            when 'wrong_order' then checkout_pages[2:] || payment_pages
            else checkout_pages
        end as shop_pages
    from visitors
),
visit_lists as (
    select
        visits.*,
        visitors.* exclude (v, touch, visits),
        shop_lists.* exclude (v),
        visits.kind = 'base' and visits.visit = shop_visit and is_shopper as shops,
        shop_plan in ('at_the_end', 'just_after') or part(store, 2) < 0.3 as lands_on_product,
        visits.kind = 'base' and visits.visit = pricing_visit and sees_pricing as prices,
        case when project_plan = 'at once' then [page('/app/projects/new', 'project_created', 0)] else [] end
            as first_project,
        -- filler pages do not depend on what is planned
        list_transform(
            range(pick(getvariable('fillers')[engagement], part(draw(visits.v, 'fill' || visit), 0))),
            lambda i: plain(pick({fillers}, uniform(draw(visits.v, concat('filler', visit, ':', i)))))
        ) as filler_pages,
        list_transform(
            range(1 + (draw(visits.v, 'posts') % 3)::int),
            lambda i: plain('/blog/' || pick({blog_posts}, uniform(draw(visits.v, 'post' || i))))
        ) as blog_pages,
        list_transform(
            range(1 + (draw(visits.v, 'flows' || visit) % 10 >= 6)::int
                + (draw(visits.v, 'flows' || visit) % 10 >= 9)::int),
            lambda i: page('/app/workflows', 'workflow_completed', 0)
        ) as workflow_pages,
        [page('/signup', 'sign_up', 0)] as sign_up_pages,
        [page('/app', 'trial_started', 0)] as trial_pages
    from visits
    join visitors on visits.v = visitors.v
    join shop_lists on visits.v = shop_lists.v
),
page_lists as (
    select
        *,
        case kind
            when 'base' then
                pages_if(shops and lands_on_product, shop_pages)
                || pages_if(visit = blog_visit and reads_blog and part(store, 1) < 0.85, blog_pages)
                || pages_if(
                    not (shops and lands_on_product) and not (visit = blog_visit and reads_blog), [plain('/')])
                || filler_pages
                || pages_if(visit = service_visit and sees_service, [page(
                    '/services/' || pick({services}, uniform(draw(v, 'service'))),
                    case when part(draw(v, 'read'), 0) < {long_read_rate} then 'long_read' else '' end, 0)])
                || pages_if(visit = 1 and plays_demo_video, [page('/', 'demo_video_played', 0)])
                || pages_if(prices, [page(
                    '/pricing', case when scrolls_pricing then 'scroll_pricing' else '' end, 0)])
                || pages_if(prices and draw(v, 'enterprise') % 8 = 0, [plain('/pricing/enterprise')])
                || pages_if(prices and has_trial and tries_at_once,
                    sign_up_pages || trial_pages || first_project)
                || pages_if(visit = service_visit and signs_up_free, sign_up_pages || first_project)
                || pages_if(visit = blog_visit and reads_blog and part(store, 1) >= 0.85, blog_pages)
                || pages_if(shops and not lands_on_product, shop_pages)
            when 'quick return' then [plain('/')] || filler_pages
            when 'checkout later' then
                pages_if(checkout % 2 = 0, [product_page(product, '')])
                || checkout_pages || pages_if(buys, payment_pages)
            when 'payment later' then payment_pages
            when 'trial later' then [plain('/')] || sign_up_pages || trial_pages || first_project
            when 'project' then [plain('/app'), page('/app/projects/new', 'project_created', 0)]
            when 'subscription' then [plain('/app'), page('/app/billing', 'subscription_started', 0)]
            when 'second device' then
                [plain('/')] || filler_pages || pages_if(reads_blog, blog_pages[:1])
            when 'second device login' then
                [plain('/'), plain('/app')] || pages_if(project_us is not null, workflow_pages)
            when 'repurchase' then
                [product_page(product, 'add_to_cart')] || checkout_pages || payment_pages
            else [plain('/app')] || workflow_pages
        end as page_list
    from visit_lists
),
unnested as (
    select
        v, kind, visit, owner, device_id, start_us, session_number, touch, first_touch, last_click,
        first_touch_us,
        unnest(page_list) as page,
        generate_subscripts(page_list, 1)::int as page_no,
        len(page_list) as session_pages
    from page_lists
),
drawn as (
    select
        * exclude (page),
        page.path as path,
        page.action as action,
        page.product as product,
        draw(v, concat('page', visit, ':', page_no)) as page_draw,
        case
            when page.action = 'long_read' then 180 * {second} + (page_draw % (200 * {second}))::bigint
            else 8 * {second}
                + floor(150 * {second} * part(page_draw, 1) * part(page_draw, 1))::bigint
                + (page_draw % {second})::bigint
        end as dwell_us
    from unnested
)
select
    *,
    start_us + coalesce(sum(dwell_us) over earlier_pages, 0)::bigint as page_us,
    lag(path) over (partition by v, visit order by page_no) as previous_path,
    case
        when action = 'scroll_pricing' then case when page_draw % 3 = 0 then 90 else 75 end
        when path like '/pricing%' then case page_draw % 10 when 0 then 25 when 1 then 50 when 2 then 50 end
        when part(page_draw, 2) < 0.2 then 90
    end as percent_scrolled,
    case
        when path like '/services/%' and action = '' and page_draw % 12 = 0 then 120000
        when action = 'long_read' then floor(dwell_us * 0.9 / 1000)::bigint
        when part(page_draw, 0) < 0.4 then floor(dwell_us * (0.3 + 0.6 * part(page_draw, 2)) / 1000)::bigint
    end as engagement_msec
from drawn
window earlier_pages as (
    partition by v, visit order by page_no rows between unbounded preceding and 1 preceding
)
"""

# One row per clean event. `person` is null until the person has signed up and is logged in;
# `event_order` orders events as the export can: ties of devices that hide the order stay equal.
EVENTS = """
create or replace temp table events as
with hits as (
    {hits}
),
timed as (
    select *, page_us + floor(dwell_us * dwell_share)::bigint as event_us
    from hits
    where event_us < {end_us}
),
sign_ups as (
    select v, min(event_us) as signed_up_us from timed where event_name = 'sign_up' group by v
),
people as (
    select
        timed.*,
        is_denied(timed.v) as is_denied,
        case
            when timed.kind = 'second device login' and timed.page_no = 1 then null
            when timed.kind = 'second device' then null
            when timed.kind = 'base' and timed.page_no = 1 and timed.page_draw % 7 = 0 then null
            when timed.event_us >= sign_ups.signed_up_us then timed.v
        end as person,
        draw(timed.v, concat('event', visit, ':', page_no, ':', request, ':', batch_index)) as event_draw,
        case
            when device_id % 2 = 0 then pick(getvariable('device_slots'), part(draw(owner, 'who'), 1))
            else pick(getvariable('device_slots'), part(draw(owner, 'second device'), 1))
        end as device,
        pick(getvariable('country_slots'), part(draw(owner, 'who'), 2)) as country
    from timed
    left join sign_ups on timed.v = sign_ups.v
)
select
    v, visit, page_no, request, batch_index, event_name, event_us, event_draw, device_id, is_denied,
    person, device, country, touch, first_touch, last_click, first_touch_us, session_number,
    session_pages, start_us // {second} as session_id, page_us, path, previous_path, product,
    ((event_us - {start_us}) // {day})::int as event_day,
    event_us * 1000
        + case when getvariable('devices')[device].hides_order then 0 else batch_index end as event_order,
    case when event_name = 'scroll' then percent_scrolled end as percent_scrolled,
    case when event_name = 'user_engagement' then engagement_msec end as engagement_msec,
    case when event_name in {store_events} then getvariable('products')[product].cents end as price_cents,
    case when event_name = 'purchase' then 1 + (page_draw % 10 >= 8)::int else 1 end as quantity,
    case
        when event_name = 'purchase' then case
            when part(page_draw, 1) < {not_set_rate} then '(not set)' else (1000000 + v * 64 + visit)::varchar end
        when event_name = 'subscription_started' then 'S' || (v * 64 + visit)
    end as transaction_id,
    event_name = 'purchase'
        and part(page_draw, 1) between {not_set_rate} and {not_set_rate} + {nan_rate} as is_nan,
    case when event_name = 'subscription_started' and event_draw % 4 = 0 then 'business'
        when event_name in ('subscription_started', 'trial_started') then 'starter' end as plan
from people
"""

# Clean rows and dirt, each with the day (offset) of the file that holds it
DELIVERED = """
create or replace temp table delivered as
with marked as (
    select *, case when not is_denied then {dirt_kind} end as drawn_dirt
    from events
),
placed as (
    select
        *,
        1 + (event_draw % 3)::int as days_late,
        case
            when drawn_dirt = 'late' and event_day + days_late > {last_day} then null
            when drawn_dirt = 'duplicate_next_file' and event_day + 1 > {last_day} then null
            when drawn_dirt = 'malformed_event_name' and event_name <> 'page_view' then null
            else drawn_dirt
        end as dirt
    from marked
)
select * exclude (drawn_dirt, days_late, dirt), false as is_copy,
    case when dirt = 'late' then 'late' end as dirt,
    event_day + case when dirt = 'late' then days_late else 0 end as file_day
from placed
union all by name
select * exclude (drawn_dirt, days_late) replace (
        case dirt
            when 'null_event_name' then null
            when 'malformed_event_name' then pick({malformed_names}, part(event_draw, 0))
            else event_name
        end as event_name,
        case dirt
            when 'null_event_timestamp' then null
            when 'future_dated' then event_us + {future_shift}
            when 'malformed_event_name' then event_us + 1001
            else event_us
        end as event_us
    ),
    true as is_copy,
    event_day + case when dirt = 'duplicate_next_file' then 1 else 0 end as file_day
from placed
where dirt <> 'late'
"""

# One day's file: the delivered rows widened to the export, in an order that says nothing
EXPORT = """
with delivered as (
    select * from read_parquet({spilled}) where file_day = {file_day}
),
ordered as (
    select * from delivered order by device_id, event_draw, event_us, event_name, is_copy
),
looked_up as (
    select
        *,
        getvariable('devices')[device] as profile,
        getvariable('countries')[country] as place,
        getvariable('touches')[touch] as source,
        getvariable('touches')[first_touch] as first_source,
        getvariable('touches')[last_click] as click_source,
        getvariable('products')[product] as item,
        page_no = 1 and request = 1 and touch <> {direct} as is_landing,
        case
            when is_nan then 'nan'::double
            when event_name = 'subscription_started' then case plan when 'business' then 99e0 else 29e0 end
            else price_cents * quantity / 100e0
        end as value,
        coalesce(event_us, page_us) as known_us,
        'https://{host}' as origin,
        pick(['desk', 'mug', 'rain jacket', 'gift'], part(event_draw, 0)) as search_term
    from ordered
),
located as (
    select
        *,
        origin || path || case
            when path = '/search' then '?q=' || replace(search_term, ' ', '+')
            when page_no > 1 then ''
            when source.medium = 'cpc' and source.source = 'google' then '?gclid=Cj0K' || md5(session_id::varchar)
            when source.medium in ('(none)', 'organic', 'referral') then ''
            else concat('?utm_source=', source.source, '&utm_medium=', source.medium,
                '&utm_campaign=' || replace(replace(source.campaign, ' ', '%20'), '!', '%21'))
        end as page_location
    from looked_up
),
exported as (
    select
        strftime(make_timestamp(coalesce(event_us, {start_us} + file_day * {day})), '%Y%m%d') as event_date,
        event_us as event_timestamp,
        event_name,
        present([
            integer_param('ga_session_id', case when not is_denied then session_id end),
            integer_param('ga_session_number', case when not is_denied then session_number end),
            text_param('page_location', page_location),
            text_param('page_title', case path when '/' then 'Home' else replace(path[2:], '-', ' ') end),
            text_param('page_referrer', coalesce(origin || previous_path, source.referrer)),
            -- as in real exports, the slot of a parameter differs between clients
            case when profile.browser = 'Firefox' then integer_param('session_engaged', session_pages > 1)
                else text_param('session_engaged', (session_pages > 1)::int) end,
            integer_param('engagement_time_msec', case
                when event_name = 'user_engagement' then engagement_msec
                when request > 1 then (known_us - page_us) // 1400 end),
            integer_param('entrances', case when page_no = 1 and event_name = 'page_view' then 1 end),
            text_param('source', case when is_landing then source.source end),
            text_param('medium', case when is_landing then source.medium end),
            text_param('campaign', case when is_landing then source.campaign end),
            integer_param('percent_scrolled', percent_scrolled),
            text_param('search_term', case when event_name = 'view_search_results' then search_term end),
            text_param('currency', case when value is not null then 'USD' end),
            case when value = floor(value) and not isnan(value) then integer_param('value', value)
                else double_param('value', value) end,
            case when profile.browser = 'Edge' then integer_param('transaction_id', try_cast(transaction_id as bigint))
                else text_param('transaction_id', transaction_id) end,
            text_param('plan', plan),
            case event_name
                when 'sign_up' then text_param('method', pick(['email', 'google', 'github'], part(event_draw, 0)))
                when 'project_created' then
                    text_param('template', pick(['blank', 'shop', 'newsletter'], part(event_draw, 0)))
                when 'workflow_completed' then
                    text_param('workflow_type', pick(['report', 'import', 'campaign'], part(event_draw, 0)))
                when 'newsletter_subscribed' then text_param('placement', 'blog_footer')
                when 'demo_video_played' then text_param('video_title', 'Product tour')
                when 'lead_submitted' then text_param('form_id', 'talk_to_sales') end,
            case event_name
                when 'workflow_completed' then
                    integer_param('duration_seconds', 20 + floor(part(event_draw, 1) * 600))
                when 'demo_video_played' then
                    integer_param('percent_played', 25 * (1 + floor(part(event_draw, 1) * 4))) end
        ]) as event_params,
        null as event_previous_timestamp,
        case when not isnan(value) then value end as event_value_in_usd,
        (event_draw % 1000000000)::bigint as event_bundle_sequence_id,
        (event_draw % 2000000)::bigint as event_server_timestamp_offset,
        'user_' || lpad(person::varchar, 9, '0') as user_id,
        case when not is_denied
            then concat((device_id * 2654435761) % 4294967296, '.', first_touch_us // {second}) end as user_pseudo_id,
        not is_denied as is_active_user,
        struct_pack(
            analytics_storage := case when is_denied then 'No' else 'Yes' end,
            ads_storage := case when is_denied then 'No' else 'Yes' end,
            uses_transient_token := case when is_denied then 'Yes' else 'No' end) as privacy_info,
        [] as user_properties,
        case when not is_denied then first_touch_us end as user_first_touch_timestamp,
        struct_pack(revenue := 0, currency := 'USD') as user_ltv,
        struct_pack(
            category := profile.category, mobile_brand_name := profile.brand,
            mobile_model_name := profile.model, mobile_marketing_name := profile.model,
            operating_system := profile.system, operating_system_version := profile.system_version,
            language := place.language, is_limited_ad_tracking := 'No',
            time_zone_offset_seconds := place.zone_hours * 3600,
            browser := profile.browser, browser_version := profile.browser_version,
            web_info := struct_pack(browser := profile.browser,
                browser_version := profile.browser_version, hostname := '{host}')) as device,
        struct_pack(
            continent := place.continent, sub_continent := place.sub_continent, country := place.country,
            region := place.region, city := place.city, metro := '(not set)') as geo,
        null as app_info,
        struct_pack(name := first_source.campaign, medium := first_source.medium,
            source := first_source.source) as traffic_source,
        case when is_landing then struct_pack(
            manual_campaign_name := source.campaign, manual_source := source.source,
            manual_medium := source.medium,
            gclid := nullif(regexp_extract(page_location, 'gclid=(.*)$', 1), '')) end as collected_traffic_source,
        struct_pack(
            manual_campaign := struct_pack(campaign_name := click_source.campaign,
                source := click_source.source, medium := click_source.medium),
            cross_channel_campaign := struct_pack(campaign_name := click_source.campaign,
                source := click_source.source, medium := click_source.medium,
                default_channel_group := click_source.channel,
                primary_channel_group := click_source.channel)) as session_traffic_source_last_click,
        '4815162342' as stream_id,
        'WEB' as platform,
        struct_pack(hostname := '{host}') as event_dimensions,
        struct_pack(
            total_item_quantity := case when price_cents is not null then quantity end,
            purchase_revenue_in_usd := case when event_name = 'purchase' then value end,
            purchase_revenue := case when event_name = 'purchase' then value end,
            shipping_value := case when event_name = 'purchase' then 4.9 end,
            tax_value := case when event_name = 'purchase' then 0 end,
            unique_items := case when price_cents is not null then 1 end,
            transaction_id := case
                when event_name = 'purchase' then transaction_id
                when price_cents is not null then '(not set)' end) as ecommerce,
        case when price_cents is null then [] else [struct_pack(
            item_id := 'SKU' || lpad(product::varchar, 4, '0'), item_name := item.name,
            item_brand := 'Waymark', item_category := item.category,
            price_in_usd := item.cents / 100e0, price := item.cents / 100e0, quantity := quantity,
            item_revenue_in_usd := case when event_name = 'purchase' then item.cents * quantity / 100e0 end,
            item_revenue := case when event_name = 'purchase' then item.cents * quantity / 100e0 end,
            item_params := [])] end as items,
        case when not profile.hides_order then batch_index end as batch_event_index,
        case when not profile.hides_order then request end as batch_ordering_id,
        case when not profile.hides_order then page_no end as batch_page_id,
        null as publisher
    from located
)
select {columns} from exported
"""

# ---------------------------------------------------------------------------------------------
# Truth: counted on clean events, in the generator's own way

# Clean rows of known devices with their visitor: the user of the row, else the first user seen on
# the device, else the device itself
STITCHED = """
create or replace temp table stitched as
with first_users as (
    select device_id, arg_min(person, event_order) as person
    from events where person is not null group by device_id
)
select
    events.*,
    coalesce(events.person, first_users.person, -1 - events.device_id) as visitor,
    getvariable('devices')[device].category as device_category
from events
left join first_users on events.device_id = first_users.device_id
where not is_denied
"""

GOALS = {
    "viewed_product": "event_name = 'view_item'",
    "added_to_cart": "event_name = 'add_to_cart'",
    "began_checkout": "event_name = 'begin_checkout'",
    "order_placed": "event_name = 'purchase'",
    "trial_started": "event_name = 'trial_started'",
    "subscription_started": "event_name = 'subscription_started'",
    "viewed_pricing_page": "event_name = 'page_view' and path like '/pricing%'",
    "scrolled_pricing_page": "event_name = 'scroll' and path like '/pricing%' and percent_scrolled >= 75",
    "engaged_with_service_page":
        "event_name = 'user_engagement' and path like '/services%' and engagement_msec > 120000",
    "read_blog_post": "event_name = 'page_view' and path like '/blog/%'",
    "signed_up": "event_name = 'sign_up'",
    "created_project": "event_name = 'project_created'",
    "completed_workflow": "event_name = 'workflow_completed'",
    "played_demo_video": "event_name = 'demo_video_played'",
}
# goal name: what its completions are, given the completions of the goals above
DERIVED_GOALS = {
    "visited": """
        select visitor, min(event_us) as event_us, min(event_order) as event_order, null as device_category
        from stitched group by visitor, session_id""",
    "returned_within_48_hours": f"""
        select visitor, min(event_us) as event_us, min(event_order) as event_order, null as device_category
        from (
            select *, lag(event_us) over (partition by visitor order by event_order) as previous_us
            from completions where goal = 'visited'
        )
        where event_us <= previous_us + {48 * HOUR} group by visitor""",
    "activated_within_72_hours": f"""
        select visitor, min(projects.event_us), min(projects.event_order), null
        from completions as projects join completions as sign_ups using (visitor)
        where projects.goal = 'created_project' and sign_ups.goal = 'signed_up'
            and projects.event_order >= sign_ups.event_order
            and projects.event_us <= sign_ups.event_us + {72 * HOUR}
        group by visitor""",
    "blog_reader_started_trial": f"""
        select distinct visitor, trials.event_us, trials.event_order, null
        from completions as trials join completions as posts using (visitor)
        where trials.goal = 'trial_started' and posts.goal = 'read_blog_post'
            and trials.event_order >= posts.event_order and trials.event_us <= posts.event_us + {7 * DAY}""",
    "completed_workflow_twice": """
        select visitor, event_us, event_order, null from completions where goal = 'completed_workflow'
        qualify row_number() over (partition by visitor order by event_order) = 2""",
}
FUNNELS = {  # name: (window in days, steps)
    "checkout": (7, ("viewed_product", "added_to_cart", "began_checkout", "order_placed")),
    "onboarding": (30, ("signed_up", "activated_within_72_hours", "completed_workflow", "subscription_started")),
    "content_to_trial": (7, ("read_blog_post", "viewed_pricing_page", "trial_started")),
}
EDGES = (  # micro, macro
    ("scrolled_pricing_page", "trial_started"),
    ("played_demo_video", "subscription_started"),
    ("returned_within_48_hours", "order_placed"),
)


def funnel_facts(name, window_days, steps):
    """SQL of facts 'funnel|<name>|<device category or all>' and 'any order|<name>', label = step number.

    Every first-step completion starts an attempt, each step takes the earliest completion that is not
    before the last one and inside the window; a visitor counts with the deepest attempt, the one that
    got there first, and of those the latest entry.
    """
    attempts = [f"attempt_1 as (select visitor, device_category, event_us as entry_us, event_order as order_1 "
                f"from completions where goal = '{steps[0]}')"]
    for n, step in enumerate(steps[1:], 2):
        attempts.append(f"""attempt_{n} as (
            select attempt.*, min(step.event_order) filter (
                step.event_order >= order_{n - 1} and step.event_us <= entry_us + {window_days * DAY}
            ) as order_{n}
            from attempt_{n - 1} as attempt
            left join completions as step on attempt.visitor = step.visitor and step.goal = '{step}'
            group by all
        )""")
    reached = [f"order_{n}" for n in range(1, len(steps) + 1)]
    depth = " + ".join(f"({column} is not null)::int" for column in reached)
    done_any = "\n".join(
        f"union all select 'any order|{name}', '{n}', count(*) from (select visitor from completions "
        f"where goal in {(*steps[:n], '')} group by visitor having count(distinct goal) = {n})"
        for n in range(1, len(steps) + 1))
    return f"""
        with {", ".join(attempts)},
        deepest as (
            select visitor, device_category, {depth} as depth from attempt_{len(steps)}
            qualify row_number() over (
                partition by visitor
                order by depth desc, coalesce({", ".join(reversed(reached))}), order_1 desc
            ) = 1
        )
        select 'funnel|{name}|' || category as fact, step::varchar as label, count(*) as n
        from deepest cross join range(1, {len(steps) + 1}) as steps (step)
        cross join lateral (select unnest(['all', device_category]) as category)
        where depth >= step and category is not null group by all
        {done_any}
    """


def edge_facts(micro, macro):
    """SQL of facts 'edge|<micro>|<macro>', label = exposed or unexposed, then _converted."""
    return f"""
        with units as (
            select visitor, bool_or(goal = '{micro}') as exposed, bool_or(goal = '{macro}') as converted
            from completions group by visitor
        )
        select 'edge|{micro}|{macro}' as fact,
            unnest(['exposed', 'exposed_converted', 'unexposed', 'unexposed_converted']) as label,
            unnest([count(*) filter (exposed), count(*) filter (exposed and converted),
                count(*) filter (not exposed), count(*) filter (not exposed and converted)]) as n
        from units
    """


def other_facts(arguments):
    """SQL of the facts that are plain counts: (fact, label, n)."""
    week = f"event_us - (event_us - {4 * DAY}) % {7 * DAY}"  # Monday 00:00; 1970-01-05 was a Monday
    return [
        "select 'goal' as fact, goal as label, count(distinct visitor) as n from completions group by goal",
        "select 'completions', goal, count(*) from completions group by goal",
        "select 'total', 'visitors', count(distinct visitor) from stitched",
        "select 'total', 'sessions', count(*) from (select distinct visitor, session_id from stitched)",
        "select 'total', 'raw_rows', count(*) from delivered",
        f"""select 'money', unnest(['purchase_events', 'purchase_transactions', 'purchase_cents',
                'purchase_cents_once_per_transaction', 'subscription_events', 'subscription_cents']),
            unnest([count(*) filter (event_name = 'purchase'),
                count(distinct transaction_id) filter (event_name = 'purchase' and transaction_id <> '(not set)')
                    + count(*) filter (event_name = 'purchase' and transaction_id = '(not set)'),
                coalesce(sum(price_cents * quantity) filter (event_name = 'purchase' and not is_nan), 0),
                coalesce(sum(price_cents * quantity) filter (
                    event_name = 'purchase' and not is_nan
                    and (transaction_id = '(not set)' or request = 1)), 0),
                count(*) filter (event_name = 'subscription_started'),
                coalesce(sum(case plan when 'business' then 9900 else 2900 end)
                    filter (event_name = 'subscription_started'), 0)])
        from stitched""",
        "select 'file', file_day::varchar, count(*) from delivered group by all",
        "select 'file late', file_day::varchar, count(*) from delivered where dirt = 'late' group by all",
        "select 'dirt', dirt, count(*) from delivered where dirt is not null group by all",
        "select 'malformed', event_name, count(*) from delivered where dirt = 'malformed_event_name' group by all",
        "select 'dirt', 'consent_denied', count(*) from events where is_denied",
        "select 'dirt', 'nan_revenue', count(*) from events where is_nan",
        "select 'dirt', 'transaction_not_set', count(*) from events where transaction_id = '(not set)'",
        """select 'dirt', 'repeated_transaction', count(*) from events
        where event_name = 'purchase' and request > 1 and transaction_id <> '(not set)'""",
        """select 'campaign sessions', getvariable('touches')[touch].campaign, count(*)
        from (select distinct visitor, session_id, touch from stitched) where touch <> 1 group by all""",
        """select 'channel sessions', getvariable('touches')[touch].channel, count(*)
        from (select distinct visitor, session_id, touch from stitched) group by all""",
        f"""select 'mobile week', concat(week, '|', unnest(['viewers', 'adders'])),
            unnest([count(*), count(*) filter (adds)])
        from (
            select (event_us - {arguments.start_us}) // {7 * DAY} as week, visitor,
                bool_or(event_name = 'add_to_cart') as adds
            from stitched
            where device_category = 'mobile' and event_name in ('view_item', 'add_to_cart')
            group by all having bool_or(event_name = 'view_item')
        ) group by week""",
        f"""select 'cohort size', make_timestamp({week})::date::varchar, count(*)
        from completions where goal = 'signed_up' group by all""",
        f"""with weeks as (select visitor, goal, {week} as week_us from completions)
        select 'cohort', concat(make_timestamp(sign_ups.week_us)::date, '|',
            (workflows.week_us - sign_ups.week_us) // {7 * DAY}), count(distinct visitor)
        from weeks as sign_ups join weeks as workflows using (visitor)
        where sign_ups.goal = 'signed_up' and workflows.goal = 'completed_workflow'
            and workflows.week_us >= sign_ups.week_us
        group by all""",
    ]


def plan_block(connection, arguments, first, last):
    """Make the temp tables visitors, visits, pages, events and delivered for visitors [first, last)."""
    times = {
        "first": first, "last": last, "visitors": arguments.visitors, "direct": DIRECT,
        "start_us": arguments.start_us, "end_us": arguments.start_us + arguments.days * DAY,
        "last_day": arguments.days - 1, "day": DAY, "hour": HOUR, "second": SECOND,
    }
    shop_plan, threshold = "case", 0.0
    for plan, share in SHOP_DECOYS.items():
        threshold += share
        shop_plan += f" when part(store, 1) < {threshold:.4f} then '{plan}'"
    connection.execute(VISITORS.format(
        shopper_rate=by_engagement(SHOPPER_RATES), blog_rate=by_engagement(BLOG_RATES),
        pricing_rate=by_engagement(PRICING_RATES), service_rate=by_engagement(SERVICE_RATES),
        demo_video_rate=by_engagement(DEMO_VIDEO_RATES), scroll_rate=by_engagement(SCROLL_RATES),
        engagement_factor=by_engagement(ENGAGEMENT_FACTORS),
        shop_plan=shop_plan + " else 'regular' end",
        broken_us=arguments.start_us + BROKEN_WEEK_OFFSET_DAYS * DAY, broken_factor=BROKEN_CART_FACTOR,
        later_checkout_rate=LATER_CHECKOUT_RATE, repurchase_rate=REPURCHASE_RATE,
        scrolled_rate=TRIAL_RATES["scrolled"], not_scrolled_rate=TRIAL_RATES["not_scrolled"],
        same_session_rate=SAME_SESSION_TRIAL_RATE, free_sign_up_rate=by_engagement(FREE_SIGN_UP_RATES),
        at_once=PROJECT_AT_ONCE_RATE, soon=PROJECT_SOON_RATE, late=PROJECT_LATE_RATE,
        video_rate=SUBSCRIPTION_RATES["demo_video"], no_video_rate=SUBSCRIPTION_RATES["no_demo_video"],
        **times))
    connection.execute(VISITS.format(
        quick_return_rate=by_engagement(QUICK_RETURN_RATES), second_device_rate=SECOND_DEVICE_RATE,
        borrowed_device_rate=BORROWED_DEVICE_RATE, retention_weeks=len(RETENTION_RATES),
        retention_rates=literal(RETENTION_RATES), **times))
    connection.execute(PAGES.format(
        fillers=literal(FILLERS), blog_posts=literal(BLOG_POSTS), services=literal(SERVICES),
        long_read_rate=LONG_READ_RATE, **times))
    hits = "\n    union all\n    ".join(
        f"select *, '{name}' as event_name, {request} as request, {index} as batch_index, "
        f"{share} as dwell_share from pages where {condition}"
        for name, request, index, share, condition in HITS)
    connection.execute(EVENTS.format(
        hits=hits, store_events=STORE_EVENTS, not_set_rate=NOT_SET_TRANSACTION_RATE,
        nan_rate=NAN_REVENUE_RATE, **times))
    dirt_kind, threshold = "case", 0.0
    for kind, share in DIRT_RATES.items():
        threshold += share
        dirt_kind += f" when uniform(event_draw) < {threshold:.4f} then '{kind}'"
    connection.execute(DELIVERED.format(
        dirt_kind=dirt_kind + " end", malformed_names=literal(MALFORMED_EVENT_NAMES),
        future_shift=FUTURE_SHIFT, **times))


def count_block(connection, arguments):
    """Add the facts of the planned block to the table facts (fact, label, n)."""
    connection.execute(STITCHED)
    simple = " union all ".join(
        f"select '{goal}' as goal, visitor, event_us, event_order, device_category "
        f"from stitched where {condition}" for goal, condition in GOALS.items())
    connection.execute(f"create or replace temp table completions as {simple}")
    for goal, query in DERIVED_GOALS.items():
        connection.execute(f"insert into completions select '{goal}', * from ({query})")
    queries = [funnel_facts(name, *funnel) for name, funnel in FUNNELS.items()]
    queries += [edge_facts(*edge) for edge in EDGES] + other_facts(arguments)
    for query in queries:
        connection.execute(f"insert into facts {query}")


def write_files(connection, arguments, spill, folder, progress):
    """Write one file a day from the spilled blocks."""
    columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in EXPORT_SCHEMA.items())
    for file_day in range(arguments.days):
        name = f"events_{arguments.start + timedelta(days=file_day):%Y%m%d}.parquet"
        query = EXPORT.format(
            spilled=literal(str(spill / "*.parquet")), file_day=file_day, columns=columns, host=HOST,
            direct=DIRECT, start_us=arguments.start_us, day=DAY, second=SECOND)
        connection.execute(f"copy ({query}) to {literal(str(folder / name))} (format parquet, compression zstd)")
        progress.advance()


def truth(facts, arguments):
    """The content of truth.json from facts {fact: {label: n}}."""
    def steps(fact):
        counted = facts.get(fact, {})
        return [counted.get(str(n), 0) for n in range(1, max(map(int, counted), default=0) + 1)]

    def file_name(file_day):
        return f"events_{arguments.start + timedelta(days=file_day):%Y%m%d}.parquet"

    dirt = facts.get("dirt", {})
    rejected = {
        "no event name": dirt.get("null_event_name", 0),
        "no time": dirt.get("null_event_timestamp", 0),
        "in the future": dirt.get("future_dated", 0),
        "duplicate": dirt.get("duplicate_same_file", 0) + dirt.get("duplicate_next_file", 0),
    }
    money = facts.get("money", {})
    raw_rows = facts.get("total", {}).get("raw_rows", 0)
    first_broken_day = arguments.start + timedelta(days=BROKEN_WEEK_OFFSET_DAYS)
    weeks = facts.get("mobile week", {})
    cohort_cells = facts.get("cohort", {})
    return {
        "generator": GENERATOR,
        "generator_digest": generator_digest(),
        "arguments": recorded(arguments),
        "first_day": str(arguments.start),
        "last_day": str(arguments.start + timedelta(days=arguments.days - 1)),
        "totals": {
            "raw_rows": raw_rows,
            "accepted_rows": raw_rows - sum(rejected.values()),
            "rejected_rows": rejected,
            "planned_people": arguments.visitors,
            "visitors": facts.get("total", {}).get("visitors", 0),
            "sessions": facts.get("total", {}).get("sessions", 0),
            "purchases": money.get("purchase_events", 0),
            "purchases_once_per_transaction": money.get("purchase_transactions", 0),
            "purchase_revenue": money.get("purchase_cents", 0) / 100,
            "purchase_revenue_once_per_transaction": money.get("purchase_cents_once_per_transaction", 0) / 100,
            "subscriptions": money.get("subscription_events", 0),
            "subscription_revenue": money.get("subscription_cents", 0) / 100,
        },
        "rows_by_file": {
            file_name(day): facts.get("file", {}).get(str(day), 0) for day in range(arguments.days)},
        "late_rows_by_file": {
            file_name(int(day)): n for day, n in sorted(facts.get("file late", {}).items(), key=lambda x: int(x[0]))},
        "dirty_rows": {
            **{kind: dirt.get(kind, 0) for kind in DIRT_RATES},
            **{kind: dirt.get(kind, 0) for kind in (
                "consent_denied", "nan_revenue", "transaction_not_set", "repeated_transaction")},
            "malformed_event_names": facts.get("malformed", {}),
        },
        "goals": {goal: {
            "converting_visitors": facts.get("goal", {}).get(goal, 0),
            "completions": facts.get("completions", {}).get(goal, 0),
        } for goal in (*GOALS, *DERIVED_GOALS)},
        "funnels": {name: {
            "window_days": window_days,
            "steps": list(goals),
            "units_reached": steps(f"funnel|{name}|all"),
            "units_reached_by_device_category": {
                category: steps(f"funnel|{name}|{category}") for category in CART_RATES
            } if name == "checkout" else None,
            "wrong_any_order_no_window": steps(f"any order|{name}"),
        } for name, (window_days, goals) in FUNNELS.items()},
        "sign_up_cohorts": [{
            "cohort_start": cohort_start,
            "cohort_size": size,
            "active_users_by_week": {
                int(cell.split("|")[1]): n for cell, n in sorted(
                    cohort_cells.items(), key=lambda item: int(item[0].split("|")[1]))
                if cell.startswith(cohort_start)},
        } for cohort_start, size in sorted(facts.get("cohort size", {}).items())],
        "edges": [{
            "micro": micro, "macro": macro, **facts.get(f"edge|{micro}|{macro}", {})
        } for micro, macro in EDGES],
        "broken_week": {
            "first_day": str(first_broken_day),
            "last_day": str(first_broken_day + timedelta(days=6)),
            "is_in_range": BROKEN_WEEK_OFFSET_DAYS < arguments.days,
            "device_category": "mobile",
            "goal": "added_to_cart",
            "weeks": [{
                "week_start": str(arguments.start + timedelta(days=7 * week)),
                "mobile_viewers": weeks.get(f"{week}|viewers", 0),
                "mobile_adders": weeks.get(f"{week}|adders", 0),
            } for week in range((arguments.days + 6) // 7)],
        },
        "campaigns": {
            "badly_named": {
                name: facts.get("campaign sessions", {}).get(name, 0) for name in BADLY_NAMED_CAMPAIGNS},
            "sessions": facts.get("campaign sessions", {}),
        },
        "channel_sessions": facts.get("channel sessions", {}),
        "planted": {
            "cart_rate": CART_RATES, "checkout_rate": CHECKOUT_RATES, "purchase_rate": PURCHASE_RATES,
            "engagement_factors": ENGAGEMENT_FACTORS, "engagement_shares": list(ENGAGEMENT_SHARES.values()),
            "shop_decoy_shares": SHOP_DECOYS, "broken_cart_factor": BROKEN_CART_FACTOR,
            "trial_given_pricing_page": TRIAL_RATES, "subscription_given_trial": SUBSCRIPTION_RATES,
            "quick_return_by_engagement": QUICK_RETURN_RATES,
            "effect_of_quick_return_on_purchase": 0,
            "active_by_week_since_project": RETENTION_RATES,
            "dirt_rates": DIRT_RATES,
        },
    }


# ---------------------------------------------------------------------------------------------
# Command line


class Progress:
    """One line on stderr: share done and time left; at most one print a second, ten without a terminal."""

    def __init__(self, blocks, days):
        self.started, self.printed = time.monotonic(), time.monotonic()
        # planning all blocks takes about as long as writing all files
        self.steps = [1 / blocks] * blocks + [1 / days] * days
        self.total, self.done = sum(self.steps), 0.0
        self.is_terminal = sys.stderr.isatty()

    def advance(self):
        self.done += self.steps.pop(0)
        now = time.monotonic()
        if now - self.printed < (1 if self.is_terminal else 10):
            return
        self.printed = now
        left = (now - self.started) * (self.total / self.done - 1)
        print(f"{100 * self.done / self.total:3.0f} % done, about {timedelta(seconds=round(left))} left ",
              end="\r" if self.is_terminal else "\n", file=sys.stderr, flush=True)


def generator_digest():
    return hashlib.md5(Path(__file__).read_bytes()).hexdigest()


def recorded(arguments):
    """The arguments that decide the content."""
    return {
        "days": arguments.days, "seed": arguments.seed, "start": str(arguments.start),
        "rows": arguments.rows, "visitors": None if arguments.rows else arguments.visitors,
    }


def is_own_output(folder):
    """True if the folder holds nothing but what this script writes."""
    try:
        known = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    names = {path.name for path in folder.iterdir()} - {"truth.json"}
    return (isinstance(known, dict) and known.get("generator") == GENERATOR
            and all(re.fullmatch(r"events_\d{8}\.parquet", name) for name in names))


def is_up_to_date(folder, arguments):
    known = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return (known["generator_digest"] == generator_digest() and known["arguments"] == recorded(arguments)
            and all((folder / name).exists() for name in known["rows_by_file"]))


def replace_folder(new, folder):
    """Put `new` in the place of `folder`; on failure the old one stays."""
    if not folder.exists():
        new.rename(folder)
        return
    old = new.with_name(new.name + ".old")
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)


def generate(arguments):
    """Write the data set into a sibling folder and put it in place when it is complete."""
    output = arguments.output
    output.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{output.name}.partial-", dir=output.parent))
    try:
        folder, spill = work / "data", work / "spill"
        folder.mkdir()
        spill.mkdir()
        connection = duckdb.connect()
        connection.execute(f"set temp_directory = {literal(str(work / 'duckdb'))}")
        if arguments.memory_limit:
            connection.execute(f"set memory_limit = {literal(arguments.memory_limit)}")
        if arguments.threads:
            connection.execute(f"set threads = {arguments.threads}")
        prepare(connection, arguments)
        if arguments.rows:
            arguments.visitors = SAMPLE_VISITORS
            plan_block(connection, arguments, 0, SAMPLE_VISITORS)
            sampled, = connection.execute("select count(*) from delivered").fetchone()
            arguments.visitors = max(1, round(arguments.rows * SAMPLE_VISITORS / sampled))
        connection.execute("create table facts (fact varchar, label varchar, n bigint)")
        blocks = range(0, arguments.visitors, BLOCK_VISITORS)
        progress = Progress(len(blocks), arguments.days)
        for number, first in enumerate(blocks):
            plan_block(connection, arguments, first, min(first + BLOCK_VISITORS, arguments.visitors))
            count_block(connection, arguments)
            # small row groups: a day's file reads only its own part of each block
            connection.execute(
                f"copy (from delivered order by file_day) to {literal(str(spill / f'{number:06}.parquet'))} "
                "(format parquet, row_group_size 20480)")
            progress.advance()
        write_files(connection, arguments, spill, folder, progress)
        facts = {}
        for fact, label, n in connection.execute(
                "select fact, label, sum(n)::bigint from facts where label is not null group by all order by all").fetchall():
            facts.setdefault(fact, {})[label] = n
        connection.close()
        planted = truth(facts, arguments)
        (folder / "truth.json").write_text(json.dumps(planted, indent=2) + "\n", encoding="utf-8")
        replace_folder(folder, output)
        return planted
    finally:
        shutil.rmtree(work, ignore_errors=True)


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def parse_arguments(argv):
    parser = argparse.ArgumentParser(description="Write the Waymark demo data and its planted truth.")
    parser.add_argument("--output", type=Path, default=Path("data/demo"), help="folder (default: %(default)s)")
    parser.add_argument("--days", type=positive, default=60, help="days, one file each (default: %(default)s)")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--visitors", type=positive, default=8_000, help="people (default: %(default)s)")
    size.add_argument("--rows", type=positive, help="about so many rows instead of --visitors")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other data (default: %(default)s)")
    parser.add_argument("--start", type=date.fromisoformat, default=date(2026, 6, 1),
                        help="first day, UTC (default: %(default)s)")
    parser.add_argument("--memory-limit", help="for example 2GB (default: DuckDB's)")
    parser.add_argument("--threads", type=positive, help="(default: all cores); does not change the data")
    arguments = parser.parse_args(argv)
    arguments.start_us = (arguments.start - date(1970, 1, 1)).days * DAY
    return arguments


def main(argv=None):
    arguments = parse_arguments(argv)
    output = arguments.output = arguments.output.absolute()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("generate_demo: stopped"))
    try:
        if output.exists() and not (output.is_dir() and (is_own_output(output) or not any(output.iterdir()))):
            sys.exit(f"generate_demo: {output} exists and is not demo data: name another --output or remove it")
        if output.exists() and any(output.iterdir()) and is_up_to_date(output, arguments):
            print(f"{output} is up to date: same arguments, nothing to do")
            return
        planted = generate(arguments)
    except (OSError, duckdb.Error) as error:
        sys.exit(f"generate_demo: {str(error).splitlines()[0]}")
    totals = planted["totals"]
    print(f"{output}: {totals['raw_rows']:,} rows, {arguments.days} files, {totals['visitors']:,} visitors")


if __name__ == "__main__":
    main()
