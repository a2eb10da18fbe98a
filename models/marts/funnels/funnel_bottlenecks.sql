{{ config(materialized='refreshed') }}

{%- set plan = waymark.rebuild_plan(['funnel_steps', 'int_goal_values'], ['goals', 'funnels']) %}
{#- Least units at the step before, of which a rate is judged. -#}
{%- set min_volume = 100 %}
{%- set double = waymark.sql_type('double') %}
{%- set scenarios = ['target', 'best_segment', 'one_point'] %}
{#- What is known of a step before it is tested. -#}
{%- set measures = [
    'funnel_name', 'breakdown_name', 'breakdown_value', 'step_number', 'step_name',
    'previous_step_number', 'previous_step_name', 'goal_name', 'target_rate', 'units_before',
    'units_reached', 'units_continued', 'units_completed', 'whole_units_before',
    'whole_units_continued', 'step_conversion_rate', 'rate_lower', 'rate_upper',
    'onward_conversion_rate', 'onward_lower', 'onward_upper', 'not_judged_because',
    'is_comparable', 'p_value',
] %}
{%- set slice = ['funnel_name', 'breakdown_name', 'breakdown_value'] | join(', ') %}

{{ waymark.refresh_header(plan) }}
with

funnel_definitions as (

    select * from {{ ref('funnel_definitions') }}

),

funnel_steps as (

    select * from {{ ref('funnel_steps') }}

),

goal_values as (

    select * from {{ ref('int_goal_values') }}

),

-- the required steps that lead on from another, and the last of them
steps as (

    select
        *,
        max(step_number) over (partition by funnel_name) as last_step_number
    from funnel_definitions
    where not is_optional

),

last_goals as (

    select
        funnel_name,
        goal_id,
        goal_name
    from steps
    where step_number = last_step_number

),

funnel_values as (

    select
        last_goals.funnel_name as funnel_name,
        last_goals.goal_name as goal_name,
        goal_values.value_per_completion as value_per_completion,
        goal_values.currency as currency,
        case
            when goal_values.currencies > 1 then 'several currencies'
            when goal_values.value_per_completion is null then 'completions without value'
        end as no_value_because
    from last_goals
    left join goal_values on last_goals.goal_id = goal_values.goal_id

),

counted as (

    select
        steps.funnel_name as funnel_name,
        funnel_steps.breakdown_name as breakdown_name,
        funnel_steps.breakdown_value as breakdown_value,
        steps.step_number as step_number,
        steps.step_name as step_name,
        previous_steps.step_number as previous_step_number,
        previous_steps.step_name as previous_step_name,
        steps.goal_name as goal_name,
        steps.entry as entry,
        steps.target_rate as target_rate,
        steps.step_number = steps.last_step_number as is_last_step,
        previous_steps.mature_units_reached as units_before,
        funnel_steps.mature_units_reached as units_reached,
        -- who reaches a step of an open funnel need not have reached the one before
        case
            when steps.entry <> 'any_step' then funnel_steps.mature_units_reached
        end as units_continued,
        last_steps.mature_units_reached as units_completed
    from steps
    inner join funnel_steps
        on
            steps.funnel_name = funnel_steps.funnel_name
            and steps.step_number = funnel_steps.step_number
    {% for alias, number in [
        ('previous_steps', 'previous_step_number'), ('last_steps', 'last_step_number'),
    ] -%}
    inner join funnel_steps as {{ alias }}
        on
            steps.funnel_name = {{ alias }}.funnel_name
            and steps.{{ number }} = {{ alias }}.step_number
            and funnel_steps.breakdown_name = {{ alias }}.breakdown_name
            and funnel_steps.breakdown_value = {{ alias }}.breakdown_value
    {% endfor %}
),

-- values that only the end of a walk decides cannot explain how it ended
reasoned as (

    select
        *,
        case
            when entry = 'any_step' then 'steps of an open funnel do not lead to each other'
            when
                breakdown_value like '%(not reached)%' or breakdown_value like '%(mixed)%'
                then 'the segment is made by how far its units got'
            when units_before < {{ min_volume }} then 'fewer than {{ min_volume }} units'
        end as not_judged_because
    from counted

),

beside_the_whole as (

    select
        *,
        {% for count_ in ['before', 'continued', 'completed'] -%}
        max(case when breakdown_name = 'all' then units_{{ count_ }} end) over (
            partition by funnel_name, step_number
        ) as whole_units_{{ count_ }}{{ ',' if not loop.last }}
        {% endfor %}
    from reasoned

),

measured as (

    select
        *,
        whole_units_before - units_before as rest_units_before,
        whole_units_continued - units_continued as rest_units_continued,
        {{ waymark.rate('units_continued', 'units_before') }} as step_conversion_rate,
        {% for side in ['lower', 'upper'] -%}
        {{ waymark.wilson_bound('units_continued', 'units_before', side) }} as rate_{{ side }},
        {% endfor -%}
        -- nobody of a segment that is broken gets far enough to tell what comes then
        case
            when units_continued > 0 then units_continued
            else whole_units_continued
        end as onward_units,
        case
            when units_continued > 0 then units_completed
            else whole_units_completed
        end as onward_completed,
        breakdown_name <> 'all'
        and not_judged_because is null
        and breakdown_value not like '%(other)%'
        and breakdown_value not like '%(not set)%' as is_comparable
    from beside_the_whole

),

onward as (

    select
        *,
        {{ waymark.rate('onward_completed', 'onward_units') }} as onward_conversion_rate,
        {% for side in ['lower', 'upper'] -%}
        case
            when is_last_step then 1
            else {{ waymark.wilson_bound('onward_completed', 'onward_units', side) }}
        end as onward_{{ side }},
        {% endfor -%}
        case
            when is_comparable and rest_units_before > 0 then {{ waymark.two_proportion_p(
                'units_continued', 'units_before', 'rest_units_continued', 'rest_units_before'
            ) }}
        end as p_value
    from measured

),

tested as (

    {{ waymark.benjamini_hochberg('onward', measures, 'p_value') | indent(4) }}

),

---------- the best segment, by the end of its interval that luck moves least

ranked_segments as (

    select
        funnel_name,
        breakdown_name,
        breakdown_value,
        step_number,
        step_conversion_rate,
        rate_lower,
        count(*) over (partition by funnel_name, breakdown_name, step_number) as segments,
        row_number() over (
            partition by funnel_name, breakdown_name, step_number
            order by rate_lower desc, step_conversion_rate desc, breakdown_value asc
        ) as rate_rank
    from tested
    where is_comparable

),

best_segments as (

    select
        funnel_name,
        step_number,
        breakdown_name as compared_within,
        breakdown_name,
        breakdown_value,
        step_conversion_rate
    from ranked_segments
    where
        rate_rank = 1
        and segments > 1

    union all

    -- the whole is compared with the best of all breakdowns
    select
        funnel_name,
        step_number,
        'all' as compared_within,
        breakdown_name,
        breakdown_value,
        step_conversion_rate
    from (
        select
            *,
            row_number() over (
                partition by funnel_name, step_number
                order by
                    rate_lower desc, step_conversion_rate desc,
                    breakdown_name asc, breakdown_value asc
            ) as best_rank
        from ranked_segments
        where
            rate_rank = 1
            and segments > 1
    ) as best_of_each
    where best_rank = 1

),

---------- where the loss is concentrated: most units lost beyond the average, and not by chance

losses as (

    select
        *,
        units_before * {{ waymark.rate('whole_units_continued', 'whole_units_before') }}
        - units_continued as excess_lost_units,
        {{ waymark.rate(
            '(units_before - units_continued)', '(whole_units_before - whole_units_continued)'
        ) }} as share_of_loss_rate,
        {{ waymark.rate('units_before', 'whole_units_before') }} as share_of_units_rate
    from tested

),

concentrated as (

    select
        funnel_name,
        step_number,
        breakdown_name,
        breakdown_value,
        share_of_loss_rate,
        share_of_units_rate
    from (
        select
            *,
            row_number() over (
                partition by funnel_name, step_number
                order by excess_lost_units desc, breakdown_name asc, breakdown_value asc
            ) as loss_rank
        from losses
        where
            q_value < 0.05
            and excess_lost_units > 0
    ) as ranked_losses
    where loss_rank = 1

),

---------- what a better rate would bring, all other rates of the segment held

compared as (

    select
        {% for column in measures + [
            'q_value', 'excess_lost_units', 'share_of_loss_rate', 'share_of_units_rate',
        ] -%}
        losses.{{ column }} as {{ column }},
        {% endfor -%}
        best_segments.breakdown_name as best_breakdown_name,
        best_segments.breakdown_value as best_breakdown_value,
        best_segments.step_conversion_rate as best_segment_rate,
        concentrated.breakdown_name as concentrated_in_breakdown,
        concentrated.breakdown_value as concentrated_in_value,
        concentrated.share_of_loss_rate as concentrated_share_of_loss_rate,
        concentrated.share_of_units_rate as concentrated_share_of_units_rate,
        funnel_values.goal_name as last_goal_name,
        funnel_values.value_per_completion as value_per_completion,
        funnel_values.currency as currency,
        funnel_values.no_value_because as no_value_because
    from losses
    inner join funnel_values on losses.funnel_name = funnel_values.funnel_name
    left join best_segments
        on
            losses.funnel_name = best_segments.funnel_name
            and losses.step_number = best_segments.step_number
            and losses.breakdown_name = best_segments.compared_within
    left join concentrated
        on
            losses.funnel_name = concentrated.funnel_name
            and losses.step_number = concentrated.step_number
            and losses.breakdown_name = 'all'

),

gained as (

    select
        *,
        {% for scenario, rate in [
            ('target', 'target_rate'), ('best_segment', 'best_segment_rate'),
        ] -%}
        {% for end, from_rate in [
            ('', 'step_conversion_rate'), ('_low', 'rate_upper'), ('_high', 'rate_lower'),
        ] -%}
        case
            when not_judged_because is null and {{ rate }} is not null
                then
                    units_before * greatest(0, {{ rate }} - {{ from_rate }})
                    * onward_conversion_rate
        end as gained_by_{{ scenario }}{{ end }},
        {% endfor -%}
        {% endfor -%}
        {% for end, onward_rate in [
            ('', 'onward_conversion_rate'), ('_low', 'onward_lower'), ('_high', 'onward_upper'),
        ] -%}
        case
            when not_judged_because is null
                then units_before * least(0.01, 1 - step_conversion_rate) * {{ onward_rate }}
        end as gained_by_one_point{{ end }}{{ ',' if not loop.last }}
        {% endfor %}
    from compared

),

-- the first aim that any step of the segment misses; a target only if all judged steps have one
aimed as (

    select
        *,
        case
            when not_judged_because is not null then null
            {% for scenario in scenarios -%}
            when
                max(gained_by_{{ scenario }}) over (partition by {{ slice }}) > 0
                {%- if scenario == 'target' %}
                and count(gained_by_one_point) over (partition by {{ slice }})
                = count(gained_by_target) over (partition by {{ slice }})
                {%- endif %}
                then '{{ scenario }}'
            {% endfor %}
        end as ranked_by,
        count(not_judged_because) over (partition by {{ slice }}) as steps_not_judged
    from gained

),

ranked as (

    select
        *,
        case
            when ranked_by is not null then row_number() over (
                partition by
                    {{ slice }}, case when ranked_by is null then 0 else 1 end
                order by
                    coalesce(
                        case ranked_by
                            {% for scenario in scenarios -%}
                            when '{{ scenario }}' then gained_by_{{ scenario }}
                            {% endfor %}
                        end,
                        0
                    ) desc,
                    step_number asc
            )
        end as gain_rank
    from aimed

),

final as (

    select
        *,
        coalesce(gain_rank = 1 and steps_not_judged = 0, false) as is_first_to_fix,
        {% for scenario in scenarios -%}
        {% for end in ['', '_low', '_high'] -%}
        gained_by_{{ scenario }}{{ end }} * value_per_completion
            as value_by_{{ scenario }}{{ end }},
        {% endfor -%}
        {% endfor -%}
        case
            when not_judged_because is null and target_rate is null
                then 'no target in the configuration'
        end as no_target_because,
        case
            when not_judged_because is null and best_segment_rate is null
                then 'no two segments with enough units to compare'
        end as no_best_segment_because
    from ranked

)

select

    ---------- ids
    funnel_name,
    breakdown_name,
    breakdown_value,
    step_number,
    step_name,
    goal_name,
    previous_step_number,
    previous_step_name,
    last_goal_name,

    ---------- the step, of units whose window has passed
    cast(units_before as {{ dbt.type_bigint() }}) as units_before,
    cast(units_reached as {{ dbt.type_bigint() }}) as units_reached,
    cast(units_before - units_continued as {{ dbt.type_bigint() }}) as units_lost,
    step_conversion_rate,
    rate_lower as interval_low,
    rate_upper as interval_high,
    cast(units_completed as {{ dbt.type_bigint() }}) as units_completed,
    onward_conversion_rate,
    cast(value_per_completion as {{ double }}) as value_per_completion,
    currency,
    no_value_because,
    not_judged_because,

    ---------- what a better rate would bring
    {% for scenario in scenarios -%}
    {%- if scenario == 'target' %}
    cast(target_rate as {{ double }}) as target_rate,
    no_target_because,
    {% elif scenario == 'best_segment' -%}
    best_breakdown_name,
    best_breakdown_value,
    best_segment_rate,
    no_best_segment_because,
    {% endif -%}
    {% for measure in ['gained', 'value'] -%}
    {% for end in ['', '_low', '_high'] -%}
    {%- set column = measure ~ '_by_' ~ scenario ~ end %}
    cast({{ column }} as {{ double }}) as {{ column }},
    {% endfor -%}
    {% endfor -%}
    {% endfor %}
    ---------- which step first
    ranked_by,
    cast(gain_rank as {{ dbt.type_bigint() }}) as gain_rank,
    is_first_to_fix,

    ---------- where the loss is
    cast(excess_lost_units as {{ double }}) as excess_lost_units,
    share_of_loss_rate,
    share_of_units_rate,
    p_value,
    q_value,
    concentrated_in_breakdown,
    concentrated_in_value,
    concentrated_share_of_loss_rate,
    concentrated_share_of_units_rate,

    ---------- in plain words
    case
        when not_judged_because is not null then 'Not judged: ' || not_judged_because || '.'
        else
            case when is_first_to_fix then 'Fix first. ' else '' end
            || case when breakdown_name <> 'all' then breakdown_value || ', ' else '' end
            || previous_step_name || ' to ' || step_name || ': '
            || {{ waymark.percent_text('step_conversion_rate') }} || ' of '
            || {{ waymark.rounded_text('units_before') }} || ' go on.'
            {%- for scenario, rate, words in [
                ('target', 'target_rate', "' At the target of '"),
                (
                    'best_segment', 'best_segment_rate',
                    "' At the rate of ' || best_breakdown_value || ', '",
                ),
            ] %}
            || case
                when gained_by_{{ scenario }} >= 0.5 then
                    {{ words }} || {{ waymark.percent_text(rate) }} || ', about '
                    || {{ waymark.rounded_text('gained_by_' ~ scenario) }} || ' more would complete'
                    || coalesce(', worth ' || {{ waymark.rounded_text('value_by_' ~ scenario) }}
                    || ' ' || currency, '')
                    || '.'
                else ''
            end
            {%- endfor %}
            || case
                when gained_by_best_segment >= 0.5 or gained_by_target >= 0.5 then ''
                else coalesce(
                    ' A rate one point higher brings about '
                    || {{ waymark.rounded_text('gained_by_one_point', 1) }} || ' more'
                    || coalesce(', worth ' || {{ waymark.rounded_text('value_by_one_point') }}
                    || ' ' || currency, '')
                    || '.',
                    ''
                )
            end
            || coalesce(
                ' Loss is concentrated in ' || concentrated_in_value || ': '
                || {{ waymark.percent_text('concentrated_share_of_loss_rate') }}
                || ' of the units lost, '
                || {{ waymark.percent_text('concentrated_share_of_units_rate') }}
                || ' of the units.',
                ''
            )
    end as finding

from final
