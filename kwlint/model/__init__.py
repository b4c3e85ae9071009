"""Kubernetes' nouns: kinds, resources, pods, selectors, quantities, schedules; knows no rules."""
