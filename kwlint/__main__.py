"""``python -m kwlint`` is ``kwlint``."""

from kwlint.cli.main import main

main()
