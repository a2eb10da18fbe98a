{% macro known_timezones() %}
    {{ return(adapter.dispatch('known_timezones', 'waymark')()) }}
{% endmacro %}

{% macro default__known_timezones() %}
    {{ return(run_query('select name from pg_timezone_names()').columns[0].values() | list) }}
{% endmacro %}
