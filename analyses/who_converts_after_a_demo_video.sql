-- Who starts a trial after a demo video, and who does so without one?
-- `dbt show --select who_converts_after_a_demo_video --limit 20`
-- Read off: the group with the highest `video_rate`, and whether its difference to those without a
-- video can be chance: then 0 is in the interval. It is no effect of the video: who plays one is
-- more interested to begin with.
-- Definition: first demo video > trial within 7 days; without: first visit > trial within 7 days
-- and no video before the trial (or in these 7 days). Device and channel are those of the first
-- step; intervals are 95 % (Newcombe's, from the Wilson intervals of both rates).
{%- set options = {
    'unit': 'visitor_key',
    'event_order': 'event_order',
    'step': "case
        when event_name in ('demo_video_played', 'trial_started') then event_name
        when is_session_start then 'visit'
    end",
    'window': '7 days',
    'breakdowns': ['device_category', 'channel'],
} %}
with

after_video as (

    {{ waymark.funnel(
        ref('events'),
        steps=[{'goal': 'demo_video_played', 'occurrence': 'first_ever'}, 'trial_started'],
        **options
    ) }}

),

after_visit as (

    {{ waymark.funnel(
        ref('events'),
        steps=[{'goal': 'visit', 'occurrence': 'first_ever'}, 'trial_started'],
        exclusions=['demo_video_played'],
        **options
    ) }}

),

{% for group in ['video', 'visit'] -%}
{{ group }}_rates as (

    select
        breakdown_name,
        breakdown_value,
        units_entered,
        conversion_rate as rate,
        {{ waymark.wilson_bound('units_reached', 'units_entered', 'lower') }} as rate_low,
        {{ waymark.wilson_bound('units_reached', 'units_entered', 'upper') }} as rate_high
    from after_{{ group }}
    where step_number = 2

),

{% endfor -%}
final as (

    select
        video.breakdown_value,
        video.units_entered as played_video,
        video.rate as video_rate,
        visit.rate as no_video_rate,
        video.rate - visit.rate
        - sqrt(power(video.rate - video.rate_low, 2) + power(visit.rate_high - visit.rate, 2))
            as difference_low,
        video.rate - visit.rate
        + sqrt(power(video.rate_high - video.rate, 2) + power(visit.rate - visit.rate_low, 2))
            as difference_high,
        video.breakdown_name
    from video_rates as video
    inner join visit_rates as visit
        on
            video.breakdown_name = visit.breakdown_name
            and video.breakdown_value = visit.breakdown_value

)

select
    breakdown_value,
    played_video,
    video_rate,
    no_video_rate,
    difference_low,
    difference_high
from final
order by breakdown_name asc, played_video desc, breakdown_value asc
