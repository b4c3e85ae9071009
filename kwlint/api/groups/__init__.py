"""Validation, a module an API group or a kind of it: `judge` calls what `VALIDATORS` names."""
