{% macro ln_gamma(x) -%}
    {#- Lanczos' series of nine terms with g = 7, one further on, so that it holds near 0 too. -#}
    {%- set x = waymark._double(x) -%}
    {%- set terms = [
        676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
        -0.13857109526572012, 9.984369578019572e-06, 1.5056327351493116e-07,
    ] -%}
    case
        when {{ x }} > 0 then
            ({{ x }} + 0.5) * ln({{ x }} + 7.5) - {{ x }} - 7.5 + 0.9189385332046728 - ln({{ x }}) + ln(
                0.9999999999998099
                {%- for term in terms %} + {{ term }} / ({{ x }} + {{ loop.index }}){% endfor -%}
            )
    end
{%- endmacro %}
