"""How the tables came to be, step by step. The steps stand alone: they import nothing of the program's present."""
