{% macro source_relation(text) %}
    {#- Nested vars are not rendered by dbt: "{{ ref('shop', 'events') }}" arrives as text and becomes
        a real reference here, so that the dependency is in the DAG. -#}
    {%- set call = modules.re.match('^\\s*(\\{\\{)?\\s*(ref|source)\\s*\\((.*)\\)\\s*(\\}\\})?\\s*$', text) -%}
    {%- if call is none -%}
        {{ return(text) }}
    {%- endif -%}
    {%- set names = modules.re.findall('[\'"]([^\'"]+)[\'"]', call.group(3)) -%}
    {%- if names | length not in ([2] if call.group(2) == 'source' else [1, 2]) -%}
        {{ exceptions.raise_compiler_error(
            "\nwaymark: the relation " ~ text
            ~ " cannot be read. Write ref('package', 'model') or source('name', 'table')."
        ) }}
    {%- elif call.group(2) == 'source' -%}
        {{ return(source(names[0], names[1])) }}
    {%- elif names | length == 2 -%}
        {{ return(ref(names[0], names[1])) }}
    {%- endif -%}
    {{ return(ref(names[0])) }}
{% endmacro %}
