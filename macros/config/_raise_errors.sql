{% macro _raise_errors(errors) %}
    {%- if errors -%}
        {{ exceptions.raise_compiler_error('\nwaymark: ' ~ (errors | join('\nwaymark: '))) }}
    {%- endif -%}
{% endmacro %}
