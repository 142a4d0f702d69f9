"""Long trials with real processes; `make soak` runs them, the test suite runs them briefly."""
