{% macro shopify_money(source, column) -%}
    {#- An amount in the shop's currency: a column of its own, or part of the `_set` of amounts. -#}
    {%- set amounts = waymark.json_value('raw_row', column ~ '_set') -%}
    coalesce(
        {{ waymark.told_value(source, column, [column, column ~ '_set_shop_amount', column ~ '_set_shop_money_amount']) }},
        {{ waymark.json_value(waymark.json_value(amounts, 'shop_money'), 'amount') }}
    )
{%- endmacro %}
