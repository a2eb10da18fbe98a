{% macro normalised_name(column) %}
    {#- A name of punctuation alone would become '' and equal every other one: it stays as it is. -#}
    {%- set letters = waymark.regex_replace('lower(' ~ column ~ ')', '[\\s!-/:-@\\[-`{-~]+', '') -%}
    {{ return("coalesce(nullif(" ~ letters ~ ", ''), " ~ column ~ ")") }}
{% endmacro %}
