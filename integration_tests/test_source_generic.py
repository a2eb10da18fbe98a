"""Several properties of the generic source, each with names and a time zone of its own."""


def test_rows_of_each_property_are_told_apart(all_sources):
    assert all_sources.values("""
        select source_property, count(*) from stg_generic__events group by 1 order by 1
    """) == [("app", 3), ("shop", 203)]


def test_local_times_are_those_of_the_property(all_sources):
    """A wall-clock time is of the zone; an offset, and an epoch, say what they are."""
    assert all_sources.values("""
        select event_id, cast(event_at as varchar) from stg_generic__events
        where source_property = 'app' order by event_id
    """) == [
        ("a1", "2026-07-01 10:00:00"),
        ("a2", "2026-07-01 12:00:00"),
        ("a3", "2026-07-01 12:00:00"),
    ]


def test_mapped_columns_are_no_properties(all_sources):
    """A column that is mapped in one property is a property of nobody; others stay."""
    assert all_sources.values("""
        select distinct source_property, properties from stg_generic__events order by 1
    """) == [("app", "{}"), ("shop", '{"colour":"red"}')]


def test_what_cannot_be_accepted_says_why(all_sources):
    assert all_sources.values("""
        select event_id, reason from rejected_events where source_name = 'generic' order by 1
    """) == [
        ("bad-value", "unparseable value"),
        ("no-name", "no event name"),
        ("s0", "duplicate of s0"),
    ]
