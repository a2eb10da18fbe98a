"""What source systems export, written by us in their schemas: one module a source.

`write(folder)` writes the files and returns the configuration of the source; `ROWS` says how many
raw rows become events or are rejected, over all of its tables.
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
