{% macro _raise_errors(errors) %}
    {%- if errors -%}
        {{ exceptions.raise_compiler_error('\nwaymark: ' ~ (errors | unique(case_sensitive=true) | join('\nwaymark: '))) }}
    {%- endif -%}
{% endmacro %}
