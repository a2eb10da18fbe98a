"""Shared fixtures. What a test needs of dbt and of input files is in helpers.py."""

import os
from pathlib import Path

import pytest

from helpers import REPOSITORY


@pytest.fixture(scope="session")
def sample_data():
    """Real exports: WAYMARK_SAMPLE_DATA, else ../shared/data beside the repository."""
    folder = Path(os.environ.get("WAYMARK_SAMPLE_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no sample data in {folder}; WAYMARK_SAMPLE_DATA names another")
    return folder
