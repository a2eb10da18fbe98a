{{ config(enabled=(project_name == 'waymark')) }}

-- Raw = accepted + rejected, by source, shard and day: no row is lost and none counts twice.

with

row_counts as (

    select
        source_name,
        source_shard,
        cast(event_at as date) as event_day,
        count(*) as raw_rows,
        0 as settled_rows
    from {{ ref('staged_events') }}
    group by 1, 2, 3

    union all

    select
        source_name,
        source_shard,
        cast(event_at as date) as event_day,
        0 as raw_rows,
        count(*) as settled_rows
    from {{ ref('events') }}
    group by 1, 2, 3

    union all

    select
        source_name,
        source_shard,
        cast(event_at as date) as event_day,
        0 as raw_rows,
        count(*) as settled_rows
    from {{ ref('rejected_events') }}
    -- the rest is of sources that bring no events
    where
        source_name in (
            select staged_events.source_name from {{ ref('staged_events') }} as staged_events
        )
    group by 1, 2, 3

)

select
    source_name,
    source_shard,
    event_day,
    sum(raw_rows) as raw_rows,
    sum(settled_rows) as settled_rows
from row_counts
group by 1, 2, 3
having sum(raw_rows) <> sum(settled_rows)
