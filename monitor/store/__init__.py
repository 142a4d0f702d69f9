"""Everything that is kept: the only home of SQL. Functions take a session and never commit."""
