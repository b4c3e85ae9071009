"""Checks of the chapter service (SVC): Services, and the Ingresses that lead to them."""
