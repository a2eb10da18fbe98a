{% macro _breakdowns(path, item, errors) %}
    {%- set breakdowns = item.get('breakdowns') or [] -%}
    {%- if breakdowns is string or breakdowns is mapping or breakdowns is not iterable
        or breakdowns | reject('string') | list -%}
        {%- do errors.append(
            path ~ '.breakdowns must be a list of property names, found ' ~ (breakdowns | tojson) ~ '.'
        ) -%}
        {{ return([]) }}
    {%- endif -%}
    {%- if 'all' in breakdowns -%}
        {%- do errors.append(path ~ ".breakdowns: 'all' is the name of the whole. It is always there, remove it.") -%}
    {%- endif -%}
    {{ return(breakdowns | unique(case_sensitive=true) | list) }}
{% endmacro %}
