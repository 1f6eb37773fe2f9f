"""Published test data that is not ours to copy: read where it is, else skipped."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Numbers with their GS1 check digit: the syntax dictionary's own tests, lint_csum.c.
CHECKED = (
    "02345673",
    "416000336108",
    "1234567890128",
    "12345678901231",
    "123456789012345675",
    "09520123456788",
    "00614141123452",
    "952012345678912345",
    "106141412345678908",
    "006141411234567890",
    "6901234567892",
)


def published(*parts: str) -> Path:
    """Return a path of the published data; the test that needs it skips without."""
    usual = ROOT.parent / "shared" / "vectors"
    path = Path(os.environ.get("SERIAL_DOSSIER_VECTORS") or usual, *parts)
    if not path.exists():
        pytest.skip(f"published data {'/'.join(parts)} is not here")
    return path
