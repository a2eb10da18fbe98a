{% macro goals_may_share_events(goal, other) %}
    {#- Can one event complete both goals? Yes unless it is proven that none can: no event name in
        common, or a property that would have to be two things at once. -#}
    {%- if goal.name == other.name -%}{{ return(true) }}{%- endif -%}
    {%- for branch in goal.branches -%}
        {%- for other_branch in other.branches -%}
            {%- set apart = namespace(proven=false) -%}
            {%- if branch.events and other_branch.events
                and not branch.events | select('in', other_branch.events) | list -%}
                {%- set apart.proven = true -%}
            {%- endif -%}
            {%- for a in branch.conditions if a.operator in ['equals', 'starts_with'] and a.value is string -%}
                {%- for b in other_branch.conditions if b.property == a.property
                    and b.operator in ['equals', 'starts_with'] and b.value is string -%}
                    {%- set a_fits = a.value.startswith(b.value) if b.operator == 'starts_with'
                        else a.value == b.value -%}
                    {%- set b_fits = b.value.startswith(a.value) if a.operator == 'starts_with'
                        else a.value == b.value -%}
                    {%- if not (a_fits or b_fits) -%}
                        {%- set apart.proven = true -%}
                    {%- endif -%}
                {%- endfor -%}
            {%- endfor -%}
            {%- if not apart.proven -%}{{ return(true) }}{%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(false) }}
{% endmacro %}
