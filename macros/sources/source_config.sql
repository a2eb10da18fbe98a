{% macro source_config(config, name) %}
    {#- Disabled sources are still parsed, and `--empty` must not need the files. -#}
    {%- set source = config.sources.get(name) -%}
    {%- if source is none or flags.EMPTY -%}
        {{ return({'files': none, 'format': none, 'relation': none, 'columns': source.columns if source else {}}) }}
    {%- endif -%}
    {{ return(source) }}
{% endmacro %}
