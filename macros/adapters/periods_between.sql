{% macro periods_between(earlier, later, period) %}
    {{ return(adapter.dispatch('periods_between', 'waymark')(earlier, later, period)) }}
{% endmacro %}

{% macro postgres__periods_between(earlier, later, period) -%}
    {%- if period == 'hour' -%}
        cast(extract(epoch from {{ later }} - {{ earlier }}) / 3600 as bigint)
    {%- elif period == 'day' -%}
        ({{ later }} - {{ earlier }})
    {%- elif period == 'week' -%}
        (({{ later }} - {{ earlier }}) / 7)
    {%- else -%}
        cast(
            12 * (extract(year from {{ later }}) - extract(year from {{ earlier }}))
            + extract(month from {{ later }}) - extract(month from {{ earlier }}) as bigint
        )
    {%- endif -%}
{%- endmacro %}

{# Both dates are starts of a period, so counting boundaries is exact. #}
{% macro default__periods_between(earlier, later, period) -%}
    {%- if period == 'week' -%}
        (date_diff('day', {{ earlier }}, {{ later }}) // 7)
    {%- else -%}
        date_diff('{{ period }}', {{ earlier }}, {{ later }})
    {%- endif -%}
{%- endmacro %}

{% macro clickhouse__periods_between(earlier, later, period) -%}
    {%- if period == 'week' -%}
        intDiv(dateDiff('day', {{ earlier }}, {{ later }}), 7)
    {%- else -%}
        dateDiff('{{ period }}', {{ earlier }}, {{ later }})
    {%- endif -%}
{%- endmacro %}

{% macro spark__periods_between(earlier, later, period) -%}
    {%- if period == 'week' -%}
        (datediff({{ later }}, {{ earlier }}) div 7)
    {%- else -%}
        timestampdiff({{ period }}, {{ earlier }}, {{ later }})
    {%- endif -%}
{%- endmacro %}

{% macro bigquery__periods_between(earlier, later, period) -%}
    {%- if period == 'hour' -%}
        timestamp_diff({{ later }}, {{ earlier }}, hour)
    {%- elif period == 'week' -%}
        div(date_diff({{ later }}, {{ earlier }}, day), 7)
    {%- else -%}
        date_diff({{ later }}, {{ earlier }}, {{ period }})
    {%- endif -%}
{%- endmacro %}

{% macro snowflake__periods_between(earlier, later, period) -%}
    {%- if period == 'week' -%}
        {{ waymark.whole_division("datediff('day', " ~ earlier ~ ', ' ~ later ~ ')', 7) }}
    {%- else -%}
        datediff('{{ period }}', {{ earlier }}, {{ later }})
    {%- endif -%}
{%- endmacro %}
