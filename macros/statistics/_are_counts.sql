{% macro _are_counts(successes, trials) -%}
    {{ trials }} > 0 and {{ successes }} >= 0 and {{ successes }} <= {{ trials }}
{%- endmacro %}
