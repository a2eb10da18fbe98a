"""What source systems export, written by us in their schemas: one module a source.

`write(folder)` writes the files and returns the configuration of the source; `ROWS` says how many
raw rows become events or are rejected, over all of its tables. A source that brings no events has
`RAW_ROWS` in place of it.
"""

import importlib
import os
import pkgutil


def exports():
    """{source: its module}; `WAYMARK_SOURCES=matomo,umami` takes some of them."""
    names = [module.name for module in pkgutil.iter_modules(__path__)]
    chosen = os.environ.get("WAYMARK_SOURCES", "").split(",")
    return {
        name: importlib.import_module(f"{__name__}.{name}")
        for name in names
        if chosen == [""] or name in chosen
    }


def as_tables(sources, relation_of='"raw_{}"'):
    """The same configuration with tables in place of files, and {table: DuckDB's reader of it}."""
    readers = {}

    def table(path, *parts):
        name = relation_of.format("_".join(str(part) for part in parts if part != ""))
        if ".parquet" in path:
            readers[name] = f"read_parquet('{path}', union_by_name = true)"
        elif ".csv" in path:
            readers[name] = f"read_csv('{path}', union_by_name = true, all_varchar = true)"
        elif path.endswith(".json"):
            readers[name] = f"read_json('{path}', maximum_depth = 2)"
        else:
            options = "ignore_errors = true, format = 'newline_delimited'"
            readers[name] = f"read_json('{path}', {options})"
        return name

    def of_tables(source, listed, number):
        paths = [listed] if isinstance(listed, str) else listed
        return [table(path, source, *number, at) for at, path in enumerate(paths)]

    def relation(source, one, number):
        files = one["files"]
        given = (
            {key: of_tables(source, listed, (number, key)) for key, listed in files.items()}
            if isinstance(files, dict)
            else of_tables(source, files, (number,))
        )
        return {**{key: value for key, value in one.items() if key != "files"}, "relation": given}

    changed = {
        source: [relation(source, one, number) for number, one in enumerate(configured)]
        if isinstance(configured, list)
        else relation(source, configured, "")
        for source, configured in sources.items()
    }
    return changed, readers
