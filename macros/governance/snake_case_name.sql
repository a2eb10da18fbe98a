{% macro snake_case_name(column) %}
    {#- ASCII punctuation only: letters of other scripts must not be erased. -#}
    {%- set words = waymark.regex_replace(column, '([a-z0-9])([A-Z])', '\\1_\\2') -%}
    {%- set joined = waymark.regex_replace(words, '[\\s!-/:-@\\[-`{-~]+', '_') -%}
    {{ return('lower(' ~ waymark.regex_replace(joined, '^_|_$', '') ~ ')') }}
{% endmacro %}
