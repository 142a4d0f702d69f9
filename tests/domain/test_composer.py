"""How long a draft is where it will be posted, and the way to the composer."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.composer import (
    ENDINGS,
    ReplyPrices,
    composer_link,
    length_on,
    links_in,
    weighted_length,
)

SCRIPT = Path(__file__).parents[2] / "monitor" / "web" / "static" / "js" / "length.js"

# The right-hand numbers are what X itself counts (twitter-text, configuration 3).
EXAMPLES = [
    ("", 0),
    ("hello", 5),
    ("Atvainojamies! Ļoti žēl.", 24),
    ("Извините нас", 12),
    ("“quotes” – and … dots", 22),
    ("€5", 3),
    ("漢字かな", 8),
    ("한국어", 6),
    ("e\u0301", 1),
    ("😀", 2),
    ("👍🏽", 2),
    ("👨‍👩‍👧‍👦", 2),
    ("🇱🇻🇧🇬", 4),
    ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
    ("1️⃣#️⃣", 4),
    ("☺", 2),
    ("☺️", 2),
    ("©", 1),
    ("™", 2),
    ("https://example.com", 23),
    ("https://example.com/a/very/long/way/to/somewhere?with=many&parts=of#it", 23),
    ("http://acme.lv/ēst", 23),
    ("https://acme.lv/x_(y)", 23),
    ("see acme.lv.", 28),
    ("acme.lv/x, please", 31),
    ("acme.co.uk", 23),
    ("Thanks.It was", 27),
    ("info@acme.lv", 12),
    ("@acme.lv", 8),
    ("#acme.lv", 8),
    ("v2.0.1", 6),
    ("10.30", 5),
    ("пример.рф", 9),
    ("https://пример.рф/путь", 23),
    ("http://localhost", 16),
    ("x" * 300, 300),
]


@pytest.mark.parametrize(("text", "length"), EXAMPLES)
def test_x_counts_so(text: str, length: int) -> None:
    assert weighted_length(text) == length


@given(st.text(max_size=60))
def test_a_text_is_at_most_twice_as_long_as_it_has_characters_and_links_aside(text: str) -> None:
    assert weighted_length(text) <= 2 * len(text) + 23 * len(links_in(text))


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_space_between_two_texts_counts_one(one: str, other: str) -> None:
    # A joiner or a mark at the seam may make one sign of two, never more.
    assert weighted_length(f"{one} {other}") <= weighted_length(one) + weighted_length(other) + 1 + 2


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("write to help@acme.lv", ()),
        ("Labdien.Es rakstu", ("Labdien.Es",)),
        ("one https://a.lv/x, two acme.com!", ("https://a.lv/x", "acme.com")),
        ("e.g. this, i.e. that, at 5 p.m. sharp", ()),
        ("no link", ()),
    ],
)
def test_a_forgotten_space_makes_a_link_too(text: str, links: tuple[str, ...]) -> None:
    assert links_in(text) == links


class TestLengthOnAPlatform:
    def test_what_fits_says_what_is_left(self) -> None:
        length = length_on("x", "x" * 270)

        assert (length.count, length.most, length.left, length.fits) == (270, 280, 10, True)

    def test_what_does_not_fit_says_by_how_much(self) -> None:
        length = length_on("x", "ж" * 281)

        assert (length.left, length.fits) == (-1, False)

    @pytest.mark.parametrize(
        ("platform", "text", "count"),
        [
            ("mastodon", "@ann@example.social hi", 7),
            ("mastodon", "https://example.com/long/way", 23),
            ("mastodon", "👍🏽", 2),
            ("bluesky", "👨‍👩‍👧‍👦ok", 3),
            ("forum", "four", 4),
        ],
    )
    def test_each_platform_counts_in_its_own_way(self, platform: str, text: str, count: int) -> None:
        assert length_on(platform, text).count == count

    def test_a_platform_that_we_do_not_know_has_no_limit(self) -> None:
        length = length_on("forum", "x" * 10_000)

        assert (length.most, length.left, length.fits) == (None, None, True)


class TestComposerLink:
    @pytest.mark.parametrize("text", ["Sorry, Anna & co?", "100 % ours #1", "a\nb", "Извините! 👍🏽", "a+b=c"])
    def test_the_text_arrives_as_it_was_written(self, text: str) -> None:
        link = composer_link("x", text, "1234")

        assert link is not None
        parts = urlsplit(link)
        assert (parts.scheme, parts.netloc, parts.path) == ("https", "x.com", "/intent/post")
        assert parse_qs(parts.query) == {"in_reply_to": ["1234"], "text": [text]}
        assert "+" not in parts.query, "a plus is a plus to some readers and a space to others"

    def test_a_platform_without_a_composer_has_no_link(self) -> None:
        assert composer_link("forum", "hello", "1") is None

    def test_bluesky_takes_the_text_alone(self) -> None:
        assert composer_link("bluesky", "a b", "1") == "https://bsky.app/intent/compose?text=a%20b"


def test_a_link_makes_the_reply_dearer() -> None:
    prices = ReplyPrices()

    assert (prices.of("thank you"), prices.of("see acme.lv")) == (0.015, 0.2)


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the page's script")
def test_the_page_counts_as_we_do() -> None:
    texts = [text for text, _ in EXAMPLES] + [
        f"{one}{between}{other}"
        for one, _ in EXAMPLES
        for between in ("", " ", ".", "/", "ж", "👍🏽", "@")
        for other in ("acme.lv", "https://a.lv/x_(y).", "ā", "☺️", "漢")
    ]
    program = (
        f'import {{ lengthOn, linksIn, composerLink, ENDINGS }} from "{SCRIPT.as_uri()}";'
        'import fs from "fs"; const texts = JSON.parse(fs.readFileSync(0, "utf8"));'
        "const counts = (on) => texts.map((text) => lengthOn(on, text).count);"
        "console.log(JSON.stringify({ x: counts('x'), mastodon: counts('mastodon'), bluesky: counts('bluesky'),"
        " forum: counts('forum'), links: texts.map(linksIn),"
        " urls: texts.map((t) => composerLink('x', t, '7')), ENDINGS }));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)

    for platform in ("x", "mastodon", "bluesky", "forum"):
        assert said[platform] == [length_on(platform, text).count for text in texts], platform
    assert said["links"] == [list(links_in(text)) for text in texts]
    assert said["urls"] == [composer_link("x", text, "7") for text in texts]
    assert said["ENDINGS"] == list(ENDINGS)


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the page's script")
def test_the_page_finds_the_blanks_that_we_find() -> None:
    from monitor.domain.reply_template import open_blanks

    texts = [
        "plain",
        "{{?issue}} and {{customer|there}}",
        "{{ customer }}",
        "half {{?open",
        "}} shut",
        "{{?a}}{{?a}}",
        "{ {x} }",
    ]
    program = (
        f'import {{ blanksIn }} from "{SCRIPT.as_uri()}"; import fs from "fs";'
        'console.log(JSON.stringify(JSON.parse(fs.readFileSync(0, "utf8")).map(blanksIn)));'
    )
    done = subprocess.run(
        ["node", "--input-type=module", "-e", program],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout) == [list(open_blanks(text)) for text in texts]
