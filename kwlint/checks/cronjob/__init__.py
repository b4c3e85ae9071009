"""Checks of the chapter cronjob (CJ)."""
