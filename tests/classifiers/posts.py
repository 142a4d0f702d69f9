"""Hand-written posts for the tests of the classifiers: rows of a corpus, and files of public sets in miniature."""

import json
import lzma
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def post(
    lang: str,
    text: str,
    kind: str = "other",
    *,
    sentiment: str = "neutral",
    severity: str | None = None,
    causes: Iterable[str] = (),
    stage: str = "unknown",
    churn: str = "none",
    threats: Iterable[str] = (),
    split: str = "train",
) -> dict[str, Any]:
    """One row as the corpus files hold it."""
    return {
        "id": f"{lang}-{abs(hash(text)) % 10_000:04}",
        "lang": lang,
        "text": text,
        "kind": kind,
        "sentiment": sentiment,
        "severity": severity,
        "causes": list(causes),
        "stage": stage,
        "churn": churn,
        "threats": list(threats),
        "split": split,
    }


def complaint(lang: str, text: str, **labels: Any) -> dict[str, Any]:
    return post(lang, text, "complaint", **({"sentiment": "negative", "severity": "disapproval"} | labels))


def question(lang: str, text: str, **labels: Any) -> dict[str, Any]:
    return post(lang, text, "question", **({"stage": "research"} | labels))


def praise(lang: str, text: str, **labels: Any) -> dict[str, Any]:
    return post(lang, text, "praise", **({"sentiment": "positive", "stage": "delivery_use"} | labels))


CORPUS = [
    complaint("en", "My parcel is two weeks late and nobody tells me why", causes=["delivery"], stage="delivery_use"),
    complaint(
        "en", "Third time I call, third time the line drops. Useless.", causes=["repeat_contact"], stage="support"
    ),
    complaint("en", "You charged me twice and the refund never came", causes=["billing_refund"], severity="accusation"),
    complaint("en", "The router died after one day, what rubbish", causes=["product_fault"], severity="blame"),
    complaint(
        "en", "No answer to my mails for a month. My lawyer will write next.", causes=["ignored"], threats=["legal"]
    ),
    complaint("en", "The heater caught fire, this is dangerous!", causes=["product_fault"], threats=["safety"]),
    complaint("en", "Enough. I cancelled today and moved to another bank.", stage="leaving", churn="left"),
    complaint("en", "If it is not fixed by Friday I am switching provider", stage="leaving", churn="considering"),
    complaint(
        "en", "The chatbot sends me in circles, give me a human", causes=["trapped_in_automation"], stage="support"
    ),
    complaint("en", "Internet down again in the whole street", causes=["outage"], severity="no_explicit_reproach"),
    question("en", "What are your opening hours on Sunday?"),
    question("en", "Do you ship to Norway and how much is it?", stage="purchase"),
    question("en", "Which plan has unlimited data abroad?"),
    question("en", "How do I change the address of my account?", stage="support"),
    praise("en", "Thanks for the quick help, lovely people!"),
    praise("en", "Best coffee in town, see you tomorrow"),
    praise("en", "Great service today, the technician was brilliant"),
    praise("en", "Love the new app, so fast and clear"),
    post("en", "Reading on the train, rain outside"),
    post("en", "The bank published its results for the quarter"),
    post("en", "Win a phone! Follow and share to take part"),
    post("en", "Their competitor lost my luggage, glad I fly with you now", sentiment="negative"),
    complaint("lv", "Internets nestrādā jau trešo dienu un neviens neatbild", causes=["outage", "ignored"]),
    complaint("lv", "Sūtījums nav atnācis, gaidu divas nedēļas", causes=["delivery"], stage="delivery_use"),
    complaint("lv", "Naudu noņēmāt divreiz, atmaksas nav", causes=["billing_refund"], severity="accusation"),
    complaint("lv", "Rakstīšu sūdzību PTAC, ja neatbildēsiet", causes=["ignored"], threats=["regulator"]),
    complaint("lv", "Pietiek, laužu līgumu un eju pie citiem", stage="leaving", churn="decided"),
    question("lv", "Cik maksā piegāde uz Rīgu?"),
    question("lv", "Līdz cikiem šodien strādā veikals?"),
    praise("lv", "Paldies par ātro palīdzību, ļoti laipni!"),
    praise("lv", "Lieliska apkalpošana, iesaku visiem"),
    post("lv", "Šodien Rīgā līst un ir auksts"),
    post("lv", "Banka paziņoja par jaunu filiāli Liepājā"),
    complaint("ru", "Третий день нет интернета и никто не отвечает", causes=["outage", "ignored"]),
    complaint("ru", "Посылка потерялась, жду две недели", causes=["delivery"], stage="delivery_use"),
    complaint("ru", "Списали деньги два раза и не возвращают", causes=["billing_refund"], severity="accusation"),
    complaint("ru", "Подаю в суд, вы обманщики", severity="blame", threats=["legal"]),
    complaint("ru", "Всё, ухожу к другому оператору", stage="leaving", churn="decided"),
    question("ru", "Сколько стоит доставка в Москву?"),
    question("ru", "До скольки сегодня работает магазин?"),
    praise("ru", "Спасибо за быструю помощь, вы лучшие!"),
    praise("ru", "Отличный сервис, всем советую"),
    post("ru", "Сегодня в городе дождь и холодно"),
    post("ru", "Банк открыл новый офис в Казани"),
    complaint("bg", "Трети ден нямам интернет и никой не отговаря", causes=["outage", "ignored"]),
    complaint("bg", "Пратката ми я няма вече две седмици", causes=["delivery"], stage="delivery_use"),
    complaint("bg", "Взехте ми парите два пъти и не ги връщате", causes=["billing_refund"], severity="accusation"),
    complaint("bg", "Ще пиша до КЗП, ако не отговорите", causes=["ignored"], threats=["regulator"]),
    complaint("bg", "Прекратявам договора и отивам при друг оператор", stage="leaving", churn="decided"),
    question("bg", "Колко струва доставката до Варна?"),
    question("bg", "До колко часа работи магазинът днес?"),
    praise("bg", "Благодаря за бързата помощ, страхотни сте!"),
    praise("bg", "Чудесно обслужване, препоръчвам"),
    post("bg", "Днес в София вали и е студено"),
    post("bg", "Банката откри нов клон в Пловдив"),
]
"""Fifty-five posts in four languages, all kinds, every head labelled."""

TEST_POSTS = [
    complaint("en", "Still no parcel, still no answer", causes=["delivery", "ignored"], split="test"),
    question("en", "How much is delivery to Oslo?", split="test"),
    praise("lv", "Paldies, ļoti ātri!", split="test"),
    post("ru", "Завтра обещают снег", split="test"),
]


def write_corpus(folder: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """`<lang>.jsonl` files in `folder`, as the corpus of the project keeps them."""
    folder.mkdir(parents=True, exist_ok=True)
    by_language: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_language.setdefault(str(row["lang"]), []).append(row)
    for language, own in by_language.items():
        _write(folder / f"{language}.jsonl", own)
    return folder


def write_set(folder: Path, name: str, rows: Iterable[Mapping[str, Any]], *, compressed: bool = True) -> Path:
    """A public set's file, `source` filled in."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.jsonl{'.xz' if compressed else ''}"
    _write(path, [{"source": name, **row} for row in rows])
    return path


def _write(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if path.suffix == ".xz":
        with lzma.open(path, "wt", encoding="utf-8") as file:
            file.write(content)
    else:
        path.write_text(content, encoding="utf-8")
