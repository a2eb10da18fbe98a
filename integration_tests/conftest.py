"""Shared fixtures. What a test needs of dbt and of input files is in helpers.py."""

import os
from pathlib import Path

import pytest
from helpers import REPOSITORY


@pytest.fixture(scope="session")
def sample_data():
    """The folder of real exports: WAYMARK_SAMPLE_DATA, else ../shared/data beside the repository."""
    folder = Path(os.environ.get("WAYMARK_SAMPLE_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no sample data in {folder}: set WAYMARK_SAMPLE_DATA to the folder that has it")
    return folder
