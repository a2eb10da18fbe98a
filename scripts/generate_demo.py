"""Write the demo data: a store and a SaaS product in one GA4 BigQuery export, with planted truth.

One nested Parquet file a day (`events_YYYYMMDD.parquet`) and `truth.json`, which holds what was
planted and what a correct model has to find; docs/demo.md defines every fact.

    python scripts/generate_demo.py --output data/demo --days 60 --visitors 8000 --seed 1

Visitors are numbered, and every random number is the md5 of (seed, visitor, purpose): nothing
depends on threads, block size or platform. People are planned in blocks, in these steps:

    visitors  a row per person: device, interests, and what the person will do when
    visits    a row per session: start (epoch microseconds), device, where it came from
    pages     a row per page view: time, path, dwell time, planned action
    events    a row per clean event, narrow: numbers and positions in the lists below
    delivered events plus dirt (copies, late and broken rows), each with the day of its file

Truth is counted on `events`, block by block (a person never spans two blocks). Delivered rows are
spilled; then each day's file is sorted and widened to the export, so memory stays bounded.
"""

import argparse
import hashlib
import json
import re
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
WRITE_SHARE = 0.5  # of the time of a run, the rest is planning

# ---- who comes; three values are by engagement: casual, interested, devoted

ENGAGEMENT_SHARES = {1: 60, 2: 28, 3: 12}
BASE_VISITS = (  # per engagement, number of visits: weight
    {1: 75, 2: 20, 3: 5}, {1: 40, 2: 30, 3: 20, 4: 10}, {1: 20, 2: 25, 3: 25, 4: 20, 5: 10})
FILLER_PAGES = ({0: 50, 1: 50}, {2: 60, 3: 40}, {4: 40, 5: 40, 6: 20})
QUICK_RETURN_RATES = (0.05, 0.20, 0.45)  # confounded with purchase, never its cause
CONSENT_DENIED_RATE = 0.04
WEEKDAY_WEIGHTS = (1.15, 1.2, 1.15, 1.1, 1.0, 0.75, 0.8)  # Monday first
DAILY_GROWTH = 0.003
HOUR_WEIGHTS = (3, 2, 1, 1, 1, 2, 4, 7, 9, 10, 11, 11, 10, 10, 11, 10, 9, 9, 10, 12, 13, 12, 9, 6)

# ---- store: shares of product viewers by device, times the factor of their engagement

SHOPPER_RATES = (0.40, 0.60, 0.75)
CART_RATES = {"desktop": 0.58, "tablet": 0.50, "mobile": 0.43}
CHECKOUT_RATES = {"desktop": 0.51, "tablet": 0.46, "mobile": 0.41}  # given the cart
PURCHASE_RATES = {"desktop": 0.68, "tablet": 0.60, "mobile": 0.53}  # given the checkout
ENGAGEMENT_FACTORS = (0.88, 1.08, 1.22)
LATER_CHECKOUT_RATE = 0.35  # of checkouts, 3 to 6 days after the cart
REPURCHASE_RATE = 0.25  # of regular buyers, 7 to 40 days later
SHOP_DECOYS = {  # share of product viewers
    "no_cart": 0.04,  # view, checkout, purchase
    "wrong_order": 0.03,  # cart, view, checkout, purchase
    "too_late": 0.03,  # purchase 8 to 12 days after the view
    "at_the_end": 0.006,  # purchase exactly 7 days after the view: counts
    "just_after": 0.006,  # one microsecond later: does not
}
BROKEN_WEEK_OFFSET = 35  # days; with the default start the week of 2026-07-06
BROKEN_CART_FACTOR = 0.2  # what is left of add_to_cart on mobile in that week

# ---- SaaS and content

BLOG_RATES = (0.22, 0.40, 0.50)
PRICING_RATES = (0.12, 0.40, 0.60)
SERVICE_RATES = (0.06, 0.20, 0.35)
DEMO_VIDEO_RATES = (0.04, 0.15, 0.35)
SCROLL_RATES = (0.35, 0.45, 0.55)  # of people who see the pricing page
LONG_READ_RATE = 0.40  # of people who see a service page
TRIAL_RATES = {"scrolled": 0.40, "not_scrolled": 0.10}  # given the pricing page; causal
SAME_SESSION_TRIAL_RATE = 0.40  # else 1 to 6 days after the pricing page
SUBSCRIPTION_RATES = {"demo_video": 0.60, "no_demo_video": 0.25}  # given a trial; causal
LATE_SUBSCRIPTION_RATE = 0.05  # 33 days after the trial, else 3 to 13
FREE_SIGN_UP_RATES = (0.03, 0.10, 0.20)
PROJECT_RATES = {"at once": 0.28, "soon": 0.42, "late": 0.10}  # late: after 72 hours
BORROWED_PROJECT_RATE = 0.2  # of people without a project, one workflow in somebody else's
RETENTION_RATES = (0.75, 0.52, 0.42, 0.36, 0.31, 0.28, 0.26, 0.25)  # active in week n of a project
SECOND_DEVICE_RATE = 0.25  # of people who sign up
BORROWED_DEVICE_RATE = 0.04  # of people who sign up, once, on the device of the neighbour

# ---- the form on /contact: people with a lead fill it in to the end, of the others so many begin

LEAD_ABOVE = 0.85  # of the views of /contact and /pricing/enterprise, above which there is a lead
FORM_ID = "talk_to_sales"
FORM_FIELDS = ("name", "email", "company", "message")
FORM_START_RATE = 0.40
FORM_LAST_FIELDS = {  # of those who begin and do not send: none, or the last field they touch
    "desktop": {0: 0.10, 1: 0.15, 2: 0.20, 3: 0.30, 4: 0.25},
    "tablet": {0: 0.10, 1: 0.15, 2: 0.20, 3: 0.30, 4: 0.25},
    "mobile": {0: 0.10, 1: 0.10, 2: 0.10, 3: 0.60, 4: 0.10},
}
FORM_FIELD_SHARES = (0.10, 0.18, 0.27, 0.40)  # of the dwell time, when each field is touched

# ---- experiments: the share of the second variant among those who will pay, and who will not.
# Who does what is drawn before, so an experiment changes no other number; it looks the same.

EXPERIMENTS = {  # name: page of the exposure, variants, shares
    "one_page_checkout": ("/checkout", ("control", "one_page"), (0.545, 0.377)),  # a lift of 20 %
    "pricing_headline": ("/pricing", ("control", "new_headline"), (0.5, 0.5)),  # no effect
}
EXPERIMENT_DAYS = (7, 41)  # first and last; the window of 14 days ends before the data do
EXPERIMENT_WINDOW_DAYS = 14

# ---- dirt: share of clean rows that have an id

DIRT_RATES = {
    "late": 0.010,  # the row itself arrives 1 to 3 days late; all others add a row
    "duplicate_same_file": 0.004,  # exact copies
    "duplicate_next_file": 0.003,
    "null_event_name": 0.001,  # changed copies
    "null_event_timestamp": 0.001,
    "future_dated": 0.001,
    "malformed_event_name": 0.004,  # of page views only
}
MALFORMED_EVENT_NAMES = ("Click", "buttonClick", "add-to-wishlist")
FUTURE_US = 2_147_472_000 * SECOND  # 2038-01-19
NAN_REVENUE_RATE, NOT_SET_TRANSACTION_RATE = 0.03, 0.04  # of purchases
REPEATED_TRANSACTION_RATE = 0.04  # of purchases: the confirmation page fires again

# ---- lists, each a name of the fields and rows; `weight` is how often a row is picked

