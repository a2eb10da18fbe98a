{% macro _bigquery_parsed(text) -%}
    safe.parse_json({{ text }}, wide_number_mode => 'round')
{%- endmacro %}
