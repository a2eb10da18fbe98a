{% macro shopify_money(column) -%}
    {#- An amount in the shop's currency: a column of its own, or part of the `_set` of amounts. -#}
    coalesce(
        told_{{ column }},
        {{ waymark.json_value(waymark.json_value('told_' ~ column ~ '_set', 'shop_money'), 'amount') }}
    )
{%- endmacro %}
