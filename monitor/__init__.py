"""The complaint monitor: who waits for an answer in public, how long, and why."""
