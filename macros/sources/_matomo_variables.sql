{% macro _matomo_variables(pairs) -%}
    {%- set members = [] -%}
    {%- set names = [] -%}
    {%- for name, value in pairs -%}
        {%- do names.append(name) -%}
        {%- do members.append(
            'case when ' ~ name ~ " <> '' then " ~ waymark.json_text(name) ~ " || ':' || "
            ~ waymark.json_text(value) ~ " || ',' else '' end"
        ) -%}
    {%- endfor -%}
    case
        when coalesce({{ names | join(', ') }}) is not null
            then {{ waymark.without_nulls(
                "'{' || " ~ members | join('\n                || ') ~ " || '\"\":null}'"
            ) }}
        else '{}'
    end
{%- endmacro %}
