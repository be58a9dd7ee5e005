// What the page knows without a network: the key list and the status bundle, as they were when there was one. Neither ever goes back:
// what was seen last is remembered in this browser.

import { bytesOf, plainBase64 } from "./ed25519.js";
import { readFile, readNote } from "./bundle.js";
import { writeBatches } from "./rice.js";

const KEYS = "yipin.check.keys", BUNDLE = "yipin.check.bundle", SEEN = "yipin.check.seen";
const KEPT = 600; // s for which a key list may have lain in a proxy
const NEVER = { sequence: 0, asOf: 0, keys: 0 };

export const kept = { keys: null, bundle: null, trouble: "" }; // trouble: back, unsigned or broken, of what was offered last
const seen = () => ({ ...NEVER, ...JSON.parse(localStorage.getItem(SEEN) || "{}") });
const remember = (more) => localStorage.setItem(SEEN, JSON.stringify({ ...seen(), ...more }));

// The moment in seconds: a clock that was put back is not believed.
export const now = () => Math.max(Math.floor(Date.now() / 1000), seen().asOf);

function keyList(text) {
  const told = JSON.parse(text);
  const keys = new Map(told.keys.map((each) => [each.number, { ...each, raw: bytesOf(plainBase64(each.public_key)) }]));
  return { keys, hosts: told.hosts || [], asOf: Date.parse(told.as_of) / 1000, vkeys: told.status_keys || [] };
}

// What was kept the last time.
export async function open() {
  try {
    kept.keys = keyList(localStorage.getItem(KEYS));
    kept.bundle = await readFile(localStorage.getItem(BUNDLE), kept.keys.vkeys);
  } catch { /* nothing yet, or of a key that is no longer listed */ }
}

// Asks the service for what is newer. Throws where there is no network.
export async function refresh() {
  kept.trouble = "";
  const text = await asked("/keys.json");
  const keys = keyList(text);
  if (keys.asOf < seen().keys - KEPT) return void (kept.trouble = "back");
  kept.keys = keys;
  localStorage.setItem(KEYS, text);
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

async function asked(address) {
  const answer = await fetch(address, { cache: "no-cache" });
  if (!answer.ok) throw new Error("missing");
  return answer.text();
}
