{% macro _matomo_other_columns(json, known) -%}
    {#- What no column of the contract has taken: custom dimensions, timings, columns of plugins. -#}
    {{ waymark.without_nulls(waymark.without_keys(json, known + ['waymark_file'])) }}
{%- endmacro %}
