"""Published test data that is not ours to copy: read where it is, else skipped."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def published(*parts: str) -> Path:
    """Return a path of the published data; the test that needs it skips without."""
    default = ROOT.parent / "shared" / "vectors"
    if not default.exists():
        default = ROOT.parent.parent / "shared" / "vectors"
    path = Path(os.environ.get("SERIAL_DOSSIER_VECTORS", default), *parts)
    if not path.exists():
        pytest.skip(f"published data {'/'.join(parts)} is not here")
    return path
