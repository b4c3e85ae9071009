"""The second loader: ruamel.yaml as the referee of fixes, with whatever it raises, and for a bounded time."""

from __future__ import annotations

import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import current_thread, main_thread
from typing import Any

# Seconds of computing that a proof may take, and how many characters are worth one more: ruamel.yaml reads some ten
# times as many.
_SECONDS = 5.0
_CHARACTERS_A_SECOND = 4000
_OVERDUE = "the text takes a second loader too long"


class UnprovableError(ValueError):
    """A text that the second loader does not read, or does not get done with; the message says why."""


class _OverdueError(BaseException):
    """The time for a proof is over: no ordinary exception, so that nothing on the way takes it for its own."""


@contextmanager
def bounded(characters: int) -> Iterator[None]:
    """Limit what is done here to the computing time that a text of this length is worth.

    Raises UnprovableError when it is over. Only a process's first thread can be bounded so, and only on POSIX.
    """
    if not hasattr(signal, "setitimer") or current_thread() is not main_thread():
        yield
        return

    def end(number: int, frame: object) -> None:
        raise _OverdueError

    before = signal.signal(signal.SIGVTALRM, end)
    # Again and again, in case that the first one is lost in a destructor.
    signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS + characters / _CHARACTERS_A_SECOND, 0.5)
    try:
        yield
    except _OverdueError:
        raise UnprovableError(_OVERDUE) from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@lru_cache(maxsize=256)
def unprovable(text: str) -> str | None:
    """Return why the second loader is of no use for a text, None where it reads it."""
    try:
        with bounded(len(text)):
            loaded(text)
    except UnprovableError as error:
        return str(error)
    return None


def loaded(text: str) -> list[Any]:
    """Return the documents of a text as ruamel.yaml loads them round-trip. Raises UnprovableError."""
    documents = _loaded(text)
    if isinstance(documents, str):
        raise UnprovableError(documents)
    return documents


# A text is often loaded again in the next round.
@lru_cache(maxsize=256)
def _loaded(text: str) -> list[Any] | str:
    from ruamel.yaml import YAML

    if _has_complex_keys(text):
        # Time doubles with each level: the loader makes such a key twice.
        return "a key is a list or mapping, which a second loader does not read"
    loader = YAML(typ="rt")
    loader.allow_duplicate_keys = True
    documents: list[Any] | str = _tried(lambda: list(loader.load_all(text)))
    return documents


def events(text: str) -> list[tuple[Any, ...]]:
    """Return what ruamel.yaml reads of a text before it makes data of it. Raises UnprovableError."""
    from ruamel.yaml import YAML

    found: list[tuple[Any, ...]] | str = _tried(
        lambda: [signature(event) for event in YAML(typ="rt").parse(text)]
    )
    if isinstance(found, str):
        raise UnprovableError(found)
    return found


def signature(event: Any) -> tuple[Any, ...]:
    """Return what an event of either YAML package says, but for its place."""
    tag = getattr(event, "tag", None)
    return (
        type(event).__name__,
        getattr(event, "anchor", None),
        str(tag) if tag is not None else None,
        getattr(event, "value", None),
    )


def _tried(read: Callable[[], Any]) -> Any:
    """Return what is read, or why it cannot be. Its warnings are about nothing that a fix changes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read()
    except RecursionError:
        return "the text nests too deep for a second loader"
    except MemoryError:
        raise
    except Exception as error:  # all sorts, from KeyError to NotImplementedError
        return f"the text cannot be read by a second loader ({type(error).__name__})"


def _has_complex_keys(text: str) -> bool:
    """Return whether a key of a mapping is a list or a mapping. Raises UnprovableError for what is no YAML."""
    import yaml
    from yaml._yaml import CParser

    # For each open collection: whether it is a mapping, and whether its next node is a key.
    stack: list[list[bool]] = []
    try:
        parser = CParser(text)
        while (event := parser.get_event()) is not None:
            starts = isinstance(event, yaml.CollectionStartEvent)
            if starts or isinstance(event, yaml.ScalarEvent | yaml.AliasEvent):
                if stack and stack[-1][0]:
                    if starts and stack[-1][1]:
                        return True
                    stack[-1][1] = not stack[-1][1]
                if starts:
                    is_mapping = isinstance(event, yaml.MappingStartEvent)
                    stack.append([is_mapping, is_mapping])
            elif isinstance(event, yaml.CollectionEndEvent):
                stack.pop()
    except (yaml.YAMLError, UnicodeError) as error:
        raise UnprovableError(
            f"the text cannot be read by a second loader ({type(error).__name__})"
        ) from None
    return False
