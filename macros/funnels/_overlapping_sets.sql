{% macro _overlapping_sets(fits) %}
    {#- Sets of what events fit that hang together by possibly shared events, as lists of ids; each alone
        is one. With many goals that all overlap their number explodes: the largest sets are left out,
        which matters only where a single tie lacks events for that many goals at once and for no
        fewer. -#}
    {%- set most = 400 -%}
    {%- set neighbours = {} -%}
    {%- for fit in fits -%}
        {%- set ids = [] -%}
        {%- for other in fits if other.id != fit.id and waymark.goals_may_share_events(fit.goal, other.goal) -%}
            {%- do ids.append(other.id) -%}
        {%- endfor -%}
        {%- do neighbours.update({fit.id: ids}) -%}
    {%- endfor -%}

    {%- set grown = namespace(sets=[], all=[]) -%}
    {%- for id in neighbours -%}{%- do grown.sets.append([id]) -%}{%- endfor -%}
    {%- for size in range(fits | length)
        if grown.sets and grown.all | length + grown.sets | length <= most + fits | length -%}
        {%- set grown.all = grown.all + grown.sets -%}
        {%- set larger = {} -%}
        {%- for ids in grown.sets -%}
            {%- for id in ids -%}
                {%- for neighbour in neighbours[id] if neighbour not in ids and larger | length <= most -%}
                    {%- set candidate = (ids + [neighbour]) | sort -%}
                    {%- do larger.update({candidate | join('_'): candidate}) -%}
                {%- endfor -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set grown.sets = larger.values() | list -%}
    {%- endfor -%}
    {{ return(grown.all) }}
{% endmacro %}
