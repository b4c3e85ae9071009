"""Image references: registry, repository, tag and digest.

Source: github.com/distribution/reference (grammar of references).
"""

from __future__ import annotations

from kwlint.util.record import Record


class Image(Record):
    """An image reference taken apart; ``registry``, ``tag`` and ``digest`` are empty where they are not written."""

    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def name(self) -> str:
        """The last part of the repository (``postgres`` of ``docker.io/bitnami/postgres:16``)."""
        return self.repository.rsplit("/", 1)[-1]

    @property
    def floating(self) -> bool:
        """Whether what it names changes with time: no digest, and no tag or `latest`."""
        return not self.digest and self.tag in ("", "latest")


def parse(reference: str) -> Image:
    """Return the parts of a reference; a port of the registry is not a tag."""
    rest, _, digest = reference.partition("@")
    head, slash, tail = rest.rpartition("/")
    tail, _, tag = tail.partition(":")
    repository = head + slash + tail
    first, slash, others = repository.partition("/")
    if slash and ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        return Image(first, others, tag, digest)
    return Image("", repository, tag, digest)
