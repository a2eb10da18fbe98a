{% macro completions_ahead(keys, window_us) %}
    {{ return(adapter.dispatch('completions_ahead', 'waymark')(keys, window_us)) }}
{% endmacro %}

{% macro default__completions_ahead(keys, window_us) -%}
    completions_ahead as (

        select
            *,
            min(completed_order) over (
                partition by {{ keys | join(', ') }}, entered_us
                order by step_1_order
                rows between current row and unbounded following
            ) as tied_order,
            min(completed_order) over (
                partition by {{ keys | join(', ') }}
                order by entered_us
                range between 1 following and {{ window_us }} following
            ) as later_order
        from clean

    )
{%- endmacro %}

{# The offset of a RANGE frame has 32 bits. In blocks as long as the window, what lies ahead is the rest of
   the own block and the beginning of the next. #}
{% macro clickhouse__completions_ahead(keys, window_us) -%}
    clean_blocks as {{ waymark.materialized() }}(

        select
            *,
            intDiv(entered_us, {{ window_us }}) as block,
            min(completed_order) over (
                partition by {{ keys | join(', ') }}, entered_us
                order by step_1_order
                rows between current row and unbounded following
            ) as tied_order,
            min(completed_order) over (
                partition by {{ keys | join(', ') }}, intDiv(entered_us, {{ window_us }})
                order by entered_us
                range between 1 following and unbounded following
            ) as order_in_block,
            intDiv(entered_us, {{ window_us }}) + 1 as next_block,
            entered_us + {{ window_us }} as window_end_us
        from clean

    ),

    block_beginnings as (

        select
            {{ keys | join(', ') }},
            block,
            entered_us,
            min(completed_order) over (
                partition by {{ keys | join(', ') }}, block
                order by entered_us
            ) as earliest_order
        from clean_blocks

    ),

    completions_ahead as (

        select
            clean_blocks.*,
            case
                when clean_blocks.order_in_block < block_beginnings.earliest_order
                    then clean_blocks.order_in_block
                else coalesce(block_beginnings.earliest_order, clean_blocks.order_in_block)
            end as later_order
        from clean_blocks
        asof left join block_beginnings
            on
                {{ waymark._equal_keys(keys, 'clean_blocks', 'block_beginnings') }}
                and clean_blocks.next_block = block_beginnings.block
                and clean_blocks.window_end_us >= block_beginnings.entered_us

    )
{%- endmacro %}
