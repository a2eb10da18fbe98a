{% macro completion_passes(plan, goals) %}
    {#- Which events goal_completions reads, and for which goals, each goal in one way: all events where
        its definition changed (or another's that it is needed for), else those of changed visitors from
        the moment on where they did, and the earlier ones where a goal counts or looks back. Most events
        complete goals that do neither: they are kept apart, so that nothing holds them. -#}
    {%- set counted = [] -%}
    {%- for goal in goals if goal.after.goal or goal.counting != 'every' or goal.min_occurrences > 1 -%}
        {%- do counted.extend([goal.name, goal.after.goal]) -%}
    {%- endfor -%}
    {%- set whole = [] -%}
    {%- set looked_back = [] -%}
    {%- for goal in goals | sort(attribute='level', reverse=true) -%}
        {%- if not plan.is_partial or goal.name in plan.stale -%}{%- do whole.append(goal.name) -%}{%- endif -%}
        {%- if goal.after.goal or goal.counting != 'every' or goal.min_occurrences > 1 -%}
            {%- do looked_back.append(goal.name) -%}
        {%- endif -%}
        {%- for names in [whole, looked_back] if goal.after.goal and goal.name in names -%}
            {%- do names.append(goal.after.goal) -%}
        {%- endfor -%}
    {%- endfor -%}

    {%- set passes = [] -%}
    {%- for name, changed, is_read in [
        ('all_events', none, whole), ('changed_events', '>=', none), ('earlier_events', '<', looked_back),
    ] -%}
        {%- set groups = [] -%}
        {%- for is_named, is_counted in [(true, true), (true, false), (false, true), (false, false)] -%}
            {%- set read = [] -%}
            {%- for goal in goals
                if (goal.name in whole) == (changed is none)
                and (is_read is none or goal.name in is_read)
                and (waymark.goal_event_names(goal) | length > 0) == is_named
                and (goal.name in counted) == is_counted -%}
                {%- do read.append(goal) -%}
            {%- endfor -%}
            {%- if read -%}
                {%- do groups.append({
                    'events': name, 'is_named': is_named, 'is_counted': is_counted, 'goals': read,
                }) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if groups -%}{%- do passes.append({'name': name, 'changed': changed, 'groups': groups}) -%}{%- endif -%}
    {%- endfor -%}
    {{ return(passes) }}
{% endmacro %}
