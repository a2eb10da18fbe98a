{% macro source_kinds() %}
    {#- By source: `tables`, the first of which is meant where none is named. Of each: `required` columns
        ('a|b': one of them), and `is_side` where its rows only describe those of others, so that a change
        of it means reading everything again, or `is_versioned` where a row replaces an earlier one, with
        the same effect. `needs`: tables without which the others say nothing, as alternatives. `options`:
        keys of its own, and `columns` what its `columns` may map. `facts`: where its rows are no events, the
        staging models that they go to, each with its columns of id and time. -#}
    {%- set kinds = {
        'ga4': {
            'title': 'a GA4 BigQuery export',
            'tables': {'events': {'required': ['event_name', 'event_timestamp'], 'formats': ['parquet', 'json']}},
        },
        'generic': {
            'title': 'an event table',
            'tables': {'events': {'required': ['event_name', 'event_at', 'anonymous_id|user_id']}},
            'options': ['columns'],
        },
        'matomo': {
            'title': 'a dump of the log tables, or an answer of Live.getLastVisitsDetails',
            'tables': {
                'log_link_visit_action': {'required': ['idlink_va', 'idvisit', 'server_time', 'idaction_url']},
                'log_conversion': {'required': ['idvisit', 'idgoal', 'server_time']},
                'live_visits': {'required': ['idVisit', 'actionDetails'], 'formats': ['parquet', 'json']},
                'log_visit': {'required': ['idvisit', 'idvisitor'], 'is_side': true},
                'log_action': {'required': ['idaction', 'name', 'type'], 'is_side': true},
                'log_conversion_item': {'required': ['idvisit', 'idorder', 'idaction_sku'], 'is_side': true},
                'goal': {'required': ['idsite', 'idgoal', 'name'], 'is_side': true},
                'site': {'required': ['idsite'], 'is_side': true},
            },
            'needs': [['log_link_visit_action', 'log_visit', 'log_action'], ['live_visits']],
        },
        'plausible': {
            'title': "a dump of Plausible's events_v2",
            'tables': {
                'events_v2': {'required': ['name', 'timestamp', 'user_id']},
                'sessions_v2': {'required': ['session_id', 'sign'], 'is_side': true},
                'imported_custom_events': {'required': ['date', 'name', 'visitors', 'events'], 'is_side': true},
            },
            'needs': [['events_v2'], ['imported_custom_events']],
        },
        'swetrix': {
            'title': "a dump of Swetrix's events",
            'tables': {
                'events': {'required': ['type', 'pid', 'created']},
                'analytics': {'required': ['pid', 'created', 'pg']},
                'customEV': {'required': ['pid', 'created', 'ev']},
                'revenue': {
                    'required': ['pid', 'transaction_id', 'type', 'amount', 'created'], 'is_versioned': true,
                },
                'experiment_exposures': {'required': ['pid', 'experimentId', 'variantKey', 'profileId', 'created']},
                'profile_aliases': {'required': ['pid', 'anonProfileId', 'userProfileId'], 'is_side': true},
                'sessions': {'required': ['pid', 'sid', 'psid'], 'is_side': true},
                'goal': {'required': ['id', 'name', 'type', 'value'], 'is_side': true},
            },
            'needs': [['events'], ['analytics'], ['customEV']],
        },
        'umami': {
            'title': "a dump of Umami's website_event",
            'tables': {
                'website_event': {'required': ['website_id', 'session_id', 'event_id', 'created_at', 'event_type']},
                'event_data': {
                    'required': ['event_id|website_event_id', 'data_key', 'data_type'], 'is_side': true,
                },
                'session': {'required': ['session_id'], 'is_side': true},
            },
        },
        'snowplow': {
            'title': "Snowplow's atomic.events",
            'tables': {'events': {'required': ['event_id', 'event_name|event', 'collector_tstamp|derived_tstamp']}},
        },
        'posthog': {
            'title': 'a batch export of PostHog',
            'tables': {
                'events': {'required': ['uuid', 'event', 'distinct_id', 'timestamp']},
                'persons': {'required': ['distinct_id', 'person_id'], 'is_side': true},
            },
        },
        'mixpanel': {
            'title': 'a raw export of Mixpanel',
            'tables': {
                'events': {'required': ['event|event_name', 'properties|time']},
                'identity_mapping': {'required': ['distinct_id', 'resolved_distinct_id'], 'is_side': true},
            },
        },
        'amplitude': {
            'title': "Amplitude's export",
            'tables': {
                'events': {'required': ['event_type', 'event_time']},
                'merged_ids': {'required': ['amplitude_id', 'merged_amplitude_id'], 'is_side': true},
            },
        },
        'segment': {
            'title': 'a warehouse schema of Segment or RudderStack',
            'tables': {
                'tracks': {'required': ['id', 'event|event_text', 'timestamp|original_timestamp|received_at']},
                'pages': {'required': ['id', 'timestamp|original_timestamp|received_at']},
                'screens': {'required': ['id', 'timestamp|original_timestamp|received_at']},
                'identifies': {'required': ['id', 'timestamp|original_timestamp|received_at']},
                'event_tables': {'required': ['id'], 'is_side': true},
                'aliases': {'required': ['user_id', 'previous_id'], 'is_side': true},
            },
            'needs': [['tracks'], ['pages'], ['screens']],
        },
        'shopify': {
            'title': "Shopify's orders",
            'tables': {
                'orders': {'required': [
                    'id', 'created_at|processed_at', 'total_price|total_price_set|total_price_set_shop_amount',
                ]},
                'orders_csv': {'required': ['Name', 'Created at', 'Total']},
                'order_lines': {'required': ['order_id', 'quantity', 'price|price_set|price_set_shop_amount']},
                'refunds': {'required': ['order_id', 'amount|amount_set|transactions|subtotal']},
            },
            'needs': [['orders'], ['orders_csv']],
            'facts': {
                'orders': ['order_id', 'ordered_at'], 'order_lines': ['line_id'], 'refunds': ['refund_id', 'refunded_at'],
            },
        },
        'google_ads': {
            'title': 'a daily campaign report of Google Ads',
            'tables': {'campaigns': {'required': [
                'cost_date|Day|Date|segments_date|segments.date|date_day|date',
                'campaign|Campaign|campaign_name|campaign.name',
                'cost|Cost|spend|cost_micros|metrics_cost_micros|metrics.cost_micros|Cost (micros)',
            ]}},
            'options': ['columns'],
            'columns': [
                'cost_date', 'account', 'campaign_id', 'campaign', 'campaign_type', 'cost', 'cost_micros', 'currency',
                'impressions', 'clicks',
            ],
            'facts': {'costs': ['cost_id', 'cost_date']},
        },
        'meta_ads': {
            'title': 'a daily campaign report of Meta Ads',
            'tables': {'campaigns': {'required': [
                'cost_date|Day|date_start|date_day|date|Reporting starts', 'campaign|campaign_name|Campaign name',
            ]}},
            'options': ['columns'],
            'columns': [
                'cost_date', 'last_day', 'account', 'campaign_id', 'campaign', 'campaign_type', 'cost', 'currency',
                'impressions', 'clicks',
            ],
            'facts': {'costs': ['cost_id', 'cost_date']},
        },
        'recordings': {
            'title': 'a list of recordings of Hotjar or Microsoft Clarity',
            'tables': {'recordings': {'required': []}},
            'options': ['columns'],
            'columns': [
                'recording_id', 'recording_url', 'recorded_on', 'recorded_time', 'duration', 'user_id', 'anonymous_id',
                'landing_page', 'exit_page', 'pages', 'clicks', 'country', 'device_category', 'browser',
                'operating_system',
            ],
            'facts': {'recordings': ['recording_id', 'recorded_at']},
        },
    } -%}
    {{ return(kinds) }}
{% endmacro %}
