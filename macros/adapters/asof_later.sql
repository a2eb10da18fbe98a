{% macro asof_later(left, right, keys, left_order, right_order, strict=false) %}
    {{ return(adapter.dispatch('asof_later', 'waymark')(left, right, keys, left_order, right_order, strict)) }}
{% endmacro %}

{# For each row of left, the first row of right with the same keys that is not earlier (strict: later). #}
{% macro default__asof_later(left, right, keys, left_order, right_order, strict) -%}
    asof left join {{ right }}
        on
            {% for key in keys -%}
            {{ left }}.{{ key }} = {{ right }}.{{ key }}
            and {% endfor -%}
            {{ left }}.{{ left_order }} {{ '<' if strict else '<=' }} {{ right }}.{{ right_order }}
{%- endmacro %}