DEVICES = ("weight category brand model system system_version browser browser_version", (
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
))
COUNTRIES = ("weight continent sub_continent country region city language utc_hours", (
    (34, "Americas", "Northern America", "United States", "California", "Oakland", "en-us", -7),
    (16, "Americas", "Northern America", "United States", "New York", "New York", "en-us", -4),
    (6, "Americas", "Northern America", "Canada", "Ontario", "Toronto", "en-ca", -4),
    (9, "Europe", "Northern Europe", "United Kingdom", "England", "London", "en-gb", 1),
    (9, "Europe", "Western Europe", "Germany", "Berlin", "Berlin", "de-de", 2),
    (6, "Europe", "Western Europe", "France", "Ile-de-France", "Paris", "fr-fr", 2),
    (4, "Europe", "Southern Europe", "Spain", "Catalonia", "Barcelona", "es-es", 2),
    (6, "Asia", "Southern Asia", "India", "Karnataka", "Bengaluru", "en-in", 5),
    (3, "Asia", "Eastern Asia", "Japan", "Tokyo", "Tokyo", "ja-jp", 9),
    (2, "Oceania", "Australasia", "Australia", "New South Wales", "Sydney", "en-au", 10),
))
# two weights: first visit and later ones; intent: factor on the interest in products and prices
TOUCHES = ("weight later_weight intent channel source medium campaign referrer", (
    (17, 46, 1.00, "Direct", "(direct)", "(none)", "(direct)", None),
    (25, 16, 1.10, "Organic Search", "google", "organic", "(organic)", "https://www.google.com/"),
    (5, 3, 1.10, "Organic Search", "bing", "organic", "(organic)", "https://www.bing.com/"),
    (9, 5, 1.25, "Paid Search", "google", "cpc", "brand_search", "https://www.google.com/"),
    (6, 2, 1.15, "Paid Search", "google", "cpc", "generic_search", "https://www.google.com/"),
    (3, 2, 1.00, "Paid Search", "bing", "cpc", "summer_launch", "https://www.bing.com/"),
    (4, 2, 0.70, "Paid Social", "facebook", "paid_social", "spring_sale", "https://facebook.com/"),
    (2, 1, 0.70, "Paid Social", "instagram", "paid_social", "spring-sale", "https://instagram.com/"),
    (1, 1, 0.70, "Paid Social", "facebook", "paid_social", "Spring_Sale", "https://facebook.com/"),
    (5, 3, 0.75, "Organic Social", "facebook", "social", None, "https://facebook.com/"),
    (3, 2, 0.90, "Organic Social", "linkedin", "social", None, "https://www.linkedin.com/"),
    (2, 9, 1.30, "Email", "newsletter", "email", "weekly_digest", None),
    (1, 4, 1.30, "Email", "newsletter", "email", "Summer SALE 2026!", None),
    (6, 2, 0.95, "Referral", "partner.example", "referral", "(referral)", "https://partner.example/"),
    (2, 1, 1.00, "Referral", "news.example", "referral", "(referral)", "https://news.example/"),
    (4, 1, 0.90, "Affiliates", "dealfinder", "affiliate", "partner_program", "https://deals.example/"),
    (5, 2, 0.50, "Display", "adnetwork", "display", "retargeting_q2", "https://ads.example/"),
))
DIRECT = 1  # position in TOUCHES
PRODUCTS = ("weight slug name category cents", (
    (12, "trail-mug", "Trail Mug", "Kitchen", 1850),
    (10, "wool-socks", "Wool Socks", "Apparel", 1400),
    (9, "canvas-tote", "Canvas Tote", "Bags", 2400),
    (8, "desk-lamp", "Desk Lamp", "Home", 5900),
    (8, "notebook-a5", "Notebook A5", "Office", 1250),
    (7, "rain-jacket", "Rain Jacket", "Apparel", 11990),
    (7, "steel-bottle", "Steel Bottle", "Kitchen", 2990),
    (6, "day-pack", "Day Pack", "Bags", 8900),
    (6, "linen-shirt", "Linen Shirt", "Apparel", 6450),
    (5, "fountain-pen", "Fountain Pen", "Office", 3999),
    (5, "tea-kettle", "Tea Kettle", "Kitchen", 7400),
    (3, "reading-chair", "Reading Chair", "Home", 34900),
    (2, "standing-desk", "Standing Desk", "Office", 62900),
))
PLAN_CENTS = {"starter": 2900, "business": 9900}
BLOG_POSTS = ("how-to-choose-a-desk", "ten-checklists", "automate-your-week", "care-for-wool",
              "pricing-for-makers", "remote-rituals", "small-shop-stories", "workflow-basics")
SERVICES = ("setup", "automation", "migration", "training")
# '/help/pricing-questions' and '/blog' look like pages of goals and are not
FILLERS = ("/", "/", "/products", "/about", "/help", "/help/pricing-questions", "/blog", "/search",
           "/contact")
HOST = "www.waymark-demo.example"

# What a page makes of itself: event, number of the request on the page, position in the request,
# share of the dwell time that has passed, condition. Events of request 1 have the time of the page
# view; `batch_*` orders them, except on Safari for iOS, where the tie stays.
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
    ("add_shipping_info", 3, 1, 0.6, "action = 'begin_checkout' and part(page_draw, 0) < 0.85"),
    ("newsletter_subscribed", 3, 1, 0.6, "path like '/blog/%' and part(page_draw, 0) > 0.96"),
    ("lead_submitted", 3, 1, 0.6,
     f"path in ('/contact', '/pricing/enterprise') and part(page_draw, 0) > {LEAD_ABOVE}"),
    *((name, 3, 1, 0.6, f"action = '{name}'") for name in (
        "add_to_cart", "sign_up", "trial_started", "project_created", "workflow_completed",
        "subscription_started", "demo_video_played")),
    ("form_start", 6, 1, 0.05, "form_fields >= 0"),
    *(("form_field", 6 + number, 1, share, f"form_fields >= {number}")
      for number, share in enumerate(FORM_FIELD_SHARES, 1)),
    ("form_submit", 3, 2, 0.6, f"form_fields > {len(FORM_FIELDS)}"),
    ("experiment_viewed", 1, 6, 0.0, "action = 'begin_checkout' or path = '/pricing'"),
    ("purchase", 4, 1, 0.7,
     f"action = 'purchase' and part(page_draw, 2) < {REPEATED_TRANSACTION_RATE}"),
    ("user_engagement", 5, 1, 0.95, "engagement_msec is not null"),
)


def strings(names):
    """'a b' -> 'a varchar, b varchar'"""
    return ", ".join(f"{name} varchar" for name in names.split())


PARAM_VALUE = "string_value varchar, int_value bigint, float_value double, double_value double"
PARAMS = f"struct(key varchar, value struct({PARAM_VALUE}))[]"
CLICK_SOURCES = {
    "manual_campaign": "campaign_id campaign_name source medium term content source_platform "
        "creative_format marketing_tactic",
    "google_ads_campaign": "customer_id account_name campaign_id campaign_name ad_group_id "
        "ad_group_name",
    "cross_channel_campaign": "campaign_id campaign_name source medium source_platform "
        "default_channel_group primary_channel_group",
    "sa360_campaign": "campaign_id campaign_name source medium ad_group_id ad_group_name "
        "creative_format engine_account_name engine_account_type manager_account_name",
    "cm360_campaign": "campaign_id campaign_name source medium account_id account_name "
        "advertiser_id advertiser_name creative_id creative_format creative_name creative_type "
        "creative_type_id creative_version placement_id placement_cost_structure placement_name "
        "rendering_id site_id site_name",
    "dv360_campaign": "campaign_id campaign_name source medium advertiser_id advertiser_name "
        "creative_id creative_format creative_name exchange_id exchange_name insertion_order_id "
        "insertion_order_name line_item_id line_item_name partner_id partner_name",
}
# The GA4 export, column by column (BigQuery STRING, INTEGER, FLOAT, BOOLEAN as DuckDB types)
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
    "privacy_info": f"struct({strings('analytics_storage ads_storage uses_transient_token')})",
    "user_properties":
        f"struct(key varchar, value struct({PARAM_VALUE}, set_timestamp_micros bigint))[]",
    "user_first_touch_timestamp": "bigint",
    "user_ltv": "struct(revenue double, currency varchar)",
    "device": "struct({}, time_zone_offset_seconds bigint, {}, web_info struct({}))".format(
        strings("category mobile_brand_name mobile_model_name mobile_marketing_name "
                "mobile_os_hardware_model operating_system operating_system_version vendor_id "
                "advertising_id language is_limited_ad_tracking"),
        strings("browser browser_version"), strings("browser browser_version hostname")),
    "geo": f"struct({strings('continent sub_continent country region city metro')})",
    "app_info": f"struct({strings('id version install_store firebase_app_id install_source')})",
    "traffic_source": f"struct({strings('name medium source')})",
    "collected_traffic_source": "struct({})".format(strings(
        "manual_campaign_id manual_campaign_name manual_source manual_medium manual_term "
        "manual_content manual_source_platform manual_creative_format manual_marketing_tactic "
        "gclid dclid srsltid")),
    "session_traffic_source_last_click": "struct({})".format(", ".join(
        f"{record} struct({strings(names)})" for record, names in CLICK_SOURCES.items())),
    "stream_id": "varchar",
    "platform": "varchar",
    "event_dimensions": "struct(hostname varchar)",
    "ecommerce": "struct(total_item_quantity bigint, purchase_revenue_in_usd double, "
        "purchase_revenue double, refund_value_in_usd double, refund_value double, "
        "shipping_value_in_usd double, shipping_value double, tax_value_in_usd double, "
        "tax_value double, unique_items bigint, transaction_id varchar)",
    "items": "struct({}, price_in_usd double, price double, quantity bigint, item_revenue_in_usd "
        "double, item_revenue double, item_refund_in_usd double, item_refund double, {}, "
        "item_params {})[]".format(
            strings("item_id item_name item_brand item_variant item_category item_category2 "
                    "item_category3 item_category4 item_category5"),
            strings("coupon affiliation location_id item_list_id item_list_name item_list_index "
                    "promotion_id promotion_name creative_name creative_slot"), PARAMS),
    "batch_event_index": "bigint",
    "batch_ordering_id": "bigint",
    "batch_page_id": "bigint",
    "publisher":
        f"struct(ad_revenue_in_usd double, {strings('ad_format ad_source_name ad_unit_id')})",
}

# ---- from Python to SQL


