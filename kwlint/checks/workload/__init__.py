"""Checks of the chapter workload (WRK)."""
