{% macro _nearest_name(name, candidates) %}
    {#- Levenshtein distance; nothing is suggested when more than two letters in five differ. -#}
    {%- set best = namespace(name=none, distance=999) -%}
    {%- set wanted = (name | string | lower)[:60] -%}
    {%- for candidate in candidates -%}
        {%- set other = (candidate | string | lower)[:60] -%}
        {%- if (other | length - wanted | length) | abs <= 4 -%}
            {%- set row = namespace(previous=range(other | length + 1) | list) -%}
            {%- for letter in wanted -%}
                {%- set current = [loop.index] -%}
                {%- for other_letter in other -%}
                    {%- do current.append([
                        row.previous[loop.index] + 1,
                        current[loop.index0] + 1,
                        row.previous[loop.index0] + (0 if letter == other_letter else 1),
                    ] | min) -%}
                {%- endfor -%}
                {%- set row.previous = current -%}
            {%- endfor -%}
            {%- if row.previous[-1] < best.distance -%}
                {%- set best.name = candidate -%}
                {%- set best.distance = row.previous[-1] -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(best.name if best.distance <= [2, (wanted | length) * 2 // 5] | max else none) }}
{% endmacro %}
