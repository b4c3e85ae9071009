"""``python -m kwlint`` is ``kwlint``."""

from kwlint.cli import main

main()
