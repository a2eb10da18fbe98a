{% macro completion_dimensions(config, goal, events) %}
    {#- What travels with the completions of a goal, as pairs of key and SQL: properties that its funnels and
        cohorts break down by or hold on to and that segments are made of, the variant of an experiment, and whether a filtered exclusion
        takes the event. Nothing after goal_completions reads a raw property. -#}
    {%- set properties = config.segment_properties | list -%}
    {%- set filters = [] -%}
    {%- for funnel in config.funnels.values() -%}
        {%- set walked = [funnel.unit.property, funnel.hold_constant] | select('string') | list -%}
        {%- set by = funnel.breakdown_by -%}
        {%- for step in funnel.steps if step.goal.name == goal.name -%}
            {%- do properties.extend(walked) -%}
            {%- if funnel.order == 'any' or funnel.entry == 'any_step'
                or by in ['first_touch', 'last_touch', 'all_events']
                or step.number == (by.step if by is mapping else 1) -%}
                {%- do properties.extend(funnel.properties) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for exclusion in funnel.exclusions if exclusion.goal and exclusion.goal.name == goal.name -%}
            {%- do properties.extend(walked) -%}
            {%- if exclusion.conditions -%}
                {%- do filters.append([
                    exclusion.key,
                    'case when ' ~ waymark.conditions_sql(events, exclusion.conditions) ~ " then 'true' end",
                ]) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for cohort in config.cohorts.values() if cohort.start.name == goal.name -%}
        {%- for breakdown in cohort.breakdowns -%}{%- do properties.extend(breakdown.properties) -%}{%- endfor -%}
    {%- endfor -%}

    {%- for experiment in config.experiments.values() if experiment.exposure.name == goal.name -%}
        {%- do properties.append(experiment.variant_property) -%}
    {%- endfor -%}

    {%- set pairs = [] -%}
    {%- for property in properties | unique(case_sensitive=true) -%}
        {%- do pairs.append([property, waymark.event_property(events, property)]) -%}
    {%- endfor -%}
    {{ return(pairs + filters) }}
{% endmacro %}
