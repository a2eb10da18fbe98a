{% macro url_host(url) %}
    {{ return(adapter.dispatch('url_host', 'waymark')(url)) }}
{% endmacro %}

{% macro postgres__url_host(url) -%}
    nullif(lower(substring({{ url }} from '^[^:/?#]+://(?:[^/?#@]*@)?([^/?#:@]+)')), '')
{%- endmacro %}

{% macro default__url_host(url) -%}
    nullif(lower(regexp_extract({{ url }}, '^[^:/?#]+://(?:[^/?#@]*@)?([^/?#:@]+)', 1)), '')
{%- endmacro %}

{% macro bigquery__url_host(url) -%}
    nullif(lower(regexp_extract({{ url }}, r'^[^:/?#]+://(?:[^/?#@]*@)?([^/?#:@]+)')), '')
{%- endmacro %}

{% macro snowflake__url_host(url) -%}
    nullif(lower(regexp_substr({{ url }}, '^[^:/?#]+://([^/?#@]*@)?([^/?#:@]+)', 1, 1, 'e', 2)), '')
{%- endmacro %}
