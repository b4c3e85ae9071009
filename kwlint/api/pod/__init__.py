"""Validation and warnings of pod specs and what stands in them: `spec` and `templates` are for other groups, and `claims`."""
