{{ config(enabled=(project_name == 'waymark')) }}

-- A unit, or pass, is completed or has dropped off: never both, never neither.

select
    funnel_units.funnel_name,
    funnel_units.unit_key,
    funnel_units.pass_number,
    drop_offs.funnel_name as dropped_off_from
from {{ ref('funnel_units') }} as funnel_units
full outer join {{ ref('funnel_drop_offs') }} as drop_offs
    on
        funnel_units.funnel_name = drop_offs.funnel_name
        and funnel_units.unit_key = drop_offs.unit_key
        and funnel_units.pass_number = drop_offs.pass_number
        and funnel_units.depth = drop_offs.last_step_number
where
    funnel_units.funnel_name is null
    or funnel_units.is_completed = (drop_offs.funnel_name is not null)
