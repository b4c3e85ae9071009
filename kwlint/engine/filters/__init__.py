"""Which findings are left: suppressions, baselines, what a revision had. Each module is for the linter and the command line."""