def literal(value):
    """A Python value as SQL: None, text, number, sequence (list) or dict (struct)."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, dict):
        fields = ", ".join(f"{key} := {literal(item)}" for key, item in value.items())
        return f"struct_pack({fields})"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(literal, value)) + "]"
    return str(value)


def slots(weights, size=500):
    """Values of {value: weight}, `size` in all, each as often as its weight: one is picked by
    position."""
    total, seen, result = sum(weights.values()), 0, []
    for value, weight in weights.items():
        seen += weight
        result += [value] * (round(size * seen / total) - len(result))
    return result


def by_engagement(rates):
    return f"{literal(rates)}[engagement]"


def ranges(column, shares):
    """SQL of the name whose share of [0, 1) holds the uniform number `column`, else null."""
    branches, threshold = "", 0.0
    for name, share in shares.items():
        threshold += share
        branches += f" when {column} < {threshold:.4f} then '{name}'"
    return f"case{branches} end"


def rows_of(table, **extra):
    """A list above as dicts; `extra` fields are computed from the dict."""
    rows = [dict(zip(table[0].split(), row)) for row in table[1]]
    return [{**row, **{name: make(row) for name, make in extra.items()}} for row in rows]


def prepare(connection, arguments):
    """Create the macros and lists of the steps. Exact arithmetic only: no logarithm, no power."""
    start_us = (arguments.start - date(1970, 1, 1)).days * DAY
    connection.execute(f"""
        create macro start_us() as {start_us};
        create macro end_us() as {start_us + arguments.days * DAY};
        create macro last_day() as {arguments.days - 1};
        create macro draw(v, purpose) as
            md5_number_lower(concat({arguments.seed}, ':', v, ':', purpose));
        -- uniform numbers in [0, 1): one of 53 bits, or three of 21 bits
        create macro uniform(drawn) as (drawn >> 11) / 9007199254740992e0;
        create macro part(drawn, i) as ((drawn >> (21 * i)) & 2097151) / 2097152e0;
        create macro chance(v, purpose) as uniform(draw(v, purpose));
        create macro pick(choices, u) as choices[1 + floor(u * len(choices))::int];
        create macro choose(name, u) as pick(getvariable(name), u);
        create macro device_of(i) as getvariable('devices')[i];
        create macro country_of(i) as getvariable('countries')[i];
        create macro touch_of(i) as getvariable('touches')[i];
        create macro product_of(i) as getvariable('products')[i];
        create macro is_denied(v) as part(draw(v, 'consent'), 0) < {CONSENT_DENIED_RATE};
        create macro time_of_day(v, purpose, utc_hours) as
            ((choose('hours', part(draw(v, purpose), 2)) - utc_hours + 24) % 24) * {HOUR}
            + (draw(v, purpose) % {HOUR})::bigint;
        -- so many days after the day of a time, at an hour of the day that people like
        create macro days_after(start, days, v, purpose, utc_hours) as
            start - start % {DAY} + days * {DAY} + time_of_day(v, purpose, utc_hours);
        create macro base_start(v, visit, first_day, gap_days, utc_hours) as days_after(
            start_us(), first_day + (visit - 1) * (gap_days + (draw(v, 'gap' || visit) % 2)::int),
            v, 'base' || visit, utc_hours);
        create macro is_button_broken(us, category) as category = 'mobile'
            and us >= start_us() + {BROKEN_WEEK_OFFSET * DAY}
            and us < start_us() + {(BROKEN_WEEK_OFFSET + 7) * DAY};
        create macro page(path, action, product) as
            struct_pack(path := path, action := action, product := product::int);
        create macro plain(path) as page(path, '', 0);
        create macro product_page(product, action) as
            page('/products/' || product_of(product).slug, action, product);
        create macro pages_if(condition, pages) as case when condition then pages else [] end;
        create macro param(key, words, whole_value, real_value) as struct_pack(
            key := key, value := struct_pack(
            string_value := words::varchar, int_value := whole_value::bigint,
            float_value := null::double, double_value := real_value::double));
        create macro text_param(key, x) as
            case when x is not null then param(key, x, null, null) end;
        create macro integer_param(key, x) as
            case when x is not null then param(key, null, x, null) end;
        create macro double_param(key, x) as
            case when x is not null then param(key, null, null, x) end;
    """)
    devices = rows_of(
        DEVICES,
        hides_order=lambda row: row["system"] == "iOS" and row["browser"] == "Safari",
        cart_rate=lambda row: CART_RATES[row["category"]],
        checkout_rate=lambda row: CHECKOUT_RATES[row["category"]],
        purchase_rate=lambda row: PURCHASE_RATES[row["category"]])
    lists = {
        "devices": devices, "countries": rows_of(COUNTRIES), "touches": rows_of(TOUCHES),
        "products": rows_of(PRODUCTS), "fillers": FILLERS, "posts": BLOG_POSTS,
        "services": SERVICES, "malformed": MALFORMED_EVENT_NAMES,
        "retention": RETENTION_RATES, "engagement_slots": slots(ENGAGEMENT_SHARES),
        "visit_slots": [slots(weights, 100) for weights in BASE_VISITS],
        "filler_slots": [slots(weights, 100) for weights in FILLER_PAGES],
        "hours": slots(dict(enumerate(HOUR_WEIGHTS))),
        "days": slots({
            day: WEEKDAY_WEIGHTS[(arguments.start.weekday() + day) % 7] * (1 + DAILY_GROWTH * day)
            for day in range(arguments.days)}, size=max(5_000, 20 * arguments.days)),
    }
    for name, table in (
            ("device", DEVICES), ("country", COUNTRIES), ("touch", TOUCHES), ("product", PRODUCTS)):
        lists[f"{name}_slots"] = slots({i: row[0] for i, row in enumerate(table[1], 1)})
    lists["later_touch_slots"] = slots({i: row[1] for i, row in enumerate(TOUCHES[1], 1)})
    for name, values in lists.items():
        connection.execute(f"set variable {name} = {literal(values)}")


# ---- the steps. `draw` columns are 64 random bits each; `*_us` are epoch microseconds.

# What each person is and will do when, for people from first_visitor up to last_visitor
VISITORS = f"""
create or replace temp table visitors as
with drawn as (
    select
        v, draw(v, 'who') as who, draw(v, 'arrival') as arrival, draw(v, 'store') as store,
        draw(v, 'buying') as buying, draw(v, 'checkout') as checkout, draw(v, 'content') as content,
        draw(v, 'place') as place, draw(v, 'trial') as trial, draw(v, 'project') as project,
        draw(v, 'subscription') as subscription, draw(v, 'more') as more
    from range(getvariable('first_visitor'), getvariable('last_visitor')) as numbers (v)
),
people as (
    select
        *,
        is_denied(v) as is_denied,
        choose('engagement_slots', part(who, 0)) as engagement,
        pick(getvariable('visit_slots')[engagement], part(more, 0)) as visits,
        choose('days', uniform(arrival)) as first_day,
        3 + (arrival % 10)::int as gap_days,
        touch_of(choose('touch_slots', chance(v, 'touch1'))).intent as intent,
        country_of(choose('country_slots', part(who, 2))).utc_hours as utc_hours,
        device_of(choose('device_slots', part(who, 1))) as rates
    from drawn
),
interests as (
    select
        *,
        not is_denied and part(store, 0) < {by_engagement(SHOPPER_RATES)} * intent as is_shopper,
        not is_denied and part(content, 0) < {by_engagement(BLOG_RATES)} as reads_blog,
        not is_denied and part(content, 1) < {by_engagement(PRICING_RATES)} * intent
            as sees_pricing,
        not is_denied and part(content, 2) < {by_engagement(SERVICE_RATES)} as sees_service,
        not is_denied and part(trial, 0) < {by_engagement(DEMO_VIDEO_RATES)} as plays_demo_video,
        part(trial, 1) < {by_engagement(SCROLL_RATES)} as scrolls_pricing,
        {by_engagement(ENGAGEMENT_FACTORS)} as factor,
        1 + floor(part(place, 0) * visits)::int as shop_visit,
        1 + floor(part(place, 1) * visits)::int as pricing_visit,
        1 + floor(part(place, 2) * visits)::int as service_visit,
        -- most readers reach the blog not after the pricing page
        case when part(more, 1) < 0.1 then visits
            else 1 + floor(part(more, 1) * pricing_visit)::int end as blog_visit,
        base_start(v, shop_visit, first_day, gap_days, utc_hours) as shop_us,
        base_start(v, pricing_visit, first_day, gap_days, utc_hours) as pricing_us
    from people
),
store_plans as (
    select
        *,
        is_button_broken(shop_us, rates.category) as is_broken,
        case when not is_broken then {ranges('part(store, 1)', SHOP_DECOYS)} end as decoy,
        coalesce(decoy, 'regular') as shop_plan,
        part(buying, 0) < rates.cart_rate * factor
            * case when is_broken then {BROKEN_CART_FACTOR} else 1 end as adds_to_cart,
        adds_to_cart and part(buying, 1) < rates.checkout_rate * factor as checks_out,
        checks_out and part(buying, 2) < rates.purchase_rate * factor as buys,
        part(checkout, 0) < {LATER_CHECKOUT_RATE} as checks_out_later,
        buys and part(checkout, 1) < {REPURCHASE_RATE} as buys_again
    from interests
),
saas_plans as (
    select
        *,
        sees_pricing and part(trial, 2) < case when scrolls_pricing then {TRIAL_RATES['scrolled']}
            else {TRIAL_RATES['not_scrolled']} end as has_trial,
        part(project, 0) < {SAME_SESSION_TRIAL_RATE} as tries_at_once,
        case when tries_at_once then pricing_us
            else days_after(pricing_us, 1 + (project % 6)::int, v, 'trial', utc_hours)
        end as trial_us,
        not is_denied and not has_trial and part(more, 2) < {by_engagement(FREE_SIGN_UP_RATES)}
            as signs_up_free,
        has_trial and part(subscription, 0) < case
            when plays_demo_video then {SUBSCRIPTION_RATES['demo_video']}
            else {SUBSCRIPTION_RATES['no_demo_video']} end as subscribes,
        days_after(trial_us, case
            when part(subscription, 1) < {LATE_SUBSCRIPTION_RATE} then 33
            else 3 + (subscription % 11)::int end, v, 'pay', utc_hours) as subscription_us,
        case
            when has_trial then trial_us
            when signs_up_free then base_start(v, service_visit, first_day, gap_days, utc_hours)
        end as sign_up_us,
        {ranges('part(project, 1)', PROJECT_RATES)} as project_plan
    from store_plans
)
select
    *,
    sign_up_us + floor({HOUR} * case project_plan
        when 'at once' then 0
        when 'soon' then 1 + part(project, 2) * 68
        when 'late' then 73 + part(project, 2) * 120
    end)::bigint as project_us
from saas_plans
"""

# Sessions. A visit number is unique per person; `owner` is whose device is used.
VISITS = f"""
create or replace temp table visits as
with users as (
    select * from visitors where sign_up_us is not null
),
planned as (
    select v, 'base' as kind, number::int as visit, v as owner, 0 as device_number,
        base_start(v, number, first_day, gap_days, utc_hours) as visit_us
    from visitors cross join range(1, 6) as numbers (number) where number <= visits
    union all
    select v, 'quick return', 10, v, 0, base_start(v, 1, first_day, gap_days, utc_hours)
        + floor({HOUR} * (2 + 44 * part(draw(v, 'quick'), 1)))::bigint
    from visitors where part(draw(v, 'quick'), 0) < {by_engagement(QUICK_RETURN_RATES)}
    union all
    select v, 'checkout later', 11, v, 0,
        days_after(shop_us, 3 + (checkout % 4)::int, v, 'checkout', utc_hours)
    from visitors where is_shopper and shop_plan = 'regular' and checks_out and checks_out_later
    union all
    select v, 'payment later', 12, v, 0, case shop_plan
        when 'too_late' then shop_us + (8 + (checkout % 5)::int) * {DAY}
        when 'at_the_end' then shop_us + 7 * {DAY}
        else shop_us + 7 * {DAY} + 1 end
    from visitors where is_shopper and shop_plan in ('too_late', 'at_the_end', 'just_after')
    union all
    select v, 'purchase again', 13, v, 0,
        days_after(shop_us, 7 + (draw(v, 'again') % 34)::int, v, 'again', utc_hours)
    from visitors where is_shopper and shop_plan = 'regular' and buys_again
        and not is_button_broken(
            shop_us + (7 + (draw(v, 'again') % 34)::int) * {DAY}, rates.category)
    union all
    select v, 'trial later', 14, v, 0, trial_us
    from visitors where has_trial and not tries_at_once
    union all
    select v, 'project', 15, v, 0, project_us from users where project_plan in ('soon', 'late')
    union all
    select v, 'subscription', 16, v, 0, subscription_us from visitors where subscribes
    union all
    select v, 'second device', 17, v, 1,
        days_after(sign_up_us, (draw(v, 'second') % 9)::int - 4, v, 'second', utc_hours)
    from users where part(draw(v, 'second'), 1) < {SECOND_DEVICE_RATE}
    union all
    select v, 'second device login', 18, v, 1,
        days_after(sign_up_us, 5 + (draw(v, 'second') % 7)::int, v, 'login', utc_hours)
    from users where part(draw(v, 'second'), 1) < {SECOND_DEVICE_RATE}
    union all
    select v, 'borrowed device', 19, xor(v, 1), 0,
        days_after(sign_up_us, 4 + (draw(v, 'borrow') % 9)::int, v, 'borrow', utc_hours)
    from users
    where part(draw(v, 'borrow'), 1) < {BORROWED_DEVICE_RATE} and not is_denied(xor(v, 1))
    union all
    select v, 'app', 20, v, 0, days_after(sign_up_us, 2, v, 'app', utc_hours)
    from users where project_us is null and chance(v, 'app') < {BORROWED_PROJECT_RATE}
    union all
    select v, 'app', 21 + week, v, 0, days_after(
        project_us, 7 * week + 1 + (draw(v, 'week' || week) % 6)::int, v, 'week' || week, utc_hours)
    from users cross join range({len(RETENTION_RATES)}) as weeks (week)
    where project_us is not null
        and part(draw(v, 'week' || week), 1) < getvariable('retention')[week + 1]
),
numbered as (
    select
        *,
        2 * owner + device_number as device_id,
        row_number() over device_history as session_number,
        first_value(visit_us) over device_history as first_touch_us
    from planned
    where visit_us >= start_us() and visit_us < end_us()
    window device_history as (partition by owner, device_number order by visit_us, v, visit)
),
touched as (
    select
        *,
        case
            when kind in ('app', 'project', 'payment later', 'borrowed device', 'subscription')
                then {DIRECT}
            when session_number = 1 and device_number = 0
                then choose('touch_slots', chance(owner, 'touch1'))
            else choose('later_touch_slots', chance(v, 'touch' || visit))
        end as touch
    from numbered
)
select
    *,
    first_value(touch) over device_history as first_touch,
    coalesce(last_value(nullif(touch, {DIRECT}) ignore nulls) over device_history, {DIRECT})
        as last_click
from touched
window device_history as (partition by device_id order by session_number)
"""

# Page views: time, path, the path before, and the action that was planned for them
PAGES = f"""
create or replace temp table pages as
with people as (
    select
        * exclude (visits, rates),
        choose('product_slots', chance(v, 'cart product')) as product,
        shop_plan in ('at_the_end', 'just_after') as is_boundary,
        list_transform(
            range(case when is_boundary then 0 else (draw(v, 'views') % (1 + engagement))::int end),
            lambda i: product_page(choose('product_slots', chance(v, 'product' || i)), '')
        ) as other_views,
        case
            when shop_plan in ('no_cart', 'wrong_order') then ''
            when shop_plan <> 'regular' then 'add_to_cart'
            when not adds_to_cart then ''
            when part(draw(v, 'views'), 2) < 0.70 then 'add_to_cart'
            when part(draw(v, 'views'), 2) < 0.93 then 'quick_add'
            else 'quick_add_first'
        end as cart_action,
        [page('/checkout', 'begin_checkout', product)] as checkout_pages,
        [page('/checkout/thank-you', 'purchase', product)] as payment_pages,
        pages_if(shop_plan = 'wrong_order', [page('/cart', 'add_to_cart', product)])
        || other_views
        || [product_page(product, cart_action)]
        || case shop_plan
            when 'regular' then
                pages_if(checks_out and not checks_out_later, [plain('/cart')] || checkout_pages)
                || pages_if(buys and not checks_out_later, payment_pages)
            when 'no_cart' then checkout_pages || payment_pages
            when 'wrong_order' then checkout_pages || payment_pages
            else [plain('/cart')] || checkout_pages
        end as shop_pages,
        list_transform(range(1 + (draw(v, 'posts') % 3)::int),
            lambda i: plain('/blog/' || choose('posts', chance(v, 'post' || i)))) as blog_pages,
        page('/services/' || choose('services', chance(v, 'service')),
            case when chance(v, 'read') < {LONG_READ_RATE} then 'long_read' else '' end, 0
        ) as service_page,
        page('/pricing', case when scrolls_pricing then 'scroll_pricing' else '' end, 0)
            as pricing_page,
        [page('/signup', 'sign_up', 0)] as sign_up_pages,
        [page('/app', 'trial_started', 0)] as trial_pages,
        [page('/app/projects/new', 'project_created', 0)] as project_pages,
        pages_if(project_plan = 'at once', project_pages) as first_project_pages
    from visitors
),
visiting as (
    select
        *,
        kind = 'base' and visit = shop_visit and is_shopper as shops,
        shops and (is_boundary or part(store, 2) < 0.3) as lands_on_product,
        visit = blog_visit and reads_blog as reads,
        reads and part(place, 1) < 0.85 as lands_on_blog,
        visit = pricing_visit and sees_pricing as prices,
        list_transform(
            range(pick(getvariable('filler_slots')[engagement], chance(v, 'fill' || visit))),
            lambda i: plain(choose('fillers', chance(v, concat('filler', visit, ':', i))))
        ) as filler_pages,
        list_transform(
            range(pick([1, 1, 1, 1, 1, 1, 2, 2, 2, 3], chance(v, 'flows' || visit))),
            lambda i: page('/app/workflows', 'workflow_completed', 0)
        ) as workflow_pages
    from visits join people using (v)
),
listed as (
    select
        *,
        case kind
            when 'base' then
                pages_if(lands_on_product, shop_pages)
                || pages_if(lands_on_blog, blog_pages)
                || pages_if(not lands_on_product and not lands_on_blog, [plain('/')])
                || filler_pages
                || pages_if(visit = service_visit and sees_service, [service_page])
                || pages_if(visit = 1 and plays_demo_video, [page('/', 'demo_video_played', 0)])
                || pages_if(prices, [pricing_page])
                || pages_if(prices and place % 8 = 0, [plain('/pricing/enterprise')])
                || pages_if(prices and has_trial and tries_at_once,
                    sign_up_pages || trial_pages || first_project_pages)
                || pages_if(visit = service_visit and signs_up_free,
                    sign_up_pages || first_project_pages)
                || pages_if(reads and not lands_on_blog, blog_pages)
                || pages_if(shops and not lands_on_product, shop_pages)
            -- one page: activity shows how engaged somebody is, not that they came back
            when 'quick return' then [plain('/')]
            when 'checkout later' then
                pages_if(checkout % 2 = 0, [product_page(product, '')]) || [plain('/cart')]
                || checkout_pages || pages_if(buys, payment_pages)
            when 'payment later' then payment_pages
            when 'purchase again' then
                [product_page(product, 'add_to_cart')] || checkout_pages || payment_pages
            when 'trial later' then
                [plain('/')] || sign_up_pages || trial_pages || first_project_pages
            when 'project' then [plain('/app')] || project_pages
            when 'subscription' then
                [plain('/app'), page('/app/billing', 'subscription_started', 0)]
            when 'second device' then
                [plain('/')] || filler_pages || pages_if(reads_blog, blog_pages[:1])
            when 'second device login' then
                [plain('/'), plain('/app')] || pages_if(project_us is not null, workflow_pages)
            else [plain('/app')] || workflow_pages
        end as page_list
    from visiting
),
unnested as (
    select
        v, kind, visit, owner, device_id, visit_us, session_number, touch, first_touch, last_click,
        first_touch_us, is_denied, len(page_list) as session_pages,
        unnest(page_list) as page, generate_subscripts(page_list, 1)::int as page_no
    from listed
),
drawn as (
    select
        * exclude (page), page.path as path, page.action as action, page.product as product,
        draw(v, concat('page', visit, ':', page_no)) as page_draw,
        draw(v, concat('form', visit, ':', page_no)) as form_draw,
        choose('device_slots', case when device_id % 2 = 0 then part(draw(owner, 'who'), 1)
            else chance(owner, 'second device') end) as device,
        case
            when action = 'long_read' then 180 * {SECOND} + (page_draw % {200 * SECOND})::bigint
            else 8 * {SECOND} + (page_draw % {SECOND})::bigint
                + floor({150 * SECOND} * part(page_draw, 1) * part(page_draw, 1))::bigint
        end as dwell_us
    from unnested
)
select
    * exclude (form_draw),
    case
        when path <> '/contact' then null
        when part(page_draw, 0) > {LEAD_ABOVE} then {len(FORM_FIELDS) + 1}
        when part(form_draw, 0) < {FORM_START_RATE} then case device_of(device).category
            {" ".join(f"when '{category}' then {ranges('part(form_draw, 1)', shares)}"
                      for category, shares in FORM_LAST_FIELDS.items())} end::int
    end as form_fields,
    visit_us + coalesce(sum(dwell_us) over (
        partition by v, visit order by page_no rows between unbounded preceding and 1 preceding
    ), 0)::bigint as page_us,
    lag(path) over (partition by v, visit order by page_no) as previous_path,
    case
        when action = 'scroll_pricing' then case when page_draw % 3 = 0 then 90 else 75 end
        when path like '/pricing%' then [25, 50, 50][1 + (page_draw % 10)::int]
        when part(page_draw, 2) < 0.2 then 90
    end as percent_scrolled,
    case
        when action = 'long_read' then floor(dwell_us * 0.9 / 1000)::bigint
        when path like '/services/%' and page_draw % 12 = 0 then 120000
        when part(page_draw, 0) < 0.4
            then floor(dwell_us * (0.3 + 0.6 * part(page_draw, 2)) / 1000)::bigint
    end as engagement_msec
from drawn
"""

# Clean events. `person` is set while somebody is logged in; `event_order` is the order that the
# export can tell: ties of devices that hide it stay equal.
EVENTS = f"""
create or replace temp table events as
with hits as (
    {" union all ".join(
        f"select *, '{name}' as event_name, {request} as request, {index} as batch_index, "
        f"{share} as dwell_share from pages where {condition}"
        for name, request, index, share, condition in HITS)}
),
timed as (
    select *, page_us + floor(dwell_us * dwell_share)::bigint as event_us
    from hits where event_us < end_us()
),
payers as (
    select v, buys or is_shopper and shop_plan <> 'regular' as pays from visitors
),
sign_ups as (
    select v, min(event_us) as signed_up_us from timed where event_name = 'sign_up' group by v
)
select
    timed.* exclude (
        kind, action, form_fields, dwell_us, dwell_share, percent_scrolled, engagement_msec),
    case when not (
        kind = 'second device'
        or page_no = 1 and kind = 'second device login'
        or page_no = 1 and kind = 'base' and page_draw % 7 = 0
    ) and event_us >= signed_up_us then v end as person,
    draw(v, concat('event', visit, ':', page_no, ':', request, ':', batch_index)) as event_draw,
    choose('country_slots', part(draw(owner, 'who'), 2)) as country,
    visit_us // {SECOND} as session_id,
    ((event_us - start_us()) // {DAY})::int as event_day,
    event_us * 1000 + case when device_of(device).hides_order then 0 else batch_index end
        as event_order,
    case when event_name = 'scroll' then percent_scrolled end as percent_scrolled,
    case
        when event_name = 'user_engagement' then engagement_msec
        when request > 1 then (event_us - page_us) // 1400
    end as engagement_msec,
    case when event_name in (
        'view_item', 'add_to_cart', 'begin_checkout', 'add_shipping_info', 'purchase'
    ) then product_of(product).cents end as price_cents,
    case when event_name = 'purchase' and page_draw % 10 >= 8 then 2 else 1 end as quantity,
    case when event_name in ('trial_started', 'subscription_started')
        then case when draw(v, 'plan') % 4 = 0 then 'business' else 'starter' end end as plan,
    case when event_name = 'subscription_started'
        then case plan when 'business' then {PLAN_CENTS['business']}
            else {PLAN_CENTS['starter']} end
        else price_cents * quantity end as value_cents,
    case
        when event_name = 'subscription_started' then 'S' || (v * 64 + visit)
        when event_name = 'purchase' and part(page_draw, 1) < {NOT_SET_TRANSACTION_RATE}
            then '(not set)'
        when event_name = 'purchase' then (1000000 + v * 64 + visit)::varchar
    end as transaction_id,
    event_name = 'purchase' and part(page_draw, 1) between {NOT_SET_TRANSACTION_RATE}
        and {NOT_SET_TRANSACTION_RATE + NAN_REVENUE_RATE} as is_nan,
    case when event_name = 'experiment_viewed' then case path
        {" ".join(f"when '{page}' then '{name}'" for name, (page, *_) in EXPERIMENTS.items())}
    end end as experiment,
    case experiment {" ".join(
        f"when '{name}' then case when chance(v, '{name}') < case when pays then {of_payers} "
        f"else {of_others} end then '{variant}' else '{control}' end"
        for name, (_, (control, variant), (of_payers, of_others)) in EXPERIMENTS.items())}
    end as variant
from timed left join payers using (v) left join sign_ups using (v)
"""

# Clean rows and dirt, each with the day (0 = the first) of the file that it is delivered in
DELIVERED = f"""
create or replace temp table delivered as
with drawn as (
    select *, 1 + (event_draw % 3)::int as days_late, case when not is_denied
        then {ranges('uniform(event_draw)', DIRT_RATES)} end as drawn_dirt
    from events
),
marked as (
    select * exclude (drawn_dirt), case
        when drawn_dirt = 'late' and event_day + days_late > last_day() then null
        when drawn_dirt = 'duplicate_next_file' and event_day = last_day() then null
        when drawn_dirt = 'malformed_event_name' and event_name <> 'page_view' then null
        else drawn_dirt end as drawn_dirt
    from drawn
)
select * exclude (drawn_dirt, days_late),
    case when drawn_dirt = 'late' then 'late' end as dirt,
    event_day + case when drawn_dirt = 'late' then days_late else 0 end as file_day
from marked
union all by name
select
    * exclude (drawn_dirt, days_late) replace (
        case drawn_dirt
            when 'null_event_name' then null
            when 'malformed_event_name' then choose('malformed', part(event_draw, 0))
            else event_name
        end as event_name,
        case drawn_dirt
            when 'null_event_timestamp' then null
            when 'future_dated' then event_us - start_us() + {FUTURE_US}
            when 'malformed_event_name' then event_us + 1001
            else event_us
        end as event_us),
    drawn_dirt as dirt,
    event_day + case when drawn_dirt = 'duplicate_next_file' then 1 else 0 end as file_day
from marked where drawn_dirt <> 'late'
"""

# The rows of one file, in the columns of EXPORT_SCHEMA, in an order that says nothing
EXPORT = f"""
with looked_up as (
    select
        *,
        device_of(device) as client,
        country_of(country) as place,
        touch_of(touch) as source,
        touch_of(first_touch) as first_source,
        touch_of(last_click) as click_source,
        product_of(product) as item,
        'https://{HOST}' as origin,
        page_no = 1 and request = 1 and touch <> {DIRECT} as is_landing,
        coalesce(event_us, start_us() + file_day * {DAY}) as known_us,
        case when is_nan then 'nan'::double else value_cents / 100e0 end as value,
        pick(['desk', 'mug', 'rain jacket', 'gift'], part(event_draw, 0)) as search_term
    from (
        select * from read_parquet(getvariable('spilled')) where file_day = getvariable('file_day')
        order by device_id, event_draw, event_us, event_name, dirt
    )
),
located as (
    select
        *,
        origin || path || case
            when path = '/search' then '?q=' || replace(search_term, ' ', '+')
            when page_no > 1 or source.medium in ('(none)', 'organic', 'referral') then ''
            when source.source = 'google' then '?gclid=Cj0K' || md5(session_id::varchar)
            else concat('?utm_source=', source.source, '&utm_medium=', source.medium,
                '&utm_campaign=' || replace(source.campaign, ' ', '%20'))
        end as page_location
    from looked_up
),
exported as (
    select
        strftime(make_timestamp(known_us), '%Y%m%d') as event_date,
        event_us as event_timestamp,
        event_name,
        list_filter([
            integer_param('ga_session_id', case when not is_denied then session_id end),
            integer_param('ga_session_number', case when not is_denied then session_number end),
            text_param('page_location', page_location),
            text_param('page_title',
                case path when '/' then 'Home' else replace(path[2:], '-', ' ') end),
            text_param('page_referrer', coalesce(origin || previous_path, source.referrer)),
            -- as in real exports, some parameters change their slot between clients
            case when client.browser = 'Firefox'
                then integer_param('session_engaged', session_pages > 1)
                else text_param('session_engaged', (session_pages > 1)::int) end,
            integer_param('engagement_time_msec', engagement_msec),
            integer_param('entrances',
                case when page_no = 1 and event_name = 'page_view' then 1 end),
            text_param('source', case when is_landing then source.source end),
            text_param('medium', case when is_landing then source.medium end),
            text_param('campaign', case when is_landing then source.campaign end),
            integer_param('percent_scrolled', percent_scrolled),
            text_param('search_term',
                case when event_name = 'view_search_results' then search_term end),
            text_param('currency', case when value is not null then 'USD' end),
            case when value = floor(value) and not isnan(value) then integer_param('value', value)
                else double_param('value', value) end,
            case when client.browser = 'Edge' and transaction_id like '1%'
                then integer_param('transaction_id', transaction_id)
                else text_param('transaction_id', transaction_id) end,
            text_param('plan', plan),
            text_param('experiment_id', experiment),
            text_param('variant', variant),
            case event_name
                when 'sign_up' then text_param('method',
                    pick(['email', 'google', 'github'], part(event_draw, 0)))
                when 'project_created' then text_param('template',
                    pick(['blank', 'shop', 'newsletter'], part(event_draw, 0)))
                when 'workflow_completed' then text_param('workflow_type',
                    pick(['report', 'import', 'campaign'], part(event_draw, 0)))
                when 'newsletter_subscribed' then text_param('placement', 'blog_footer')
                when 'demo_video_played' then text_param('video_title', 'Product tour')
                when 'lead_submitted' then text_param('form_id', '{FORM_ID}') end,
            case when event_name like 'form_%' then text_param('form_id', '{FORM_ID}') end,
            case when event_name like 'form_%' then text_param('form_name', 'Talk to sales') end,
            case when event_name like 'form_%' then text_param('form_destination',
                origin || '/contact') end,
            case when event_name = 'form_field' then text_param('field_name',
                {literal(FORM_FIELDS)}[request - 6]) end,
            case event_name
                when 'workflow_completed' then
                    integer_param('duration_seconds', 20 + floor(part(event_draw, 1) * 600))
                when 'demo_video_played' then
                    integer_param('percent_played', pick([25, 50, 75, 100], part(event_draw, 1)))
                end
        ], lambda param: param is not null) as event_params,
        null as event_previous_timestamp,
        case when not isnan(value) then value end as event_value_in_usd,
        event_draw % 1000000000 as event_bundle_sequence_id,
        event_draw % 2000000 as event_server_timestamp_offset,
        'user_' || lpad(person::varchar, 9, '0') as user_id,
        -- an odd factor permutes the 32-bit numbers, so no two devices share one
        case when not is_denied then concat((device_id * 2654435761) % 4294967296, '.',
            first_touch_us // {SECOND}) end as user_pseudo_id,
        not is_denied as is_active_user,
        struct_pack(
            analytics_storage := case when is_denied then 'No' else 'Yes' end,
            ads_storage := case when is_denied then 'No' else 'Yes' end,
            uses_transient_token := case when is_denied then 'Yes' else 'No' end) as privacy_info,
        [] as user_properties,
        case when not is_denied then first_touch_us end as user_first_touch_timestamp,
        struct_pack(revenue := 0, currency := 'USD') as user_ltv,
        struct_pack(
            category := client.category, mobile_brand_name := client.brand,
            mobile_model_name := client.model, mobile_marketing_name := client.model,
            operating_system := client.system, operating_system_version := client.system_version,
            language := place.language, is_limited_ad_tracking := 'No',
            time_zone_offset_seconds := place.utc_hours * 3600,
            browser := client.browser, browser_version := client.browser_version,
            web_info := struct_pack(browser := client.browser,
                browser_version := client.browser_version, hostname := '{HOST}')) as device,
        struct_pack(
            continent := place.continent, sub_continent := place.sub_continent,
            country := place.country, region := place.region, city := place.city,
            metro := '(not set)') as geo,
        null as app_info,
        struct_pack(name := first_source.campaign, medium := first_source.medium,
            source := first_source.source) as traffic_source,
        case when is_landing then struct_pack(
            manual_campaign_name := source.campaign, manual_source := source.source,
            manual_medium := source.medium,
            gclid := nullif(regexp_extract(page_location, 'gclid=(.*)', 1), ''))
        end as collected_traffic_source,
        struct_pack(
            manual_campaign := struct_pack(campaign_name := click_source.campaign,
                source := click_source.source, medium := click_source.medium),
            cross_channel_campaign := struct_pack(campaign_name := click_source.campaign,
                source := click_source.source, medium := click_source.medium,
                default_channel_group := click_source.channel,
                primary_channel_group := click_source.channel)
        ) as session_traffic_source_last_click,
        '4815162342' as stream_id,
        'WEB' as platform,
        struct_pack(hostname := '{HOST}') as event_dimensions,
        struct_pack(
            total_item_quantity := case when price_cents is not null then quantity end,
            purchase_revenue_in_usd := case when event_name = 'purchase' then value end,
            purchase_revenue := case when event_name = 'purchase' then value end,
            shipping_value := case when event_name = 'purchase' then 4.9 end,
            unique_items := case when price_cents is not null then 1 end,
            transaction_id := case when event_name = 'purchase' then transaction_id
                when price_cents is not null then '(not set)' end) as ecommerce,
        case when price_cents is null then [] else [struct_pack(
            item_id := 'SKU' || lpad(product::varchar, 4, '0'), item_name := item.name,
            item_brand := 'Waymark', item_category := item.category,
            price_in_usd := price_cents / 100e0, price := price_cents / 100e0,
            quantity := quantity, item_revenue := case when event_name = 'purchase'
                then value_cents / 100e0 end, item_params := [])] end as items,
        case when not client.hides_order then batch_index end as batch_event_index,
        case when not client.hides_order then request end as batch_ordering_id,
        case when not client.hides_order then page_no end as batch_page_id,
        null as publisher
    from located
)
select {", ".join(f"cast({name} as {kind}) as {name}" for name, kind in EXPORT_SCHEMA.items())}
from exported
"""

# ---- truth, counted on clean events. A fact is a path into truth.json ('a|b|c') and a number.

# Events of known devices with their visitor: the user of the row, else the first user seen on the
# device, else the device itself
STITCHED = """
create or replace temp table stitched as
with first_users as (
    select device_id, arg_min(person, event_order) as person
    from events where person is not null group by device_id
)
select
    events.*,
    coalesce(events.person, first_users.person, -1 - device_id) as visitor,
    device_of(device).category as device_category
from events left join first_users using (device_id)
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
    "scrolled_pricing_page":
        "event_name = 'scroll' and path like '/pricing%' and percent_scrolled >= 75",
    "engaged_with_service_page":
        "event_name = 'user_engagement' and path like '/services%' and engagement_msec > 120000",
    "read_blog_post": "event_name = 'page_view' and path like '/blog/%'",
    "signed_up": "event_name = 'sign_up'",
    "created_project": "event_name = 'project_created'",
    "completed_workflow": "event_name = 'workflow_completed'",
    "played_demo_video": "event_name = 'demo_video_played'",
}
# Goals on completions of the goals before: (visitor, event_us, event_order) at which each completes
DERIVED_GOALS = {
    "visited": """
        select visitor, min(event_us), min(event_order)
        from stitched group by visitor, session_id""",
    "returned_within_48_hours": f"""
        select visitor, min(event_us), min(event_order)
        from (
            select *, lag(event_us) over (partition by visitor order by event_order) as previous_us
            from completions where goal = 'visited'
        )
        where event_us <= previous_us + {48 * HOUR} group by visitor""",
    "activated_within_72_hours": f"""
        select visitor, min(projects.event_us), min(projects.event_order)
        from completions as projects join completions as sign_ups using (visitor)
        where projects.goal = 'created_project' and sign_ups.goal = 'signed_up'
            and projects.event_order >= sign_ups.event_order
            and projects.event_us <= sign_ups.event_us + {72 * HOUR}
        group by visitor""",
    "blog_reader_started_trial": f"""
        select distinct visitor, trials.event_us, trials.event_order
        from completions as trials join completions as posts using (visitor)
        where trials.goal = 'trial_started' and posts.goal = 'read_blog_post'
            and trials.event_order >= posts.event_order
            and trials.event_us <= posts.event_us + {7 * DAY}""",
    "completed_workflow_twice": """
        select visitor, event_us, event_order from completions where goal = 'completed_workflow'
        qualify row_number() over (partition by visitor order by event_order) = 2""",
}
FUNNELS = {  # name: window in days, steps
    "checkout": (7, ("viewed_product", "added_to_cart", "began_checkout", "order_placed")),
    "onboarding": (30, ("signed_up", "activated_within_72_hours", "completed_workflow",
                        "subscription_started")),
    "content_to_trial": (7, ("read_blog_post", "viewed_pricing_page", "trial_started")),
}
EDGES = (  # micro, macro
    ("scrolled_pricing_page", "trial_started"),
    ("played_demo_video", "subscription_started"),
    ("returned_within_48_hours", "order_placed"),
)


def counts(path, source, expressions):
    """SQL of the facts '<path>|<label>' for {label: aggregate of the rows of source}."""
    return (f"select '{path}|' || unnest({literal(list(expressions))}), "
            f"unnest([{', '.join(expressions.values())}]) from {source}")


def groups(path, label, source, aggregate="count(*)"):
    """SQL of the facts '<path>|<label>', one per value of the expression `label`."""
    return f"select concat('{path}|', {label}), {aggregate} from {source} group by all order by all"


def funnel(name, window_days, steps):
    """SQL of the facts of a closed, ordered funnel.

    Every completion of the first step starts an attempt, each step takes the earliest completion
    that is not before the last one and inside the window. A visitor counts with the deepest
    attempt, the one that got there first, and of those the latest entry.
    """
    attempts = [f"""attempt_1 as (
        select visitor, device_category, event_us as entry_us, event_order as order_1
        from completions where goal = '{steps[0]}'
    )"""]
    for n, step in enumerate(steps[1:], 2):
        attempts.append(f"""attempt_{n} as (
            select attempt.*, min(step.event_order) filter (step.event_order >= order_{n - 1}
                and step.event_us <= entry_us + {window_days * DAY}) as order_{n}
            from attempt_{n - 1} as attempt
            left join completions as step
                on attempt.visitor = step.visitor and step.goal = '{step}'
            group by all
        )""")
    reached = [f"order_{n}" for n in range(len(steps), 0, -1)]
    deepest = f"""(
        with {", ".join(attempts)}
        select *, {" + ".join(f"({column} is not null)::int" for column in reached)} as depth
        from attempt_{len(steps)}
        qualify row_number() over (
            partition by visitor order by depth desc, coalesce({", ".join(reached)}), order_1 desc
        ) = 1
    )"""
    reaches = {step: f"count(*) filter (depth >= {n})" for n, step in enumerate(steps, 1)}
    done = f"""(
        select visitor, {", ".join(f"bool_or(goal = '{step}') as {step}" for step in steps)}
        from completions group by visitor
    )"""
    any_order = {
        step: f"count(*) filter ({' and '.join(steps[:n])})" for n, step in enumerate(steps, 1)}
    yield counts(f"funnels|{name}|units_reached|all", deepest, reaches)
    yield counts(f"funnels|{name}|wrong_any_order_no_window", done, any_order)
    if name == "checkout":
        for category in CART_RATES:
            yield counts(f"funnels|{name}|units_reached|{category}",
                         f"{deepest} where device_category = '{category}'", reaches)


def experiment(name, goal):
    """SQL of the facts of an experiment: who saw one variant in its days, and who then converted.

    The window of a visitor begins with the first exposure; those in both variants are left out.
    """
    first, last = EXPERIMENT_DAYS
    units = f"""(
        with exposures as (
            select visitor, any_value(variant) as variant, count(distinct variant) as variants,
                min(event_us) as exposed_us, min(event_order) as exposed_order
            from stitched
            where experiment = '{name}' and event_day between {first} and {last}
            group by visitor
        )
        select exposures.*, exists (
            from completions
            where completions.visitor = exposures.visitor and goal = '{goal}'
                and event_order >= exposed_order
                and event_us <= exposed_us + {EXPERIMENT_WINDOW_DAYS * DAY}
        ) as converted
        from exposures
    )"""
    yield counts(f"experiments|{name}", units, {"contaminated": "count(*) filter (variants > 1)"})
    for variant in EXPERIMENTS[name][1]:
        one = f"{units} where variants = 1 and variant = '{variant}'"
        yield counts(f"experiments|{name}|{variant}", one, {
            "units": "count(*)", "converted": "count(*) filter (converted)"})


def facts(arguments):
    """SQL queries (path, number) over events, stitched, completions and delivered of a block."""
    week = f"event_us - (event_us - {4 * DAY}) % {7 * DAY}"  # 1970-01-05 was a Monday
    purchase = "event_name = 'purchase'"
    subscription = "event_name = 'subscription_started'"
    once = f"{purchase} and (request = 1 or transaction_id = '(not set)')"
    dirt = {kind: f"count(*) filter (dirt = '{kind}')" for kind in DIRT_RATES}
    yield counts("totals", "delivered", {"raw_rows": "count(*)"})
    yield counts("totals|rejected_rows", "delivered", {
        "no event name": dirt["null_event_name"],
        "no time": dirt["null_event_timestamp"],
        "in the future": dirt["future_dated"],
        "duplicate": f"{dirt['duplicate_same_file']} + {dirt['duplicate_next_file']}"})
    yield counts("totals", "stitched", {
        "visitors": "count(distinct visitor)",
        "sessions": "count(distinct (visitor, session_id))",
        "purchases": f"count(*) filter ({purchase})",
        "purchases_once_per_transaction": f"count(*) filter ({once})",
        "subscriptions": f"count(*) filter ({subscription})",
    })
    yield counts("totals", "stitched where not is_nan", {
        "purchase_revenue": f"coalesce(sum(value_cents) filter ({purchase}), 0) / 100",
        "purchase_revenue_once_per_transaction":
            f"coalesce(sum(value_cents) filter ({once}), 0) / 100",
        "subscription_revenue": f"coalesce(sum(value_cents) filter ({subscription}), 0) / 100"})
    yield counts("dirty_rows", "delivered", dirt)
    yield counts("dirty_rows", "events", {
        "consent_denied": "count(*) filter (is_denied)",
        "nan_revenue": "count(*) filter (is_nan)",
        "transaction_not_set": "count(*) filter (transaction_id = '(not set)')",
        "repeated_transaction":
            f"count(*) filter ({purchase} and request > 1 and transaction_id <> '(not set)')"})
    denied = "(select *, v as visitor from events where is_denied)"
    for consent, source in (("consented", "stitched"), ("denied", denied)):
        # a session is on the day of its start
        sessions = f"""(
            select visitor, min(event_us) // {DAY} as day from {source} group by visitor, session_id
        )"""
        yield counts(f"consent|{consent}", sessions, {
            "visitor_days": "count(distinct (visitor, day))", "sessions": "count(*)"})
        yield counts(f"consent|{consent}", source, {"purchases": f"count(*) filter ({purchase})"})
    yield counts("malformed_event_names", "delivered", {
        name: f"count(*) filter (event_name = '{name}')" for name in MALFORMED_EVENT_NAMES})
    file_name = (f"'events_' || strftime(date '{arguments.start}' + file_day::int, '%Y%m%d') "
                 "|| '.parquet'")
    yield groups("rows_by_file", file_name, "delivered")
    yield groups("rows_by_file", file_name, f"range({arguments.days}) as days (file_day)", "0")
    yield groups("late_rows_by_file", file_name, "delivered where dirt = 'late'")
    yield counts("goals", "completions", {
        goal: f"count(distinct visitor) filter (goal = '{goal}')"
        for goal in (*GOALS, *DERIVED_GOALS)})
    for name, (window_days, steps) in FUNNELS.items():
        yield from funnel(name, window_days, steps)
    for micro, macro in EDGES:
        units = f"""(
            select bool_or(goal = '{micro}') as exposed, bool_or(goal = '{macro}') as converted
            from completions group by visitor
        )"""
        yield counts(f"edges|{micro} > {macro}", units, {
            "exposed": "count(*) filter (exposed)",
            "exposed_converted": "count(*) filter (exposed and converted)",
            "unexposed": "count(*) filter (not exposed)",
            "unexposed_converted": "count(*) filter (not exposed and converted)"})
    yield from experiment("one_page_checkout", "order_placed")
    yield from experiment("pricing_headline", "trial_started")
    weeks = f"(select visitor, goal, {week} as week_us from completions)"
    yield groups("sign_up_cohorts", "make_timestamp(week_us)::date, '|cohort_size'",
                 f"{weeks} where goal = 'signed_up'")
    yield groups(
        "sign_up_cohorts",
        "make_timestamp(sign_ups.week_us)::date, '|active_users_by_week|', "
        f"(workflows.week_us - sign_ups.week_us) // {7 * DAY}",
        f"{weeks} as sign_ups join {weeks} as workflows using (visitor) where sign_ups.goal = "
        "'signed_up' and workflows.goal = 'completed_workflow'",
        "count(distinct visitor)")
    mobile = f"""(
        select visitor, make_timestamp({week})::date as week,
            bool_or(event_name = 'view_item') as views, bool_or(event_name = 'add_to_cart') as adds
        from stitched where device_category = 'mobile' group by all
    )"""
    yield groups("broken_week|weeks", "week, '|mobile_viewers'", f"{mobile} where views")
    yield groups("broken_week|weeks", "week, '|mobile_adders'", f"{mobile} where views and adds")
    # what each session does with the form
    forms = f"""(
        select
            any_value(device_category) as device, bool_or(event_name = 'form_submit') as is_sent,
            coalesce(arg_max({literal(FORM_FIELDS)}[request - 6], event_us)
                filter (event_name = 'form_field'), '(none)') as last_field,
            list_distinct(list({literal(FORM_FIELDS)}[request - 6])
                filter (event_name = 'form_field')) as fields
        from stitched where event_name like 'form_%' group by visitor, session_id
    )"""
    yield groups(f"forms|{FORM_ID}", "device, '|started'", forms)
    yield groups(f"forms|{FORM_ID}", "device, '|submitted'", f"{forms} where is_sent")
    yield groups(f"forms|{FORM_ID}", "device, '|reached|', field",
                 f"(select device, unnest(fields) as field from {forms})")
    yield groups(f"forms|{FORM_ID}", "device, '|last_field_of_not_submitted|', last_field",
                 f"{forms} where not is_sent")
    # where the landing hit says that the session came from; direct if it was another visitor's
    sessions = f"""(
        select touch_of(max(case when page_no = 1 and request = 1 then touch else {DIRECT} end))
            as source
        from stitched group by visitor, session_id
    )"""
    yield groups("sessions_by_campaign", "source.campaign",
                 f"{sessions} where source.campaign is not null and source.medium <> '(none)'")
    yield groups("sessions_by_channel", "source.channel", sessions)


# ---- running


def plan_block(connection, first, last):
    """Make the tables of the steps for the visitors from first up to last."""
    connection.execute(f"set variable first_visitor = {first}")
    connection.execute(f"set variable last_visitor = {last}")
    for step in (VISITORS, VISITS, PAGES, EVENTS, DELIVERED):
        connection.execute(step)


def count_block(connection, arguments):
    """Add the facts of the planned block to the table facts (path, n)."""
    connection.execute(STITCHED)
    connection.execute("create or replace temp table completions as " + " union all ".join(
        f"select '{goal}' as goal, visitor, event_us, event_order, device_category "
        f"from stitched where {condition}" for goal, condition in GOALS.items()))
    for goal, query in DERIVED_GOALS.items():
        connection.execute(f"insert into completions select '{goal}', *, null from ({query})")
    for query in facts(arguments):
        connection.execute(f"insert into facts {query}")


def truth(connection, arguments):
    """The content of truth.json: what was planted, and the facts as a nested dict."""
    first_broken_day = arguments.start + timedelta(days=BROKEN_WEEK_OFFSET)
    result = {
        "generator": GENERATOR,
        "generator_digest": generator_digest(),
        "arguments": content_arguments(arguments),
        "first_day": str(arguments.start),
        "last_day": str(arguments.start + timedelta(days=arguments.days - 1)),
        "planted": {
            "cart_rates": CART_RATES, "checkout_rates": CHECKOUT_RATES,
            "purchase_rates": PURCHASE_RATES, "engagement_factors": ENGAGEMENT_FACTORS,
            "engagement_shares": list(ENGAGEMENT_SHARES.values()), "shop_decoys": SHOP_DECOYS,
            "trial_given_pricing_page": TRIAL_RATES, "subscription_given_trial": SUBSCRIPTION_RATES,
            "quick_return_by_engagement": QUICK_RETURN_RATES,
            "effect_of_quick_return_on_purchase": 0,
            "active_by_week_since_project": RETENTION_RATES, "dirt_rates": DIRT_RATES,
            "second_variant_given_payment_or_not": {
                name: shares for name, (_, _, shares) in EXPERIMENTS.items()},
            "last_field_of_form_not_sent": FORM_LAST_FIELDS},
        "totals": {"people": arguments.visitors},
        "broken_week": {
            "first_day": str(first_broken_day), "last_day": str(first_broken_day + timedelta(6)),
            "is_in_range": BROKEN_WEEK_OFFSET < arguments.days, "goal": "added_to_cart",
            "device_category": "mobile", "cart_factor": BROKEN_CART_FACTOR},
        "funnels": {name: {"window_days": days} for name, (days, _) in FUNNELS.items()},
    }
    for path, n in connection.execute(
            "select path, sum(n) from facts group by path order by min(rowid), path").fetchall():
        *parents, name = path.split("|")
        place = result
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = float(n) if name.startswith(("purchase_rev", "subscription_rev")) else int(n)
    totals = result["totals"]
    totals["accepted_rows"] = totals["raw_rows"] - sum(totals["rejected_rows"].values())
    return result


def write_files(connection, arguments, spill, folder, progress):
    """Write one file a day from the spilled blocks."""
    connection.execute(f"set variable spilled = {literal(str(spill / '*.parquet'))}")
    for file_day in range(arguments.days):
        path = folder / f"events_{arguments.start + timedelta(days=file_day):%Y%m%d}.parquet"
        connection.execute(f"set variable file_day = {file_day}")
        connection.execute(
            f"copy ({EXPORT}) to {literal(str(path))} (format parquet, compression zstd)")
        progress.advance(WRITE_SHARE / arguments.days)


def generate(arguments, work):
    """Write the data set into the folder `work` / data; returns its truth."""
    folder, spill = work / "data", work / "spill"
    folder.mkdir()
    spill.mkdir()
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"set temp_directory = {literal(str(work / 'duckdb'))}")
        if arguments.memory_limit:
            connection.execute(f"set memory_limit = {literal(arguments.memory_limit)}")
        if arguments.threads:
            connection.execute(f"set threads = {arguments.threads}")
        prepare(connection, arguments)
        if arguments.rows:
            plan_block(connection, 0, SAMPLE_VISITORS)
            sampled, = connection.execute("select count(*) from delivered").fetchone()
            arguments.visitors = max(1, round(arguments.rows * SAMPLE_VISITORS / sampled))
        connection.execute("create table facts (path varchar, n decimal(18, 2))")
        progress = Progress()
        for first in range(0, arguments.visitors, BLOCK_VISITORS):
            last = min(first + BLOCK_VISITORS, arguments.visitors)
            plan_block(connection, first, last)
            count_block(connection, arguments)
            # small row groups: a day's file reads little more than its part of each block
            path = literal(str(spill / f"{first}.parquet"))
            connection.execute(f"copy (from delivered order by file_day) to {path} "
                               "(format parquet, row_group_size 20480)")
            progress.advance((1 - WRITE_SHARE) * (last - first) / arguments.visitors)
        write_files(connection, arguments, spill, folder, progress)
        planted = truth(connection, arguments)
    (folder / "truth.json").write_text(json.dumps(planted, indent=2) + "\n", encoding="utf-8")
    return planted


