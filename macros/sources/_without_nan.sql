{% macro _without_nan(json_text) -%}
    {#- JSON has no NaN and no infinity, but DuckDB writes them. Texts are tokens of their own here, so
        that what only speaks of NaN stays. -#}
    case
        when regexp_matches({{ json_text }}, 'NaN|Infinity')
            then array_to_string(list_transform(
                regexp_extract_all({{ json_text }}, '"(?:[^"\\]|\\.)*"|-?(?:NaN|Infinity)|.'),
                lambda token: case when token in ('NaN', '-NaN', 'Infinity', '-Infinity') then 'null' else token end
            ), '')
        else {{ json_text }}
    end
{%- endmacro %}
