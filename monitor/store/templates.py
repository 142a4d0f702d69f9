"""Reply templates: the team's and each agent's own, found by name."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from monitor.domain.reply_template import Actions, Template, TemplateError, Then
from monitor.errors import NotFound
from monitor.store.db import Session
from monitor.store.reply_tables import reply_templates as table

_TEAM = ""
_MINUTE = timedelta(minutes=1)


def save_template(session: Session, template: Template, now: datetime) -> Template:
    """Keep a new template, or the changed one of that id. `TemplateError` when the owner has one of that name."""
    values = _values(template, now)
    try:
        if template.id is None:
            new = session.execute(insert(table).values(values).returning(table.c.id)).scalar_one()
            return replace(template, id=new, updated_at=now)
        if not session.execute(update(table).where(table.c.id == template.id).values(values)).rowcount:
            raise NotFound(f"There is no template {template.id}.")
    except IntegrityError:
        raise TemplateError(f"there is a template /{template.name} already: edit it, or take another name") from None
    return replace(template, updated_at=now)


def remove_template(session: Session, template_id: int) -> None:
    if not session.execute(delete(table).where(table.c.id == template_id)).rowcount:
        raise NotFound(f"There is no template {template_id}.")


def template_by_id(session: Session, template_id: int) -> Template | None:
    row = session.execute(select(table).where(table.c.id == template_id)).one_or_none()
    return None if row is None else _template(row)


def template_by_name(session: Session, name: str, owner: str | None) -> Template | None:
    """The template of exactly this owner (None: the team) and name."""
    mine = (table.c.name == name, table.c.owner == (owner or _TEAM))
    row = session.execute(select(table).where(*mine)).one_or_none()
    return None if row is None else _template(row)


def templates_for(session: Session, agent: str | None, brand: str | None = None) -> Sequence[Template]:
    """The team's templates and the agent's own, by name; with `brand`, without those of other brands."""
    statement = select(table).where(table.c.owner.in_([_TEAM, agent or _TEAM])).order_by(table.c.name, table.c.owner)
    if brand is not None:
        statement = statement.where(or_(table.c.brand.is_(None), table.c.brand == brand))
    return [_template(row) for row in session.execute(statement)]


def count_templates(session: Session) -> int:
    return session.execute(select(func.count()).select_from(table)).scalar_one()


def _values(template: Template, now: datetime) -> dict[str, Any]:
    actions = template.actions
    return {
        "owner": template.owner or _TEAM,
        "name": template.name,
        "title": template.title,
        "brand": template.brand,
        "bodies": dict(template.bodies),
        "tags": actions.tags,
        "assign": actions.assign,
        "then": actions.then,
        "snooze_minutes": None if actions.snooze_for is None else actions.snooze_for // _MINUTE,
        "updated_by": template.updated_by,
        "updated_at": now,
    }


def _template(row: Row[Any]) -> Template:
    snooze = None if row.snooze_minutes is None else row.snooze_minutes * _MINUTE
    return Template(
        id=row.id,
        owner=row.owner or None,
        name=row.name,
        title=row.title,
        brand=row.brand,
        bodies=row.bodies,
        actions=Actions(tuple(row.tags), row.assign, Then(row.then), snooze),
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )
