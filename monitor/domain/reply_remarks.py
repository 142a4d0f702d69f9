"""The remarks of the reply check in words. English is the source; the page translates these very sentences."""

from collections.abc import Mapping

from monitor.domain.reply_check import Code, Warning


def N_(sentence: str) -> str:  # noqa: N802 - the name by which translators' tools find a sentence
    """Marks a sentence to be translated where it is shown."""
    return sentence


SENTENCES: Mapping[Code, str] = {
    Code.EMPTY: N_("There is nothing to check yet."),
    Code.BLANKS_LEFT: N_("Still to be filled in: %(blanks)s."),
    Code.BLAMES_CUSTOMER: N_("“%(quote)s” blames the customer. Even where it is true, it wins nobody back."),
    Code.MOCKS: N_("“%(quote)s” reads as mockery."),
    Code.FAULT_DENIED: N_("“%(quote)s” denies the fault. What the customer hears is that nobody will help."),
    Code.FAULT_EVADED: N_("“%(quote)s” has nobody in it. Say who did what: we did."),
    Code.FAULT_NOT_OWNED: N_("It does not seem to own the fault. Say first what we did wrong."),
    Code.NO_APOLOGY: N_("There seems to be no apology in it."),
    Code.SYMPATHY_ONLY: N_("“%(quote)s” is sympathy, not an apology. Apologise for what we did."),
    Code.CUSTOMER_NOT_NAMED: N_("It does not call %(name)s by name."),
    Code.ISSUE_NOT_NAMED: N_("It seems to fit any complaint. Name what this customer wrote about."),
    Code.NEAR_COPY: N_("It is nearly a reply that we have sent before (%(percent)s %% alike)."),
    Code.STOCK_PHRASE: N_("“%(quote)s” stands in everybody's replies. Use words of your own."),
    Code.NO_NEXT_STEP: N_("It does not seem to say what happens next."),
    Code.CHANNEL_WITHOUT_REASON: N_("“%(quote)s” sends the customer elsewhere without saying why."),
    Code.PROMISE_WITHOUT_TIME: N_("“%(quote)s” promises without a time. By when?"),
    Code.SHOUTS: N_("“%(quote)s” shouts."),
    Code.LINK: N_("“%(quote)s” is read as a link."),
    Code.TOO_LONG: N_("It is too long by %(over)s; at most %(most)s."),
}
LINK_WITH_PRICE = N_(
    "“%(quote)s” is read as a link. Through the API of X a reply with a link costs $%(price)s, one without $%(plain)s."
)


def template_of(warning: Warning) -> str:
    """The sentence with its blanks, as translators know it."""
    return LINK_WITH_PRICE if "price" in warning.words else SENTENCES[warning.code]


def sentence(warning: Warning) -> str:
    """The remark in English."""
    return template_of(warning) % dict(warning.words)
