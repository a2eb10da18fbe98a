{% macro referrer_host(referrer_url, page_url) -%}
    {#- Where a visit came from. A page of the same site, or of a subdomain of it, is no source. -#}
    {%- set from_host = waymark.regex_replace(waymark.url_host(referrer_url), '^(www|m)[.]', '') -%}
    {%- set page_host = waymark.regex_replace(waymark.url_host(page_url), '^(www|m)[.]', '') -%}
    {%- set own_host = 'coalesce(' ~ page_host ~ ", '')" -%}
    case
        when
            {{ from_host }} <> {{ own_host }}
            and {{ from_host }} not like '%.' || {{ own_host }}
            and {{ own_host }} not like '%.' || {{ from_host }}
            then {{ from_host }}
    end
{%- endmacro %}
