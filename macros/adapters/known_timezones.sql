{% macro known_timezones() %}
    {{ return(adapter.dispatch('known_timezones', 'waymark')()) }}
{% endmacro %}

{# What is not known to the database then fails there. #}
{% macro default__known_timezones() %}{{ return(modules.pytz.all_timezones | list) }}{% endmacro %}

{% macro duckdb__known_timezones() %}
    {{ return(run_query('select name from pg_timezone_names()').columns[0].values() | list) }}
{% endmacro %}

{% macro clickhouse__known_timezones() %}
    {{ return(run_query('select time_zone from system.time_zones').columns[0].values() | list) }}
{% endmacro %}
