"""What has to happen before any test module is imported."""

from __future__ import annotations

# TensorFlow brings a SQLite of its own, without full-text search: loaded first, it takes this one's place.
import sqlite3  # noqa: F401
