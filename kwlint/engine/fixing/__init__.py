"""Fixes, proven before they are written: `fix` and `write` are for others, the rest is their own."""
