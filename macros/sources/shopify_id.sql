{% macro shopify_id(text) -%}
    {#- The number in gid://shopify/Order/123; spreadsheets add an apostrophe, data frames a decimal. -#}
    {{ waymark.regex_replace(text, "^(gid://shopify/[A-Za-z]+/|')|[.]0$", '') }}
{%- endmacro %}
