"""How much memory classifying took at its peak, in a process of its own; prints kilobytes.

    python -m tests.bench.memory engine POSTS         the shipped network and its tokenizer, nothing else
    python -m tests.bench.memory command ARGUMENTS    `complaint-monitor ARGUMENTS`, from beginning to end

The kernel notes the highest resident size of a process (VmHWM). What it says of a finished child is of no use: that
counts in what the parent held when it was started.
"""

import sys
from pathlib import Path

BATCH = 64


def peak() -> int:
    """Kilobytes this process has held at most."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def engine(source: Path, threads: int = 2) -> None:
    """Everything of the shipped model that reads normalised texts and gives logits."""
    from classifiers.load import model_card, model_folder
    from classifiers.onnx import OnnxNetwork
    from classifiers.preprocess import normalise
    from classifiers.serving import all_logits
    from tests.bench.peer import read_posts

    network, longest = OnnxNetwork(model_folder("shipped"), threads=threads), model_card().max_length
    texts = [normalise(post["text"]) for post in read_posts(source)]
    for start in range(0, len(texts), BATCH):
        all_logits(network, texts[start : start + BATCH], longest)


def command(*arguments: str) -> None:
    from monitor.cli import app

    app(list(arguments), prog_name="complaint-monitor", standalone_mode=False)


def main() -> None:
    match sys.argv[1:]:
        case ["engine", source]:
            engine(Path(source))
        case ["command", *arguments]:
            command(*arguments)
        case _:
            raise SystemExit(__doc__)
    print(peak())  # noqa: T201


if __name__ == "__main__":
    main()
