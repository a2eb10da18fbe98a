{% macro page_path(url) %}
    {{ return(adapter.dispatch('page_path', 'waymark')(url)) }}
{% endmacro %}

{% macro postgres__page_path(url) -%}
    case
        when {{ url }} like '%://%'
            then coalesce(nullif(substring({{ url }} from '^[^:/?#]+://[^/?#]*([^?#]*)'), ''), '/')
        else nullif(substring({{ url }} from '^[^?#]*'), '')
    end
{%- endmacro %}

{# The path of a URL without query and fragment; '/' for a bare host. #}
{% macro default__page_path(url) -%}
    case
        when {{ url }} like '%://%'
            then coalesce(nullif(regexp_extract({{ url }}, '^[^:/?#]+://[^/?#]*([^?#]*)', 1), ''), '/')
        else nullif(regexp_extract({{ url }}, '^([^?#]*)', 1), '')
    end
{%- endmacro %}

{% macro bigquery__page_path(url) -%}
    case
        when {{ url }} like '%://%'
            then coalesce(nullif(regexp_extract({{ url }}, r'^[^:/?#]+://[^/?#]*([^?#]*)'), ''), '/')
        else nullif(regexp_extract({{ url }}, r'^([^?#]*)'), '')
    end
{%- endmacro %}

{% macro snowflake__page_path(url) -%}
    case
        when {{ url }} like '%://%'
            then coalesce(nullif(regexp_substr({{ url }}, '^[^:/?#]+://[^/?#]*([^?#]*)', 1, 1, 'e', 1), ''), '/')
        else nullif(regexp_substr({{ url }}, '^([^?#]*)', 1, 1, 'e', 1), '')
    end
{%- endmacro %}
