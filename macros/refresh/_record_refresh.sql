{% macro _record_refresh(plan) %}
    {#- In the transaction of the table itself, or after it: a crash in between repeats work, no more. -#}
    {%- set revision = -1 if flags.EMPTY else plan.revision -%}
    {%- set hashes = {} -%}
    {%- for definition, config_hash in plan.definitions.items() -%}
        {#- What a table before has not yet been built by is not done. -#}
        {%- do hashes.update({
            definition: '' if plan.is_behind and definition in plan.stale else config_hash,
        }) -%}
    {%- endfor -%}
    {%- set rows = [['', waymark.text_literal(waymark._refresh_seal(revision, hashes))]] -%}
    {%- if not plan.is_partial -%}{%- do rows.append([':whole', "''"]) -%}{%- endif -%}
    {%- if plan.is_configured -%}
        {%- do rows.append([':config', waymark.text_literal('' if plan.is_behind else waymark._config_version())]) -%}
    {%- endif -%}
    {%- if plan.model in ['source_loads', 'visitor_changes'] -%}
        {%- do rows.append([':rows', '(' ~ waymark._rows_seal(plan.model, this) ~ ')']) -%}
    {%- endif -%}
    {%- for definition in plan.stale -%}
        {%- do rows.append([definition, waymark.text_literal(hashes[definition])]) -%}
    {%- endfor -%}
    {%- for definition in plan.gone -%}{%- do rows.append([definition, "''"]) -%}{%- endfor -%}
    {#- Rendered as it is: with --empty a reference is a query. -#}
    {%- set state = ref('refresh_state').render() -%}
    insert into {{ state }} (model_name, definition, config_hash, revision, sequence_number)
    {% for row in rows -%}
    select
        {{ waymark.text_literal(plan.model) }},
        {{ waymark.text_literal(row[0]) }},
        {{ row[1] }},
        cast({{ revision }} as {{ dbt.type_bigint() }}),
        (select coalesce(max(sequence_number), 0) + {{ loop.index }} from {{ state }})
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endmacro %}
