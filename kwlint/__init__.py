"""kwlint judges Kubernetes workload manifests: offline, at an exact place, with the reason.

What is named in ``__all__`` is the library, which keeps what it promises; all else can change with each version. A name is
imported once it is asked for, since every start imports this module.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kwlint.diagnostics.finding import (
        SEVERITIES,
        Finding,
        NotJudged,
        ObjectRef,
        Place,
        Related,
        Report,
        Skipped,
        Suppressed,
    )
    from kwlint.errors import KwlintError
    from kwlint.library import lint
else:
    _ROOMS = {"KwlintError": "kwlint.errors", "lint": "kwlint.library"}

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        found = globals()[name] = getattr(import_module(_ROOMS.get(name, "kwlint.diagnostics.finding")), name)
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "SEVERITIES",
    "Finding",
    "KwlintError",
    "NotJudged",
    "ObjectRef",
    "Place",
    "Related",
    "Report",
    "Skipped",
    "Suppressed",
    "__version__",
    "lint",
]
__version__ = "0.1.0"
