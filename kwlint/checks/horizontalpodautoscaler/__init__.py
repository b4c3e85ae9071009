"""Checks of the chapter horizontalpodautoscaler (HPA)."""
