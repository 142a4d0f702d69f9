"""Reply templates as a file: what `templates export` writes, `templates import` reads, and a new team is offered."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from importlib import resources
from typing import Any

import yaml
from pydantic import Field, ValidationError

from monitor.config import document
from monitor.config.explain import Places, explain
from monitor.config.values import Duration, Frozen, Section
from monitor.domain.reply_template import Actions, Template, Then
from monitor.errors import ConfigError

STARTERS = "templates.yaml"


class Entry(Section):
    """One template."""

    name: str
    """What one types after / in the composer."""
    title: str = ""
    """A line that says when to use it."""
    brand: str | None = None
    """The only brand that it is for."""
    texts: Frozen[str, str] = Field(default_factory=dict)
    """The text by language (ISO 639-1). {{customer}} is filled from the case, {{?issue}} by a person."""
    tags: tuple[str, ...] = ()
    """Labels that a macro adds to the case."""
    assign: str | None = None
    """Who gets the case: me, or the name of an agent."""
    then: Then = Then.NOTHING
    """What happens to the case: nothing, resolve or snooze."""
    snooze_for: Duration | None = None
    """How long it sleeps."""


class TemplateFile(Section):
    """A file of reply templates."""

    templates: tuple[Entry, ...]
    """One entry each."""


def parse_templates(text: str, name: str = STARTERS, *, owner: str | None = None) -> list[Template]:
    """The templates of a YAML or JSON text, the team's or `owner`'s. ConfigError names the line that is wrong."""
    data, lines = document.parse(text, name)
    try:
        found = TemplateFile.model_validate(data)
    except ValidationError as error:
        path, sentences = explain(error, TemplateFile, Places(name, lines, {}), data)
        raise ConfigError("\n".join(sentences), path=path) from None
    return [_template(entry, owner) for entry in found.templates]


def starters() -> list[Template]:
    """The templates that a new team is offered."""
    text = (resources.files("monitor.config") / STARTERS).read_text(encoding="utf-8")
    return parse_templates(text)


def written(templates: Iterable[Template]) -> str:
    """The templates as YAML that `parse_templates` reads back."""
    entries = [as_dict(template) for template in templates]
    return yaml.dump({"templates": entries}, Dumper=_Folded, allow_unicode=True, sort_keys=False, width=120)


def as_dict(template: Template) -> dict[str, Any]:
    """A template as it stands in a file; what says nothing is left out."""
    actions = template.actions
    minutes = (actions.snooze_for or timedelta(0)) // timedelta(minutes=1)
    entry: Mapping[str, Any] = {
        "name": template.name,
        "title": template.title,
        "brand": template.brand,
        "texts": dict(template.bodies),
        "tags": list(actions.tags),
        "assign": actions.assign,
        "then": None if actions.then is Then.NOTHING else actions.then.value,
        "snooze_for": f"{minutes}m" if minutes else None,
    }
    return {key: value for key, value in entry.items() if value}


def _template(entry: Entry, owner: str | None) -> Template:
    actions = Actions(entry.tags, entry.assign, entry.then, entry.snooze_for)
    return Template(
        name=entry.name, title=entry.title, brand=entry.brand, owner=owner, bodies=dict(entry.texts), actions=actions
    )


class _Folded(yaml.SafeDumper):
    """Writes every text so that our own reader, which knows fewer words as special, takes it for a text again."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    plain = value.replace("-", "").replace("_", "").isalpha() and value.isascii() and value.lower() not in _SPECIAL
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if plain else '"')


_SPECIAL = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_Folded.add_representer(str, _text)
