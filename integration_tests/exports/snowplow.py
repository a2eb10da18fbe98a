"""A site as CSV in the columns of atomic.events, an app as a warehouse has it (Parquet, nested)."""

import json

from helpers import write_rows

WEB, APP = 170, 40
ROWS = WEB + 15 + APP + 1

# The order of the enriched format, with what warehouses add behind it.
COLUMNS = """
app_id platform etl_tstamp collector_tstamp dvce_created_tstamp event event_id txn_id name_tracker
v_tracker v_collector v_etl user_id user_ipaddress user_fingerprint domain_userid domain_sessionidx
network_userid geo_country geo_region geo_city geo_zipcode geo_latitude geo_longitude
geo_region_name ip_isp ip_organization ip_domain ip_netspeed page_url page_title page_referrer
page_urlscheme page_urlhost page_urlport page_urlpath page_urlquery page_urlfragment refr_urlscheme
refr_urlhost refr_urlport refr_urlpath refr_urlquery refr_urlfragment refr_medium refr_source
refr_term mkt_medium mkt_source mkt_term mkt_content mkt_campaign se_category se_action se_label
se_property se_value tr_orderid tr_affiliation tr_total tr_tax tr_shipping tr_city tr_state
tr_country ti_orderid ti_sku ti_name ti_category ti_price ti_quantity pp_xoffset_min pp_xoffset_max
pp_yoffset_min pp_yoffset_max useragent br_name br_family br_version br_type br_renderengine br_lang
br_cookies br_colordepth br_viewwidth br_viewheight os_name os_family os_manufacturer os_timezone
dvce_type dvce_ismobile dvce_screenwidth dvce_screenheight doc_charset doc_width doc_height
tr_currency tr_total_base base_currency geo_timezone mkt_clickid mkt_network etl_tags
dvce_sent_tstamp refr_domain_userid refr_dvce_tstamp domain_sessionid derived_tstamp event_vendor
event_name event_format event_version event_fingerprint true_tstamp load_tstamp
contexts_com_snowplowanalytics_snowplow_web_page_1_0_0
contexts_com_iab_snowplow_spiders_and_robots_1_0_0
unstruct_event_com_acme_video_played_1_0_0
""".split()


def minute(i):
    return f"2026-03-{2 + i // 60:02} 09:{i % 60:02}"


def event(name, number, at, /, event_name="page_view", **others):
    """A row of visitor `number`; the clock of the device is an hour slow, which is corrected."""
    hour = int(at[11:13])
    return {
        "app_id": "shop",
        "platform": "web",
        "collector_tstamp": f"{at}:12.000",
        "dvce_created_tstamp": f"{at[:11]}{hour - 1:02}{at[13:]}:10.123",
        "derived_tstamp": f"{at}:10.123",
        "load_tstamp": f"{at}:50.000",
        "event": {"event": "struct", "video_played": "unstruct"}.get(event_name, event_name),
        "event_name": event_name,
        "event_vendor": "com.snowplowanalytics.snowplow",
        "event_id": f"id-{name}",
        "event_fingerprint": f"print-{name}",
        "domain_userid": f"cookie-{number}",
        "domain_sessionid": f"session-{number}-{at[8:10]}",
        "domain_sessionidx": 1,
        "network_userid": f"net-{name}",
        "page_url": f"https://www.shop.example/p/{number}?q=1",
        "page_urlhost": "www.shop.example",
        "page_urlpath": f"/p/{number}",
        "page_urlquery": "q=1",
        "page_title": f"Product {number}",
        "dvce_type": "Computer",
        "os_family": "Windows",
        "br_family": "Firefox",
        "br_lang": "de",
        "geo_country": "DE",
        "geo_region_name": "Land Berlin",
        "useragent": "Mozilla/5.0",
        "v_tracker": "js-3.23.0",
        **others,
    }


