"""The page where the team works. Routes are thin: parse, one service call, one template."""
