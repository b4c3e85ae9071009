"""Commands for those who work on kwlint; nothing here is imported by a run."""
