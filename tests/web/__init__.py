"""The page, over SQLite and a clock that moves when told."""
