// A status bundle: a signed note (C2SP), and behind it the list itself or what has changed since the one before. The same rules as
// trace/status/bundle.py. Of what does not fit exactly, Error is thrown.

import { bytesOf, isSigned, sha256 } from "./ed25519.js";
import { changed, readBatches, writeBatches } from "./rice.js";

const ED25519 = 1; // of the kinds of a signed note's keys
const broken = () => new Error("broken");
const number = (text) => { if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) throw broken(); return Number(text); };

// A verifier's key in the form of C2SP: name+keyid+base64.
function keyOf(vkey) {
  const [name, id, ...rest] = vkey.split("+");
  const bytes = bytesOf(rest.join("+"));
  if (bytes[0] !== ED25519) throw broken();
  return { name, id, key: bytes.subarray(1) };
}

// What a note says, if one of the keys signed it: { sequence, asOf, next } (seconds) and the parts as name → { size, sha }.
export async function readNote(note, vkeys) {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1), lines = text.split("\n");
  const signer = await signerOf(text, note.slice(end + 2), vkeys.map(keyOf));
  if (!signer || lines[0] !== signer.name) throw new Error("unsigned");
  const [, sequence, asOf, next, log, ...parts] = lines.slice(0, -1).map((line) => line.split(" "));
  if (asOf[0] !== "as-of" || next[0] !== "next" || log[0] !== "log") throw broken();
  const told = Object.fromEntries(parts.map(([, name, size, sha]) => [name, { size: number(size), sha }]));
  return { note, sequence: number(sequence[0]), asOf: number(asOf[1]), next: number(next[1]), parts: told };
}

async function signerOf(text, signatures, keys) {
  for (const line of signatures.split("\n")) {
    const [dash, name, blob] = line.split(" ");
    if (dash !== "\u2014" || !blob) continue;
    const bytes = bytesOf(blob), id = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const key = keys.find((each) => each.name === name && each.id === id);
    if (key && (await isSigned(key.key, bytes.subarray(4), new TextEncoder().encode(text)))) return key;
  }
  return null;
}

// A whole file: its note, and the batches in it or, with those of the list before, after its changes.
export async function readFile(file, vkeys, before) {
  const end = file.lastIndexOf("\n\n");
  const told = await readNote(file.slice(0, end + 1), vkeys);
  const [what, ...rest] = file.slice(end + 2).trimEnd().split(" ");
  const listed = readBatches(bytesOf(rest[rest.length - 1] || ""));
  if (what === "changes" && (!before || number(rest[0]) !== before.sequence)) throw broken();
  const batches = what === "changes" ? changed(before.batches, listed) : listed;
  const raw = writeBatches(batches), part = told.parts.batches;
  if (!part || raw.length !== part.size || (await sha256(raw)) !== part.sha) throw broken();
  return { ...told, batches };
}
