"""Saved views: a search under a name, of one agent or of the team."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from monitor.domain.search import Search, parse_search
from monitor.errors import NotAllowed, NotFound
from monitor.store.db import Session
from monitor.store.desk_tables import saved_views

_TEAM = ""


@dataclass(frozen=True, slots=True)
class SavedView:
    """`owner` is None for a view of the team. `position` orders the views of one owner."""

    id: int
    owner: str | None
    name: str
    search: Search
    position: int


def views_for(session: Session, agent: str) -> list[SavedView]:
    """The views of the team and then the agent's own, in their order."""
    order = (saved_views.c.owner != _TEAM, saved_views.c.position, saved_views.c.id)
    statement = select(saved_views).where(saved_views.c.owner.in_([_TEAM, agent])).order_by(*order)
    return [
        SavedView(row.id, row.owner or None, row.name, parse_search(row.query), row.position)
        for row in session.execute(statement)
    ]


def view_by_id(session: Session, view_id: int) -> SavedView:
    """Raises NotFound."""
    row = session.execute(select(saved_views).where(saved_views.c.id == view_id)).first()
    if row is None:
        raise NotFound(f"There is no saved view {view_id}.")
    return SavedView(row.id, row.owner or None, row.name, parse_search(row.query), row.position)


def add_view(session: Session, owner: str | None, name: str, search: Search) -> SavedView:
    """Put a new view behind the owner's others. Raises NotAllowed when the name is taken."""
    whose = saved_views.c.owner == (owner or _TEAM)
    last = session.execute(select(func.max(saved_views.c.position)).where(whose)).scalar_one()
    values = {"owner": owner or _TEAM, "name": name, "query": search.text(), "position": (last or 0) + 1}
    try:
        made = session.execute(saved_views.insert().values(values).returning(saved_views.c.id)).scalar_one()
    except IntegrityError:
        raise NotAllowed(f"there is a view named {name!r} already; choose another name") from None
    return view_by_id(session, made)


def change_view(session: Session, view_id: int, name: str, search: Search) -> SavedView:
    """Raises NotFound, or NotAllowed when another view of the owner has the name."""
    changed = saved_views.update().where(saved_views.c.id == view_id).values(name=name, query=search.text())
    try:
        session.execute(changed)
    except IntegrityError:
        raise NotAllowed(f"there is a view named {name!r} already; choose another name") from None
    return view_by_id(session, view_id)


def remove_view(session: Session, view_id: int) -> None:
    """Raises NotFound."""
    view_by_id(session, view_id)
    session.execute(delete(saved_views).where(saved_views.c.id == view_id))


def move_view(session: Session, view_id: int, position: int) -> None:
    session.execute(saved_views.update().where(saved_views.c.id == view_id).values(position=position))
