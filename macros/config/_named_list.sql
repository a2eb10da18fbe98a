{% macro _named_list(kind, given, errors) %}
    {#- A list of mappings with a unique text `name`: what is not is reported and left out. -#}
    {%- set raw = given[kind] -%}
    {%- set items = [] -%}
    {%- set names = [] -%}
    {%- if raw is not none and (raw is string or raw is mapping or raw is not iterable) -%}
        {%- do errors.append(
            kind ~ ' must be a list, found ' ~ (raw | tojson) ~ '. Start each item with "- name: ...".'
        ) -%}
    {%- else -%}
        {%- for item in raw or [] -%}
            {%- set path = kind ~ '[' ~ loop.index ~ ']' -%}
            {%- if item is not mapping -%}
                {%- do errors.append(path ~ ' must be a mapping with a name, found ' ~ (item | tojson) ~ '.') -%}
            {%- elif item.get('name') is not string or item['name'] | trim == '' -%}
                {%- do errors.append(
                    path ~ '.name must be a text, found ' ~ (item.get('name') | tojson)
                    ~ '. Give it a name in quotes.'
                ) -%}
            {%- elif item['name'] in names -%}
                {%- do errors.append(path ~ '.name: ' ~ item['name'] ~ ' is defined twice. Rename one of the two.') -%}
            {%- else -%}
                {%- do names.append(item['name']) -%}
                {%- do items.append(item) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(items) }}
{% endmacro %}
