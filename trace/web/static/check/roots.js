// Key lists that roots have signed: the same rules as trace/codes/roots. Of what is not as it should be, Error is thrown.

import { bytesOf, isSigned } from "./ed25519.js";

const FORMAT = "yipin/keys/1", ED25519 = 1, NEEDED = 2; // so many of three roots must sign

// What the newest of some lists says, if a chain of signatures leads to it: from the roots that this browser knows ({ number, roots }),
// or else from those that the first list names. null where nobody has signed and no roots are known yet.
export async function signedKeys(notes, known) {
  if (!notes.length && !known) return null;
  let last = known;
  for (const note of notes) {
    const list = parse(note);
    if (last && list.number < last.number) continue; // it led to the roots that are known
    if (!(await enough(list, last ? last.roots : list.roots)) || !(await enough(list, list.roots))) throw new Error("unsigned");
    last = list;
  }
  if (!last.keys) throw new Error("unsigned");
  return last;
}

function parse(note) {
  const end = note.indexOf("\n\n"), text = note.slice(0, end + 1), start = text.indexOf("\n");
  if (text.slice(0, start) !== FORMAT) throw new Error("broken");
  const told = JSON.parse(text.slice(start));
  if (told.roots.length !== 3 || new Set(told.roots.map((root) => root.split("+")[2])).size !== 3) throw new Error("broken");
  return { ...told, expires: Date.parse(told.expires) / 1000, text, signatures: note.slice(end + 2).split("\n") };
}

async function enough(list, roots) {
  const signed = await Promise.all(roots.map((root) => hasSigned(root, list)));
  return signed.filter(Boolean).length >= NEEDED;
}

async function hasSigned(root, { text, signatures }) {
  const [name, id, ...rest] = root.split("+"), key = bytesOf(rest.join("+"));
  if (key[0] !== ED25519) return false;
  for (const line of signatures) {
    const [dash, who, blob] = line.split(" ");
    if (dash !== "\u2014" || who !== name || !blob) continue;
    const bytes = bytesOf(blob), hint = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hint === id && (await isSigned(key.subarray(1), bytes.subarray(4), new TextEncoder().encode(text)))) return true;
  }
  return false;
}
