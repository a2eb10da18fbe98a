{% macro _record_refresh(plan) %}
    {#- In the transaction of the table itself, or after it: a crash in between repeats work, no more. -#}
    {%- set rows = [['', none, -1 if flags.EMPTY else plan.revision]] -%}
    {%- if plan.is_reset -%}{%- do rows.append(['reset', none, plan.revision]) -%}{%- endif -%}
    {%- for definition, config_hash in plan.definitions.items() if definition in plan.stale -%}
        {%- do rows.append([definition, config_hash, plan.revision]) -%}
    {%- endfor -%}
    {%- for definition in plan.gone -%}{%- do rows.append([definition, '', plan.revision]) -%}{%- endfor -%}
    {#- Rendered as it is: with --empty a reference is a query. -#}
    {%- set state = ref('refresh_state').render() -%}
    insert into {{ state }} (model_name, definition, config_hash, revision, sequence_number)
    {% for row in rows -%}
    select
        {{ waymark.text_literal(plan.model) }},
        {{ waymark.text_literal(row[0]) }},
        {{ 'cast(null as ' ~ dbt.type_string() ~ ')' if row[1] is none else waymark.text_literal(row[1]) }},
        cast({{ row[2] }} as {{ dbt.type_bigint() }}),
        (select coalesce(max(sequence_number), 0) + {{ loop.index }} from {{ state }})
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endmacro %}
