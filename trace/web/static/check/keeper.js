// What the page knows without a network: the key list and the status bundle, as they were when there was one. Neither ever goes back:
// what was seen last is remembered in this browser.

import { bytesOf, plainBase64, sha256 } from "./ed25519.js";
import { readFile, readNote } from "./bundle.js";
import { signedKeys } from "./roots.js";
import { readVoids, writeBatches } from "./rice.js";

const ROOTS = "yipin.check.roots", VOIDS = "yipin.check.voids."; // the latter with six digits of a county
const KEYS = "yipin.check.keys", BUNDLE = "yipin.check.bundle", SEEN = "yipin.check.seen";
const KEPT = 600; // s for which a key list may have lain in a proxy
const NEVER = { sequence: 0, asOf: 0, keys: 0 };

export const kept = { keys: null, bundle: null, trouble: "" }; // trouble: back, unsigned or broken, of what was offered last
const seen = () => ({ ...NEVER, ...JSON.parse(localStorage.getItem(SEEN) || "{}") });
const remember = (more) => localStorage.setItem(SEEN, JSON.stringify({ ...seen(), ...more }));

// The moment in seconds: a clock that was put back is not believed.
export const now = () => Math.max(Math.floor(Date.now() / 1000), seen().asOf);

// Where roots have signed the list, only what they signed counts; that a key has leaked is believed at once.
async function keyList(text) {
  const told = JSON.parse(text), known = JSON.parse(localStorage.getItem(ROOTS) || "null");
  const signed = await signedKeys(told.root_signed || [], known);
  const leaked = new Set(told.keys.filter((each) => each.status === "compromised").map((each) => each.number));
  const keys = new Map((signed || told).keys.map((each) => [each.number,
    { ...each, status: leaked.has(each.number) ? "compromised" : each.status, raw: bytesOf(plainBase64(each.public_key)) }]));
  const asOf = Date.parse(told.as_of) / 1000;
  return { keys, signed, hosts: (signed || told).hosts || [], asOf, vkeys: told.status_keys || [] };
}

// What was kept the last time.
export async function open() {
  try {
    kept.keys = await keyList(localStorage.getItem(KEYS));
    kept.bundle = await readFile(localStorage.getItem(BUNDLE), kept.keys.vkeys);
  } catch { /* nothing yet, or of a key that is no longer listed */ }
}

// Asks the service for what is newer. Throws where there is no network.
export async function refresh() {
  kept.trouble = "";
  const text = await asked("/keys.json");
  let keys;
  try {
    keys = await keyList(text);
  } catch {
    return void (kept.trouble = "rootless");
  }
  if (keys.asOf < seen().keys - KEPT) return void (kept.trouble = "back");
  kept.keys = keys;
  localStorage.setItem(KEYS, text);
  if (keys.signed) localStorage.setItem(ROOTS, JSON.stringify({ number: keys.signed.number, roots: keys.signed.roots }));
  remember({ keys: Math.max(keys.asOf, seen().keys) });
  const note = await asked("/status/latest");
  try {
    await take(note);
  } catch (bad) {
    if (bad instanceof TypeError) throw bad; // the network went away
    kept.trouble = bad.message === "unsigned" || bad.message === "back" ? bad.message : "broken";
  }
}

async function take(note) {
  const { vkeys } = kept.keys, head = await readNote(note, vkeys);
  if (kept.bundle && kept.bundle.note === note) return;
  const { sequence, asOf } = seen();
  if (head.sequence < sequence || head.asOf < asOf || (kept.bundle && head.sequence === sequence)) throw new Error("back");
  const bundle = await since(head.sequence, vkeys);
  if (bundle.note !== note) throw new Error("broken");
  kept.bundle = bundle;
  localStorage.setItem(BUNDLE, note + "\nbatches " + btoa(String.fromCharCode(...writeBatches(bundle.batches))) + "\n");
  remember({ sequence: head.sequence, asOf: head.asOf });
  await renewVoids();
}

// The bundle of this number: by what changed since the one at hand, or whole.
async function since(sequence, vkeys) {
  const before = kept.bundle && kept.bundle.sequence;
  if (before && before < sequence) {
    try {
      return await readFile(await asked("/status/" + before + "-" + sequence), vkeys, kept.bundle);
    } catch { /* it was not the one before, so it is asked for whole */ }
  }
  return readFile(await asked("/status/" + sequence), vkeys);
}

// The void packs of a county (six digits) as of the bundle, as a map from a batch's number to theirs; null where they are not at
// hand. They are asked for when a code of the county is checked, and kept for the time without a network.
export async function voids(county) {
  if (!kept.bundle) return null;
  const name = "voids-" + county, part = kept.bundle.parts[name];
  if (!part) return new Map();
  const isPart = async (raw) => raw.length === part.size && (await sha256(raw)) === part.sha;
  try {
    let raw = bytesOf(localStorage.getItem(VOIDS + county) || "");
    if (!(await isPart(raw))) {
      raw = new Uint8Array(await (await answered("/status/" + kept.bundle.sequence + "-" + name)).arrayBuffer());
      if (!(await isPart(raw))) return null;
      localStorage.setItem(VOIDS + county, btoa(raw.reduce((text, byte) => text + String.fromCharCode(byte), "")));
    }
    return readVoids(raw);
  } catch {
    return null; // no network, or no room
  }
}

// Those of the counties that were checked before come with a new bundle.
async function renewVoids() {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(VOIDS));
  for (const name of names) await voids(name.slice(VOIDS.length));
}

async function answered(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw new Error("missing");
  return answer;
}

const asked = async (address) => (await answered(address)).text();
