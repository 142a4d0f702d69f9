"""One model folder takes another's place: at once, with the one before kept beside it, and back again.

`TARGET` holds the model in use, `TARGET.previous` the one before. Folders are copied beside the target first and then
renamed, so the target is at every moment a whole model; between the two renames of a replacement it is missing for an
instant, and `undo` mends a machine that stopped just there.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from classifiers import heads

FILE = "promotion.json"


def take_over(challenger: Path, champion: Path, target: Path, record: Mapping[str, Any]) -> None:
    """Put a copy of the challenger's folder at `target`, with `record` and the moment in `promotion.json`.

    The champion is afterwards at `TARGET.previous`: the folder that was there, or a copy where the target was empty.
    ValueError where `target` holds something else than the champion.
    """
    if target.exists() and not _same_model(target, champion):
        raise ValueError(
            f"{target} holds another model than the champion that was compared: give --champion {target}, or another "
            "--apply"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    new = _copy(challenger, target)
    try:
        _record(new, record)
        before = None if target.exists() else _copy(champion, target)
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        raise
    _clear(previous_of(target))
    (before or target).rename(previous_of(target))
    new.rename(target)


def undo(target: Path) -> heads.ModelCard:
    """Exchange the model at `target` with the one before it, which is returned; done twice, nothing has changed.

    ValueError where there is none before it.
    """
    previous = previous_of(target)
    if not (previous / heads.FILE).is_file():
        raise ValueError(f"{previous} holds no model: there is nothing to go back to")
    card = heads.read(previous)
    if not target.exists():
        previous.rename(target)
        return card
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent)) / "model"
    target.rename(aside)
    previous.rename(target)
    aside.rename(previous)
    aside.parent.rmdir()
    return card


def previous_of(target: Path) -> Path:
    """Where the model before the one at `target` is kept."""
    return target.with_name(target.name + ".previous")


def _same_model(one: Path, other: Path) -> bool:
    try:
        return heads.read(one).full_name == heads.read(other).full_name
    except OSError:
        return False


def _copy(folder: Path, target: Path) -> Path:
    """A copy beside the target, on the same disk, so that a rename can put it in place."""
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        shutil.copytree(folder, beside, dirs_exist_ok=True)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return beside


def _record(folder: Path, record: Mapping[str, Any]) -> None:
    # The copy's own age is the moment of the promotion: a library does not ask what time it is.
    moment = datetime.fromtimestamp(folder.stat().st_ctime, UTC)
    content = {**record, "when": moment.isoformat(timespec="seconds")}
    (folder / FILE).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _clear(folder: Path) -> None:
    if folder.exists():
        doomed = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        folder.rename(doomed / "old")
        shutil.rmtree(doomed)
