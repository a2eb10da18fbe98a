{% macro _refresh_seal(revision, hashes) %}
    {#- Of what a model writes to refresh_state: rows that were changed or deleted by hand do not fit it. -#}
    {%- set parts = [revision] -%}
    {%- for definition, config_hash in hashes | dictsort(case_sensitive=true)
        if config_hash and definition and not definition.startswith(':') -%}
        {%- do parts.append([definition, config_hash]) -%}
    {%- endfor -%}
    {{ return(local_md5(parts | tojson)) }}
{% endmacro %}
