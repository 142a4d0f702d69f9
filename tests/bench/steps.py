"""Where the time of `classify` goes: each step of the shipped path by itself, over the same posts."""

import json
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
BATCH = 64


class Stopwatch:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, step: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        done = work()
        self.seconds[step] = self.seconds.get(step, 0.0) + time.perf_counter() - began
        return done


class Noted:
    """A network that notes how long it computes, so that cutting into pieces can be told from computing."""

    def __init__(self, network: Any, watch: Stopwatch) -> None:
        self.pad_id, self._network, self._watch = network.pad_id, network, watch

    def encode(self, texts: Sequence[str]) -> Any:
        return self._watch("cut into pieces", lambda: self._network.encode(texts))

    def logits(self, *inputs: Any) -> Any:
        return self._watch("network", lambda: self._network.logits(*inputs))


def seconds_by_step(posts: Sequence[dict[str, Any]], threads: int = 2) -> dict[str, float]:
    """Seconds each step takes for all posts, in batches as `classify` makes them; loading not counted."""
    from classifiers.language import LanguageIdentifier
    from classifiers.load import model_card, model_folder
    from classifiers.onnx import OnnxNetwork
    from classifiers.preprocess import normalise
    from classifiers.present import as_dict
    from classifiers.serving import all_logits
    from classifiers.verdict import assessments

    watch, card, identifier = Stopwatch(), model_card(), LanguageIdentifier()
    network = Noted(OnnxNetwork(model_folder("shipped"), threads=threads), watch)
    lines = [json.dumps(post, ensure_ascii=False) for post in posts]
    for start in range(0, len(lines), BATCH):
        batch = lines[start : start + BATCH]
        read = watch("read and write JSON", lambda batch=batch: [json.loads(line) for line in batch])
        texts = watch("normalise", lambda read=read: [normalise(post["text"]) for post in read])
        hints = [post.get("lang") for post in read]
        languages = watch("name the language", lambda t=texts, h=hints: identifier.identify(t, h))
        logits = all_logits(network, texts, card.max_length)
        judged = watch("judge", lambda t=texts, la=languages, lo=logits: assessments(t, la, lo, card))
        watch("read and write JSON", lambda j=judged: [json.dumps(as_dict(one), ensure_ascii=False) for one in j])
    return watch.seconds
