{% macro ga4_rows(source, first_day=none) %}
    {{ return(adapter.dispatch('ga4_rows', 'waymark')(source, first_day)) }}
{% endmacro %}

{# Raw rows of the export under the current schema: a column or field that an older export lacks is
   null. Adds `filename`, `input_property`, and for JSON `raw_json` and `malformed_line`. #}
{% macro default__ga4_rows(source, first_day) -%}
    {%- set schema = waymark.ga4_schema() -%}
    {%- for input in source.inputs -%}
    {%- set place = input.tables.events -%}
    {%- for relation in place.relations or [none] %}
    select
        {% if place.format == 'json' -%}
        unnest(json_transform(json, '{{ schema | tojson }}')),
        cast(json as varchar) as raw_json,
        filename,
        malformed_line,
        {%- else -%}
        *,
        {% if relation %}cast(null as varchar) as filename,{% endif %}
        {%- endif %}
        {{ waymark.text_literal(input.property) if input.property else 'cast(null as varchar)' }} as input_property
    from
        {% if place.format == 'json' -%}
        ({{ waymark.json_file_rows(place) }}) as json_rows
        {%- elif place.files -%}
        read_parquet({{ waymark._file_list(place.files) }}, union_by_name = true, filename = true)
        {%- else -%}
        {{ waymark.source_relation(relation) }}
        {%- endif %}

    union all by name
    {% endfor -%}
    {%- endfor %}
    select
        cast(null as varchar) as filename,
        cast(null as varchar) as malformed_line,
        cast(null as varchar) as raw_json,
        cast(null as varchar) as input_property,
        {%- for column, shape in schema.items() %}
        cast(null as {{ waymark._duckdb_type(shape) }}) as "{{ column }}"{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
{%- endmacro %}

{# Only the columns that are used, because each costs, and only the tables from `first_day` on: a suffix is
   compared with texts, since a subquery would read all of them. Today's events are in intraday tables.
   A first run names all days, so that no reading is without this filter. #}
{% macro bigquery__ga4_rows(source, first_day) -%}
    {%- set known = waymark.ga4_schema() -%}
    {%- set day = (first_day or '0000-00-00') | string | replace('-', '') -%}
    {%- set parts = namespace(written=0) -%}
    {%- for input in source.inputs -%}
    {%- for relation in input.tables.events.relations or [] -%}
    {{ 'union all' if parts.written }}
    {%- set parts.written = 1 -%}
    {%- set sharded = relation.rstrip('`').endswith('*') -%}
    {%- set dataset = modules.re.search('analytics_([0-9]+)', relation) -%}
    {%- set property = input.property or (dataset.group(1) if dataset else none) %}
    select
        event_date,
        event_timestamp,
        event_name,
        event_params,
        event_bundle_sequence_id,
        user_id,
        user_pseudo_id,
        struct(privacy_info.analytics_storage) as privacy_info,
        struct(
            device.category,
            device.operating_system,
            device.language,
            device.browser,
            struct(device.web_info.browser, device.web_info.hostname) as web_info
        ) as device,
        struct(geo.country, geo.region, geo.city) as geo,
        platform,
        struct(event_dimensions.hostname) as event_dimensions,
        struct(ecommerce.purchase_revenue, ecommerce.transaction_id) as ecommerce,
        items,
        struct(
            collected_traffic_source.manual_campaign_name,
            collected_traffic_source.manual_source,
            collected_traffic_source.manual_medium,
            collected_traffic_source.gclid
        ) as collected_traffic_source,
        batch_page_id,
        batch_ordering_id,
        batch_event_index,
        {{ '_table_suffix' if sharded else 'event_date' }} as filename,
        cast(null as string) as malformed_line,
        {{ waymark.text_literal(property) if property else 'cast(null as string)' }} as input_property
    from `{{ relation | replace('`', '') }}`
    {% if sharded -%}
    where
        _table_suffix between '{{ day }}' and '99999999'
        or _table_suffix between 'fresh_{{ day }}' and 'fresh_99999999'
        or _table_suffix between 'intraday_{{ day }}' and 'intraday_99999999'
    {%- elif first_day -%}
    where event_date >= '{{ day }}'
    {%- endif %}

    {% endfor -%}
    {%- endfor %}
    {%- if not parts.written %}
    select
        {%- for column, shape in known.items() if column in [
            'event_date', 'event_timestamp', 'event_name', 'event_params', 'event_bundle_sequence_id', 'user_id',
            'user_pseudo_id', 'privacy_info', 'device', 'geo', 'platform', 'event_dimensions', 'ecommerce',
            'items', 'collected_traffic_source', 'batch_page_id', 'batch_ordering_id', 'batch_event_index',
        ] %}
        cast(null as {{ waymark._bigquery_type(shape) }}) as {{ column }},
        {%- endfor %}
        cast(null as string) as filename,
        cast(null as string) as malformed_line,
        cast(null as string) as input_property
    from (select 1 as nothing) as nothing
    where 1 = 0
    {%- endif %}
{%- endmacro %}
