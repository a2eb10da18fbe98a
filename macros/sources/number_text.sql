{% macro number_text(text) -%}
    {#- As people write numbers: 1,234.50 and 1.234,50, 12,5, with blanks or the sign of a currency. One
        point or comma before three digits: the comma is of thousands, the point is of decimals. -#}
    {%- set bare = waymark.regex_replace(text, '[^0-9,.-]', '') -%}
    case
        when {{ waymark.regex_matches(text, '^[+-]?[0-9]*[.]?[0-9]+([eE][+-]?[0-9]+)?$') }} then {{ text }}
        when {{ waymark.regex_matches(bare, '^-?[0-9]*[.]?[0-9]+$') }} then {{ bare }}
        when {{ waymark.regex_matches(bare, '^-?[1-9][0-9]{0,2}(,[0-9]{3})+([.][0-9]+)?$') }}
            then replace({{ bare }}, ',', '')
        when {{ waymark.regex_matches(bare, '^-?[0-9]{1,3}([.][0-9]{3})+,[0-9]+$') }}
            or {{ waymark.regex_matches(bare, '^-?[0-9]{1,3}([.][0-9]{3}){2,}$') }}
            or {{ waymark.regex_matches(bare, '^-?[0-9]+,[0-9]+$') }}
            then replace(replace({{ bare }}, '.', ''), ',', '.')
    end
{%- endmacro %}
