"""The checks: a module a chapter, a function a rule."""
