// How long a draft is on its platform: the rules of monitor/domain/composer.py, while one types. A test holds both to
// the same answers.

export const LIMITS = {
  x: { most: 280, unit: "weighted" },
  mastodon: { most: 500, unit: "characters" },
  bluesky: { most: 300, unit: "graphemes" },
};
const LINK_WEIGHT = 23;
const LIGHT = [[0, 4351], [8192, 8205], [8208, 8223], [8242, 8247]];

const COUNTRIES =
  "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd " +
  "cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gb gd " +
  "ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg " +
  "kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv " +
  "mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa " +
  "sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug " +
  "uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw";
const OTHERS =
  "com net org info biz edu gov mil int mobi name pro aero asia cat coop jobs museum post tel travel xxx app bank bike " +
  "blog cafe care center chat city click cloud club codes company credit delivery design dev digital email events " +
  "express finance fund global group guru help host house life link live ltd media money news one online page photo " +
  "press radio rest review reviews sale services shop site social software solutions space store studio support tech " +
  "tips today tools top trade travel video vip wiki work works world xyz zone";
export const ENDINGS = [...new Set([...COUNTRIES.split(" "), ...OTHERS.split(" ")])];

const SPECIAL = "\\u00a9\\u00ae\\u2122\\u265f\\u3030\\u303d";
const PICTURE = `(?:(?![${SPECIAL}#*0-9])\\p{Extended_Pictographic}(?!\\ufe0e)|[${SPECIAL}]\\ufe0f)`;
const EMOJI = new RegExp(
  "[#*0-9]\\ufe0f?\\u20e3|\\p{Regional_Indicator}{2}|\\u{1f3f4}[\\u{e0061}-\\u{e007a}]+\\u{e007f}|" +
    `${PICTURE}\\ufe0f?\\p{Emoji_Modifier}?(?:\\u200d${PICTURE}\\ufe0f?\\p{Emoji_Modifier}?)*`,
  "gu",
);

const OF_PATH = "a-zа-яё0-9\\u00c0-\\u024f!*';:=+,.$\\/%#\\[\\]\\u2013_~@|&\\-";
const ENDS_PATH = "[a-zа-яё0-9\\u00c0-\\u024f=_#\\/+\\-]";
const PATH = `(?:\\/(?:(?:[${OF_PATH}]|\\([${OF_PATH}]*\\))*(?:${ENDS_PATH}|\\([${OF_PATH}]+\\)))?)`;
const QUERY = `(?:\\?[${OF_PATH}?()]*${ENDS_PATH})`;
const LETTER = "[a-z0-9\\u00c0-\\u024f]";
const WORD = "[\\p{L}\\p{M}\\p{N}_]";
const LINK = new RegExp(
  `(?<![A-Za-z0-9@＠$#＃])https?:\\/\\/(?:${WORD}[\\p{L}\\p{M}\\p{N}_\\-]*\\.)+\\p{L}[\\p{L}\\p{N}\\-]+(?::\\d+)?${PATH}?${QUERY}?` +
    `|(?<![A-Za-z0-9\\u00c0-\\u024f@＠$#＃_.\\/\\-])(?:${LETTER}(?:[a-z0-9\\u00c0-\\u024f\\-]*${LETTER})?\\.)+` +
    `(?:${[...ENDINGS].sort((one, other) => other.length - one.length).join("|")})(?![0-9A-Za-z@+\\-])(?::\\d+)?(?:${PATH}${QUERY}?)?`,
  "giu",
);

/** What X reads as links, bare names included. */
export const linksIn = (text) => text.match(LINK) ?? [];

/** The length that X counts: links 23 each, emoji and most letters of the Far East two, other characters one. */
export function weightedLength(text) {
  const normal = text.normalize("NFC");
  const plain = normal.replace(LINK, "\0");
  const links = linksIn(normal).length;
  let count = links * LINK_WEIGHT - links;
  let emoji = 0;
  // Each part by itself: a link between two characters keeps them from being one emoji.
  for (const char of plain.replace(EMOJI, () => (emoji++, ""))) count += weight(char.codePointAt(0));
  return count + 2 * emoji;
}

const weight = (code) => (LIGHT.some(([first, last]) => first <= code && code <= last) ? 1 : 2);

function characters(text) {
  const local = text.replace(/(?<=(?:^|[^\p{L}\p{M}\p{N}_/])@[\p{L}\p{M}\p{N}_.-]+)@[\p{L}\p{M}\p{N}_-]+(?:\.[\p{L}\p{M}\p{N}_-]+)+/gu, "");
  return [...local.replace(LINK, "x".repeat(LINK_WEIGHT))].length;
}

const graphemes = (text) => [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].length;

/** How long the text is on a platform, and the most it may be (null where no limit is known). */
export function lengthOn(platform, text) {
  const limit = LIMITS[platform];
  if (!limit) return { count: [...text].length, most: null };
  const counts = { weighted: weightedLength, characters, graphemes };
  return { count: counts[limit.unit](text), most: limit.most };
}

/** The address that opens the platform's composer with the text in it, or null. */
export function composerLink(platform, text, inReplyTo) {
  const said = encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  if (platform === "x") return `https://x.com/intent/post?in_reply_to=${encodeURIComponent(inReplyTo)}&text=${said}`;
  if (platform === "bluesky") return `https://bsky.app/intent/compose?text=${said}`;
  return null;
}

/** The names of the blanks that a template left in the text. */
export function blanksIn(text) {
  const names = [...text.matchAll(/\{\{\s*\??\s*([^{}|]*?)\s*(?:\|[^{}]*)?\}\}/g)].map((found) => found[1]);
  return names.length || !/\{\{|\}\}/.test(text) ? [...new Set(names)] : ["{{"];
}
