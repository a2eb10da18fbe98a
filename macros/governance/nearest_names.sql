{% macro nearest_names(names, candidates, column, by=[]) -%}
    {#- Likeness is the share of letter pairs that two names have in common, without case and punctuation.
        Plain SQL: not every database has an edit distance. -#}
    {%- set keys = by + [column] -%}
    {%- set sides = {'named': names, 'listed': candidates} -%}
    with

    {% for side, relation in sides.items() -%}
    {{ side }}_spelled as (

        select
            {{ keys | join(', ') }},
            {{ waymark.normalised_name(column) }} as letters,
            length({{ waymark.normalised_name(column) }}) - 1 as places
        from {{ relation }}
        where length({{ waymark.normalised_name(column) }}) > 1

    ),

    {{ side }}_places as (

        {{ waymark.number_rows(side ~ '_spelled', keys + ['letters'], '1', 'places', 'place') }}

    ),

    {{ side }}_pairs as (

        select distinct
            {{ keys | join(', ') }},
            substr(letters, cast(place as {{ waymark.sql_type('integer') }}), 2) as pair
        from {{ side }}_places

    ),

    {{ side }}_counts as (

        select
            {{ keys | join(', ') }},
            count(*) as pairs
        from {{ side }}_pairs
        group by {{ keys | join(', ') }}

    ),

    {% endfor -%}
    shared as (

        select
            {%- for key in by %}
            named_pairs.{{ key }} as {{ key }},
            {%- endfor %}
            named_pairs.{{ column }} as object_name,
            listed_pairs.{{ column }} as candidate,
            count(*) as pairs
        from named_pairs
        inner join listed_pairs
            on
                named_pairs.pair = listed_pairs.pair
                {%- for key in by %}
                and named_pairs.{{ key }} = listed_pairs.{{ key }}
                {%- endfor %}
        group by {% for key in by %}named_pairs.{{ key }}, {% endfor %}named_pairs.{{ column }}, listed_pairs.{{ column }}

    ),

    likened as (

        select
            {%- for key in by %}
            shared.{{ key }} as {{ key }},
            {%- endfor %}
            shared.object_name,
            shared.candidate,
            2.0 * shared.pairs / (named_counts.pairs + listed_counts.pairs) as likeness
        from shared
        inner join named_counts
            on
                shared.object_name = named_counts.{{ column }}
                {%- for key in by %}
                and shared.{{ key }} = named_counts.{{ key }}
                {%- endfor %}
        inner join listed_counts
            on
                shared.candidate = listed_counts.{{ column }}
                {%- for key in by %}
                and shared.{{ key }} = listed_counts.{{ key }}
                {%- endfor %}

    )

    select
        {%- for key in by %}
        {{ key }},
        {%- endfor %}
        object_name as {{ column }},
        {{ waymark.max_by('candidate', ['likeness', 'candidate']) }} as nearest_name
    from likened
    where likeness >= 0.5
    group by {% for key in by %}{{ key }}, {% endfor %}object_name
{%- endmacro %}