class Progress:
    """A line on stderr, share done and time left, for work of more than a few seconds."""

    def __init__(self):
        self.started = self.printed = time.monotonic()
        self.done = 0.0
        self.seconds, self.end = (1, "\r") if sys.stderr.isatty() else (10, "\n")

    def advance(self, share):
        self.done += share
        now = time.monotonic()
        if now - self.printed >= self.seconds and self.done < 1:
            self.printed = now
            left = timedelta(seconds=round((now - self.started) * (1 / self.done - 1)))
            print(f"{self.done:4.0%} done, about {left} left", end=self.end, file=sys.stderr)
            sys.stderr.flush()


# ---- command line


def generator_digest():
    return hashlib.md5(Path(__file__).read_bytes()).hexdigest()


def content_arguments(arguments):
    """The arguments that decide the content."""
    size = {"rows": arguments.rows} if arguments.rows else {"visitors": arguments.visitors}
    return {"days": arguments.days, **size, "seed": arguments.seed, "start": str(arguments.start)}


def known_truth(folder):
    """The truth of a folder that holds nothing but what this script writes, else None."""
    try:
        known = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_own = isinstance(known, dict) and known.get("generator") == GENERATOR and all(
        path.name == "truth.json" or re.fullmatch(r"events_\d{8}\.parquet", path.name)
        for path in folder.iterdir())
    return known if is_own else None


