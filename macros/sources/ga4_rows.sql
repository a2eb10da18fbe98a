{% macro ga4_rows(source, first_day=none) %}
    {{ return(adapter.dispatch('ga4_rows', 'waymark')(source, first_day)) }}
{% endmacro %}

{# Raw rows of the export under the current schema: a column or field that an older export lacks is
   null. Adds `filename`, and for JSON `malformed_line`. #}
{% macro default__ga4_rows(source, first_day) -%}
    {%- set schema = waymark.ga4_schema() -%}
    {%- if source.format == 'json' -%}
    select
        unnest(json_transform(json, '{{ schema | tojson }}')),
        cast(json as varchar) as raw_json,
        filename,
        malformed_line
    from json_rows
    {%- else -%}
    {% if source.files or source.relation -%}
    select
        *,
        {% if not source.files %}cast(null as varchar) as filename,{% endif %}
        cast(null as varchar) as malformed_line
    from
        {% if source.files -%}
        read_parquet({{ waymark._file_list(source.files) }}, union_by_name = true, filename = true)
        {%- else -%}
        {{ waymark.source_relation(source.relation) }}
        {%- endif %}
    union all by name
    {% endif -%}
    select
        {% if not (source.files or source.relation) -%}
        cast(null as varchar) as filename,
        cast(null as varchar) as malformed_line,
        {%- endif %}
        {%- for column, shape in schema.items() %}
        cast(null as {{ waymark._duckdb_type(shape) }}) as "{{ column }}"{{ ',' if not loop.last }}
        {%- endfor %}
    where 1 = 0
    {%- endif -%}
{%- endmacro %}

{# Only the columns that are used, because each costs, and only the tables from `first_day` on: a suffix is
   compared with texts, since a subquery would read all of them. Today's events are in intraday tables.
   A first run names all days, so that no reading is without this filter. #}
{% macro bigquery__ga4_rows(source, first_day) -%}
    {%- set known = waymark.ga4_schema() -%}
    {%- set relation = source.relation or '' -%}
    {%- set sharded = relation.rstrip('`').endswith('*') -%}
    select
        {% if relation -%}
        event_date,
        event_timestamp,
        event_name,
        event_params,
        event_bundle_sequence_id,
        user_id,
        user_pseudo_id,
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
        cast(null as string) as malformed_line
    from `{{ relation | replace('`', '') }}`
    {%- set day = (first_day or '0000-00-00') | string | replace('-', '') %}
    {% if sharded -%}
    where
        _table_suffix between '{{ day }}' and '99999999'
        or _table_suffix between 'fresh_{{ day }}' and 'fresh_99999999'
        or _table_suffix between 'intraday_{{ day }}' and 'intraday_99999999'
    {%- elif first_day -%}
    where event_date >= '{{ day }}'
    {%- endif %}
        {%- else -%}
        {%- for column, shape in known.items() if not column.startswith('_') %}
        cast(null as {{ waymark._bigquery_type(shape) }}) as {{ column }},
        {%- endfor %}
        cast(null as string) as filename,
        cast(null as string) as malformed_line
    from (select 1 as nothing) as nothing
    where 1 = 0
        {%- endif %}
{%- endmacro %}
