"""What loading makes of the files of a run: data alone, which the stages after it read and add to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kwlint.diagnostics.finding import FixOffer, Skipped
from kwlint.model.resources import Fix, Resource
from kwlint.syntax.source import Source
from kwlint.syntax.tree import Document
from kwlint.util.record import Record

if TYPE_CHECKING:
    from kwlint.kustomize.gaps import Gap


class Flaw(Record):
    """A finding that loading makes: a rule's name, a sentence, and offsets into the source.

    What mends it is a fix of fields or, where no field can say it, an offer.
    """

    rule: str
    message: str
    source: Source
    start: int
    end: int
    resource: Resource | None = None
    related: tuple[tuple[int, int, str], ...] = ()
    path: str = ""
    fix: Fix | None = None
    offer: FixOffer | None = None


class Kustomization(Record):
    """A kustomization: its folder, its data and its document."""

    folder: str
    data: dict[str, Any]
    document: Document


class Loaded:
    """What the files of a run hold."""

    __slots__ = (
        "built",
        "charts",
        "documents",
        "files",
        "flaws",
        "folders",
        "gaps",
        "kustomizations",
        "openings",
        "probed",
        "resources",
        "skipped",
        "sources",
        "unread",
        "unreadable",
    )

    def __init__(self) -> None:
        self.files: list[str] = []
        self.sources: dict[str, Source] = {}
        self.documents: dict[str, list[Document]] = {}
        self.resources: list[Resource] = []
        self.flaws: list[Flaw] = []
        self.skipped: list[Skipped] = []
        self.kustomizations: list[Kustomization] = []
        self.unreadable: list[str] = []
        self.built: list[tuple[str, set[str]]] = []
        self.folders: dict[str, int] = {}
        # The absolute paths of the folders that are Helm charts.
        self.charts: frozenset[str] = frozenset()
        # What kustomizations name and the run does not have; by the folder of a root one, the files that say so.
        self.gaps: list[Gap] = []
        self.openings: dict[str, set[str]] = {}
        # Paths that were looked for on the disk, with what they were; absolute paths of what is unreadable.
        self.probed: dict[str, int] = {}
        self.unread: dict[str, str] = {}
