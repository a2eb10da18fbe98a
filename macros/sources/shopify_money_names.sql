{% macro shopify_money_names(columns) %}
    {%- set names = {} -%}
    {%- for column in columns -%}
        {%- do names.update({
            column: [column, column ~ '_set_shop_amount', column ~ '_set_shop_money_amount'],
            column ~ '_set': [column ~ '_set'],
        }) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}
