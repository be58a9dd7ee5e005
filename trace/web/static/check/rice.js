// The list of stopped batches as bytes. The same rules as trace/status/rice.py and parts.py; of what does not fit exactly, Error is
// thrown.

const LARGEST = 2 ** 45 - 1, MOST_BITS = 45, HEAD = 6, TAG_BITS = 2;
export const STATES = ["", "held", "recalled", "withdrawn"];
const broken = () => new Error("broken");

// Golomb–Rice lists of [number, tag].
export function encode(entries, tagBits) {
  const steps = entries.map(([number], at) => number - (at ? entries[at - 1][0] : -1) - 1);
  const k = parameter(steps);
  const bits = entries.map(([, tag], at) =>
    "1".repeat(Math.floor(steps[at] / 2 ** k)) + "0" + binary(steps[at] % 2 ** k, k) + binary(tag, tagBits)).join("");
  const bytes = [...varint(entries.length), k];
  for (let at = 0; at < bits.length; at += 8) bytes.push(parseInt(bits.slice(at, at + 8).padEnd(8, "0"), 2));
  return Uint8Array.from(bytes);
}

// The list that begins at a place, and where it ends.
export function decode(raw, at, tagBits) {
  let place = 0, byte = 128, count = 0;
  for (; byte & 128; place++) {
    if (place > 4 || at + place >= raw.length) throw broken();
    byte = raw[at + place];
    count += (byte & 127) * 128 ** place;
  }
  const k = raw[at + place];
  if (at + place >= raw.length || k > MOST_BITS || count > 8 * raw.length) throw broken();
  const start = at + place + 1;
  let done = 0, last = -1;
  const bit = () => {
    const where = start + (done >> 3);
    if (where >= raw.length) throw broken();
    return (raw[where] >> (7 - (done++ & 7))) & 1;
  };
  const take = (bits) => { let value = 0; for (let n = 0; n < bits; n++) value = value * 2 + bit(); return value; };
  const entries = [];
  for (let n = 0; n < count; n++) {
    let upper = 0;
    while (bit()) upper++;
    last += 1 + upper * 2 ** k + take(k);
    if (last > LARGEST) throw broken();
    entries.push([last, take(tagBits)]);
  }
  const end = start + Math.ceil(done / 8);
  if (!same(encode(entries, tagBits), raw.subarray(at, end))) throw broken();
  return { entries, end };
}

function parameter(steps) {
  let best = 0, fewest = Infinity;
  for (let k = 0; k <= MOST_BITS; k++) {
    const bits = steps.reduce((sum, step) => sum + Math.floor(step / 2 ** k), steps.length * k);
    if (bits < fewest) [best, fewest] = [k, bits];
  }
  return best;
}
const binary = (value, bits) => (bits ? value.toString(2).padStart(bits, "0") : "");
const varint = (value) => (value > 127 ? [(value & 127) | 128, ...varint(Math.floor(value / 128))] : [value]);
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

// The groups of a part: [head, entries] in rising order of their heads.
function groups(raw, tagBits) {
  const found = [];
  for (let at = 0, before = -1; at < raw.length;) {
    if (at + HEAD > raw.length) throw broken();
    const head = raw.subarray(at, at + HEAD).reduce((sum, byte) => sum * 256 + byte, 0);
    const { entries, end } = decode(raw, at + HEAD, tagBits);
    if (head <= before || !entries.length) throw broken();
    found.push([head, entries]);
    [at, before] = [end, head];
  }
  return found;
}

// A part `voids-…`, as a map from a batch's number to the numbers of its void packs.
export const readVoids = (raw) => new Map(groups(raw, 0).map(([batch, entries]) => [batch, new Set(entries.map(([unit]) => unit))]));

// The part `batches`, as a map from "county/number" to the tag, and back.
export const readBatches = (raw) => new Map(
  groups(raw, TAG_BITS).flatMap(([county, entries]) => entries.map(([number, tag]) => [county + "/" + number, tag])));

export function writeBatches(batches) {
  const counties = new Map();
  for (const [key, tag] of batches) {
    const [county, number] = key.split("/").map(Number);
    if (!counties.has(county)) counties.set(county, []);
    counties.get(county).push([number, tag]);
  }
  const bytes = [];
  for (const county of [...counties.keys()].sort((a, b) => a - b)) {
    for (let place = HEAD - 1; place >= 0; place--) bytes.push(Math.floor(county / 256 ** place) % 256);
    bytes.push(...encode(counties.get(county).sort((a, b) => a[0] - b[0]), TAG_BITS));
  }
  return Uint8Array.from(bytes);
}

// The batches after the changes of a file `<n-1>-<n>`.
export function changed(before, told) {
  const after = new Map([...before, ...told]);
  for (const [key, tag] of after) if (!tag) after.delete(key);
  return after;
}