def is_up_to_date(known, folder, arguments):
    return (known["generator_digest"] == generator_digest()
            and known["arguments"] == content_arguments(arguments)
            and all((folder / name).exists() for name in known["rows_by_file"]))


def put_in_place(work, output):
    """Swap the finished work / data for what is at `output`; on failure that stays."""
    old = work / "old"
    if output.exists():
        output.rename(old)
    try:
        (work / "data").rename(output)
    except OSError:
        if old.exists():
            old.rename(output)
        raise


def whole_number(low, high):
    def parse(text):
        if not re.fullmatch(r"-?\d+", text) or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"{text} is not a whole number from {low} to {high}")
        return int(text)
    return parse


def memory_size(text):
    if not re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", text, re.IGNORECASE):
        raise argparse.ArgumentTypeError(f"{text} is not a size such as 2GB")
    return text


def first_day(text):
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 1970 <= day.year < 2030:
        raise argparse.ArgumentTypeError(f"{text} is not a date (YYYY-MM-DD) from 1970 to 2029")
    return day


def parse_arguments(argv):
    parser = argparse.ArgumentParser(
        description="Write the Waymark demo data and its planted truth.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path("data/demo"), help="folder")
    parser.add_argument("--days", type=whole_number(1, 1_000), default=60, help="days, a file each")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--visitors", type=whole_number(1, 10**9), default=8_000, help="people")
    size.add_argument("--rows", type=whole_number(1, 10**11), help="about so many rows instead")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other data")
    parser.add_argument("--start", type=first_day, default=date(2026, 6, 1), help="first day, UTC")
    parser.add_argument("--memory-limit", type=memory_size, help="of DuckDB, such as 2GB")
    parser.add_argument("--threads", type=whole_number(1, 1_000), help="do not change the data")
    parser.error = lambda message: sys.exit(f"generate_demo: {message}")
    return parser.parse_args(argv)


def main(argv=None):
    arguments = parse_arguments(argv)
    output = arguments.output.resolve()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("generate_demo: stopped"))
    try:
        if output.exists() and not (output.is_dir() and not any(output.iterdir())):
            known = known_truth(output)
            if known is None:
                sys.exit(f"generate_demo: {output} is not demo data: name another --output")
            if is_up_to_date(known, output, arguments):
                print(f"{output} is up to date: same arguments, nothing to do")
                return
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
                prefix=f".{output.name}.partial-", dir=output.parent) as work:
            totals = generate(arguments, Path(work))["totals"]
            put_in_place(Path(work), output)
    except KeyboardInterrupt:
        sys.exit("generate_demo: stopped")
    except (OSError, RuntimeError, duckdb.Error) as error:  # RuntimeError: a query was stopped
        sys.exit(f"generate_demo: {str(error).splitlines()[0]}")
    print(f"{output}: {totals['raw_rows']:,} rows, {arguments.days} files, "
          f"{totals['visitors']:,} visitors")


if __name__ == "__main__":
    main()
