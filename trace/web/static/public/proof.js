// Finds the answer to a ticket: a number with which SHA-256 of "ticket.number" begins with as many zero bits as the ticket
// says. It works in slices, so that the page stays alive. A form that is sent meanwhile goes out when the answer is there.
"use strict";

const K = new Int32Array(64);
const START = new Int32Array(8);
(function constants() {
  const isPrime = (n) => { for (let d = 2; d * d <= n; d++) if (n % d === 0) return false; return true; };
  const part = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
  for (let n = 2, found = 0; found < 64; n++) {
    if (!isPrime(n)) continue;
    if (found < 8) START[found] = part(Math.pow(n, 1 / 2));
    K[found++] = part(Math.pow(n, 1 / 3));
  }
})();
const W = new Int32Array(64);

function block(state, bytes, at) {
  for (let i = 0; i < 16; i++, at += 4)
    W[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + S1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

// The text before the number fills whole blocks first: these are hashed once.
function searcher(text, bits) {
  const head = text.length - (text.length % 64);
  const all = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const begun = START.slice();
  for (let at = 0; at < head; at += 64) block(begun, all, at);
  const rest = all.subarray(head);
  const last = new Uint8Array(128);
  const state = new Int32Array(8);
  return function fits(number) {
    const digits = String(number);
    let at = rest.length;
    last.fill(0);
    last.set(rest);
    for (let i = 0; i < digits.length; i++) last[at++] = digits.charCodeAt(i);
    const length = (head + at) * 8;
    last[at++] = 128;
    const end = at <= 56 ? 64 : 128;
    last[end - 2] = length >>> 8;
    last[end - 1] = length & 255;
    state.set(begun);
    block(state, last, 0);
    if (end === 128) block(state, last, 64);
    return state[0] >>> (32 - bits) === 0;
  };
}

function work(place) {
  const ticket = place.dataset.ticket;
  const form = place.closest("form");
  const fits = searcher(ticket + ".", Number(ticket.split(".")[1]));
  const show = (when) => place.querySelectorAll("[data-when]").forEach((each) => { each.hidden = each.dataset.when !== when; });
  let number = 0, isDone = false, isSent = false, button = null;
  form.addEventListener("submit", (event) => {
    if (isDone) return;
    event.preventDefault();
    isSent = true;
    button = event.submitter || null;
  });
  function done() {
    isDone = true;
    place.querySelector("[name=proof]").value = String(number);
    show("done");
    if (isSent || form.dataset.sends === "itself") (form.requestSubmit ? form.requestSubmit(button) : form.submit());
  }
  function slice() {
    const until = Date.now() + 40;
    do {
      for (let i = 0; i < 200; i++, number++) if (fits(number)) { done(); return; }
    } while (Date.now() < until);
    setTimeout(slice, 0);
  }
  show("working");
  slice();
}

document.querySelectorAll(".proof").forEach(work);
