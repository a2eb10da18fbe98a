{% macro _plain(value) %}
    {%- if value is mapping -%}
        {%- set plain = {} -%}
        {%- for key in value -%}{%- do plain.update({key: waymark._plain(value[key])}) -%}{%- endfor -%}
        {{ return(plain) }}
    {%- elif value is none or value is string or value is number -%}
        {{ return(value) }}
    {%- elif value is iterable -%}
        {%- set plain = [] -%}
        {%- for item in value -%}{%- do plain.append(waymark._plain(item)) -%}{%- endfor -%}
        {{ return(plain) }}
    {%- endif -%}
    {{ return(value | string) }}
{% endmacro %}
