{% macro url_parameter(url, name) -%}
    case
        when {{ waymark.regex_matches(url, '[?&]' ~ name ~ '=[^&#]') }}
            then {{ waymark.regex_replace(url, '^[^?]*[?](.*&)?' ~ name ~ '=([^&#]+).*$', '\\2') }}
    end
{%- endmacro %}
