"""Every table of the program in one `metadata`: whoever creates, compares or empties them all starts here.

A module with tables is imported here, or its tables are not there for the migrations.
"""

from monitor.store import desk_tables, people_tables, reply_tables, tables
from monitor.store.tables import metadata

__all__ = ["desk_tables", "metadata", "people_tables", "reply_tables", "tables"]