def web():
    rows = [event(f"w{i}", i % 25, minute(i)) for i in range(WEB)]
    for i in range(0, WEB, 5):
        rows[i].update(event="page_ping", event_name="page_ping", pp_yoffset_max=i)
    robot = json.dumps(
        [{"spiderOrRobot": True, "category": "SPIDER", "reason": "FAILED_UA_INCLUDE"}]
    )
    human = json.dumps([{"spiderOrRobot": False, "category": "BROWSER"}])
    google = {
        "page_referrer": "https://www.google.de/", "refr_urlhost": "www.google.de",
        "refr_medium": "search", "refr_source": "Google",
    }  # fmt: skip
    inside = {"page_referrer": "https://pay.example/", "refr_medium": "internal"}
    return [
        *rows,
        # delivered twice: the same fingerprint; the later copy was loaded the day after
        {**rows[7], "collector_tstamp": "2026-03-02 09:08:00", "load_tstamp": "2026-03-03"},
        # a bot that sends one id for all: other fingerprints are other events
        event("shared", 30, "2026-03-02 10:00", event_fingerprint="print-a"),
        event("shared", 31, "2026-03-02 10:01", event_fingerprint="print-b"),
        # without fingerprints the id alone tells
        event("plain", 32, "2026-03-02 10:02", event_fingerprint=None),
        event("plain", 32, "2026-03-02 10:02", event_fingerprint=None, load_tstamp="2026-03-04"),
        # from a server: a new network_userid for every request, and no cookie
        event("server", 33, "2026-03-02 10:03", "refund_made", platform="srv", user_id="user-9",
              domain_userid=None, domain_sessionid=None, event="unstruct"),
        # loaded nine days later
        event("late", 1, "2026-03-02 10:04", load_tstamp="2026-03-11 10:00:00"),
        event("old", 2, "2026-03-02 10:05", derived_tstamp=None, event_name=None,
              event="page_view"),
        event("bot", 34, "2026-03-02 10:06",
              contexts_com_iab_snowplow_spiders_and_robots_1_0_0=robot),
        event("human", 35, "2026-03-02 10:07",
              contexts_com_iab_snowplow_spiders_and_robots_1_0_0=human),
        event("struct", 3, "2026-03-02 10:08", "event", se_category="cart", se_action="add",
              se_value="2.5"),
        event("order", 4, "2026-03-02 10:09", "transaction", tr_orderid="o-1", tr_total="129.90",
              tr_currency="EUR"),
        event("google", 36, "2026-03-02 10:10", **google),
        event("paid", 37, "2026-03-02 10:11", **google, mkt_source="ads", mkt_medium="cpc",
              mkt_campaign="spring", mkt_clickid="gclid-1"),
        event("inside", 38, "2026-03-02 10:12", **inside, user_id="user-38",
              contexts_com_iab_snowplow_spiders_and_robots_1_0_0='[{"spiderOrRobot": tr'),
    ]  # fmt: skip


def app():
    """In a warehouse: numbers are numbers, entities are lists of structs with names_like_this."""
    rows = [
        event(
            f"a{i}", 60 + i % 5, minute(i), "video_played", platform="mob", domain_userid=None,
            domain_sessionid=None, page_url=None,
            contexts_com_snowplowanalytics_snowplow_client_session_1=[
                {"user_id": f"phone-{i % 5}", "session_id": f"app-session-{i % 5}"}],
            unstruct_event_com_acme_video_played_1={"video_id": f"v{i}", "percent_played": 90.5},
        )
        for i in range(APP)
    ]  # fmt: skip
    purchase = {"transaction_id": "o-2", "revenue": 80.25, "currency": "USD"}
    return [
        *rows,
        event(
            "bought", 60, "2026-03-02 11:00", "snowplow_ecommerce_action", event="unstruct",
            contexts_com_snowplowanalytics_snowplow_ecommerce_transaction_1=[purchase],
        ),
    ]  # fmt: skip


def write(folder):
    write_rows(folder / "web.csv", web(), {name: "varchar" for name in COLUMNS})
    types = {name: "varchar" for name in COLUMNS if "_com_" not in name}
    types.update({name: "timestamp" for name in COLUMNS if name.endswith("_tstamp")})
    types.update(
        contexts_com_snowplowanalytics_snowplow_client_session_1=(
            "struct(user_id varchar, session_id varchar)[]"
        ),
        contexts_com_snowplowanalytics_snowplow_ecommerce_transaction_1=(
            "struct(transaction_id varchar, revenue double, currency varchar)[]"
        ),
        unstruct_event_com_acme_video_played_1="struct(video_id varchar, percent_played double)",
    )
    # a warehouse that adds columns when they are first needed
    del types["mkt_clickid"]
    write_rows(folder / "app.parquet", app(), types)
    return [
        {"property": "web", "files": str(folder / "web.csv")},
        {"property": "app", "files": str(folder / "app.parquet")},
    ]
