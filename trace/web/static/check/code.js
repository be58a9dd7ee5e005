// What a unit code says, and where it stands in a text. The same rules as trace/codes: payload.py, idnumber.py, reading.py.

const DIGITS = 191, TINY_DIGITS = 37, TOKEN_BYTES = 79, PAYLOAD_BYTES = 15, VERSION = 1;
const CONTEXT = new TextEncoder().encode("yipin/code/1\0");
const FIRST_DAY = Date.UTC(2020, 0, 1), DAY = 86400000;
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"; // GB 32100
const BATCHES = 31n ** 9n;
const MEANT = { O: "0", I: "1", S: "5", Z: "2", V: "U" };
const LEAST = 12; // digits together that are taken for a damaged code

// The fields of 191 digits, and the bytes that are signed. Throws Error with a word of `page.js`'s templates.
export function decode(digits) {
  let value = BigInt(digits);
  if (value >> BigInt(8 * TOKEN_BYTES)) throw new Error("forged");
  const token = new Uint8Array(TOKEN_BYTES);
  for (let at = TOKEN_BYTES - 1; at >= 0; at--, value >>= 8n) token[at] = Number(value & 255n);
  let said = token.subarray(0, PAYLOAD_BYTES).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const take = (bits) => { const field = said & ((1n << bits) - 1n); said >>= bits; return field; };
  const facts = Number(take(4n)), day = Number(take(14n));
  const unit = Number(take(27n)), batch = take(45n), county = Number(take(20n)), key = Number(take(7n)), version = Number(said);
  if (version !== VERSION) throw new Error(version > VERSION ? "newer" : "forged");
  if (county >= 1e6 || batch >= BATCHES) throw new Error("forged");
  const message = new Uint8Array(CONTEXT.length + PAYLOAD_BYTES);
  message.set(CONTEXT);
  message.set(token.subarray(0, PAYLOAD_BYTES), CONTEXT.length);
  const harvested = new Date(FIRST_DAY + day * DAY);
  return { facts, harvested, unit, batch: Number(batch), county, key, message, signature: token.subarray(PAYLOAD_BYTES) };
}

// The ID number of a batch, as labels show it: county, nine characters, a check character by GB 32100.
export function idNumber(county, batch) {
  let characters = "";
  for (let place = 0, rest = batch; place < 9; place++, rest = Math.floor(rest / 31)) characters = ALPHABET[rest % 31] + characters;
  const body = String(county).padStart(6, "0") + characters;
  return body + checkCharacter(body);
}

function checkCharacter(body) {
  let sum = 0, weight = 1;
  for (const character of body) {
    sum += ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % 31;
  }
  return ALPHABET[(31 - (sum % 31)) % 31];
}

export const spaced = (number) => number.replace(/(.{4})(?=.)/g, "$1 ");

// What a text holds: { code } of 191 digits, { batch, county } of an ID number, or { word } of what is wrong with it. `host`: of an
// address in it.
export function read(text) {
  const shown = plain(text.slice(0, 8000)).replace(/\][A-Za-z][0-9]/g, " "); // what some scanners send in front
  const host = hostOf(shown);
  const clusters = (shown.match(/[0-9][0-9\s>|\-\u2010-\u2015\u2212\u30fc\ufe63]*/g) || []).map((each) => each.match(/[0-9]+/g));
  const found = new Set(clusters.flatMap(codesIn));
  if (found.size > 1) return { word: "several", host };
  const [code] = found;
  if (code) return code.length === TINY_DIGITS ? { word: "tiny", host } : { code, host };
  const number = numberIn(shown);
  if (number) return number;
  const most = Math.max(0, ...clusters.map((groups) => groups.join("").length));
  return { word: most < LEAST ? "none" : "incomplete", host, count: most };
}

// The whole codes in digits that stand together, in groups.
function codesIn(groups) {
  const signed = single(groups, DIGITS);
  if (signed.length) return signed.concat(groups.filter((each) => each.length === TINY_DIGITS));
  const found = [joined(groups, DIGITS), single(groups, TINY_DIGITS), joined(groups, TINY_DIGITS)];
  return found.find((each) => each.length) || [];
}

// Groups that are a code, or some that a scanner sent without a blank between them.
function single(groups, size) {
  const alone = groups.filter((each) => each.length % size === 0);
  const found = alone.flatMap((group) => group.match(new RegExp(`.{${size}}`, "g")));
  if (size === DIGITS) return found;
  const digits = groups.join("").length, isPair = alone.length === 2 && digits === 2 * size;
  const isOne = new Set(found).size === 1 && digits - alone.join("").length < size;
  return isOne || isPair ? found : []; // else lines of a longer code, which happen to have this length
}

// Neighbouring groups that have so many digits together. Of short codes the groups must be nearly all that is there.
function joined(groups, size) {
  const found = [];
  if (size === TINY_DIGITS && groups.join("").length >= 2 * size) return found;
  for (let first = 0, last = 0, digits = 0; last < groups.length; last++) {
    digits += groups[last].length;
    while (digits > size) digits -= groups[first++].length;
    if (digits === size) found.push(groups.slice(first, last + 1).join(""));
  }
  return found;
}

// What people see: percent signs decoded, full-width forms plain, nothing invisible. A footnote is no digit.
function plain(text) {
  for (let round = 0; round < 2 && text.includes("%"); round++) {
    try { text = decodeURIComponent(text); } catch { break; }
  }
  return text.replace(/[^\p{No}]+/gu, (some) => some.normalize("NFKC")).replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]/g, "");
}

function hostOf(text) {
  const address = text.replace(/[、。\\]/g, (sign) => ({ "、": "/", "。": ".", "\\": "/" })[sign]);
  const found = address.match(/https?:\/+([^/?#\s]+)/i) || address.match(/(?:^|\s)([^\s/:<>()]+\.[^\s/:<>()]+(?::[0-9]+)?)\//);
  return found ? found[1].slice(found[1].lastIndexOf("@") + 1).toLowerCase().replace(/:(80|443)?$/, "").replace(/\.$/, "") : "";
}

function numberIn(text) {
  const typed = text.toUpperCase().replace(/[\s\-\u2010-\u2015\u2212]/g, "").replace(/[OISZV]/g, (letter) => MEANT[letter]);
  const found = typed.match(/[0-9]{6}[0-9A-Z]{10}/);
  if (!found || typed.length > 40) return null;
  const number = found[0];
  if (checkCharacter(number.slice(0, 15)) !== number[15]) return { word: "mistyped" };
  const batch = [...number.slice(6, 15)].reduce((sum, character) => sum * 31 + ALPHABET.indexOf(character), 0);
  return { batch, county: Number(number.slice(0, 6)) };
}
