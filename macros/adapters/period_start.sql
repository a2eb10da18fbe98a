{% macro period_start(date, period, week_start='monday') %}
    {{ return(adapter.dispatch('period_start', 'waymark')(date, period, week_start)) }}
{% endmacro %}

{% macro default__period_start(date, period, week_start) -%}
    {%- if period == 'hour' -%}
        date_trunc('hour', {{ date }})
    {%- elif period == 'day' -%}
        cast({{ date }} as date)
    {%- elif period == 'week' and week_start == 'sunday' -%}
        cast(date_trunc('week', {{ date }} + interval '1 day') - interval '1 day' as date)
    {%- else -%}
        cast(date_trunc('{{ period }}', {{ date }}) as date)
    {%- endif -%}
{%- endmacro %}

{% macro clickhouse__period_start(date, period, week_start) -%}
    {%- if period == 'hour' -%}
        toDateTime64(toStartOfHour({{ date }}), 6, 'UTC')
    {%- elif period == 'day' -%}
        toDate({{ date }})
    {%- elif period == 'week' -%}
        toStartOfWeek({{ date }}, {{ 0 if week_start == 'sunday' else 1 }})
    {%- else -%}
        toStartOf{{ period | title }}({{ date }})
    {%- endif -%}
{%- endmacro %}

{% macro bigquery__period_start(date, period, week_start) -%}
    {%- if period == 'hour' -%}
        timestamp_trunc({{ date }}, hour)
    {%- elif period == 'day' -%}
        cast({{ date }} as date)
    {%- else -%}
        date_trunc(cast({{ date }} as date), {{ 'week(' ~ week_start ~ ')' if period == 'week' else period }})
    {%- endif -%}
{%- endmacro %}

{# date_trunc() of a week depends on a parameter of the session. #}
{% macro snowflake__period_start(date, period, week_start) -%}
    {%- if period == 'hour' -%}
        date_trunc('hour', {{ date }})
    {%- elif period == 'week' -%}
        {%- set days = 'mod(dayofweekiso(' ~ date ~ '), 7)' if week_start == 'sunday'
            else 'dayofweekiso(' ~ date ~ ') - 1' -%}
        dateadd('day', -({{ days }}), cast({{ date }} as date))
    {%- elif period == 'day' -%}
        cast({{ date }} as date)
    {%- else -%}
        date_trunc('{{ period }}', cast({{ date }} as date))
    {%- endif -%}
{%- endmacro %}
