"""`python -m monitor.cli` is the command `complaint-monitor`."""

from monitor.cli import main

main()
