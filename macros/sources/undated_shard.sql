{% macro undated_shard(shard, source) -%}
    {#- Rows of a table without a load time are a shard of their own, of no day, named like the table. -#}
    {%- set names = [] -%}
    {%- for input in source.inputs -%}
        {%- for place in input.tables.values() -%}
            {%- for relation in place.relations or [] -%}
                {%- do names.append(waymark.text_literal(relation)) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ shard }} in ({{ names | unique | join(', ') }})
{%- endmacro %}
