"""Classification of public posts to a brand: a library that knows nothing of the monitor, its database or its web."""
