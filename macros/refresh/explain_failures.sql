{% macro explain_failures(results) %}
    {#- DuckDB names its own settings: here they are variables. A test that says in a column what is wrong
        is quoted: dbt itself only counts its rows. -#}
    {%- for result in results or [] if 'Out of Memory' in result.message | string -%}
        {%- do log(
            'waymark: ' ~ result.node.name ~ ' did not fit into memory. Set WAYMARK_MEMORY_LIMIT to more, '
            ~ 'WAYMARK_THREADS=1 to build one model at a time, or see "Too little memory" in docs/performance.md. '
            ~ 'What was built before it stays; the next run goes on from there.', info=true
        ) -%}
    {%- endfor -%}
    {%- for result in results or []
        if result.status | string in ['fail', 'warn'] and result.node.config.get('meta', {}).get('explained_by') -%}
        {%- set failures = run_query(
            'select ' ~ result.node.config.meta.explained_by ~ ' from (' ~ result.node.compiled_code
            ~ ') as failures order by 1 limit 25'
        ) -%}
        {%- for row in failures.rows -%}
            {%- do log('waymark: ' ~ result.node.name ~ ': ' ~ row[0], info=true) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
