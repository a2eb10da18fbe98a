{% macro explain_failures(results) %}
    {#- DuckDB names its own settings: here they are variables. -#}
    {%- for result in results or [] if 'Out of Memory' in result.message | string -%}
        {%- do log(
            'waymark: ' ~ result.node.name ~ ' did not fit into memory. Set WAYMARK_MEMORY_LIMIT to more, '
            ~ 'WAYMARK_THREADS=1 to build one model at a time, or see "Too little memory" in docs/performance.md. '
            ~ 'What was built before it stays; the next run goes on from there.', info=true
        ) -%}
    {%- endfor -%}
{% endmacro %}
