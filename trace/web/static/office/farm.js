// Entries of the farm's record are kept in this browser until the service has them: written without a network, sent once
// when it is back, by a key made here. Without this script the page is a plain form.
"use strict";

const told = JSON.parse(document.getElementById("farm-told").textContent);
const PREFIX = "yipin.farm.draft.";
const SENT = "yipin.farm.sent"; // how many the page before this one sent
const box = document.getElementById("drafts");
const form = document.getElementById("entry-form");
let state = ""; // of the last try: offline, signed-out, busy
let who = told.who; // the account that is signed in, as far as known
let sent = 0;
let sending = null;
let stopped = false; // an entry that was sent made the record hold batches
let editing = null; // the key of the draft in the form
let saving = false;

// Drafts, one item of the storage each, so that two windows never write over each other.

function drafts() {
  const keys = Object.keys(localStorage).filter((each) => each.startsWith(PREFIX));
  return keys.map((each) => JSON.parse(localStorage.getItem(each))).sort((a, b) => a.at - b.at);
}
const draft = (key) => JSON.parse(localStorage.getItem(PREFIX + key));
const put = (one) => localStorage.setItem(PREFIX + one.key, JSON.stringify(one));
const drop = (key) => { localStorage.removeItem(PREFIX + key); dropPhotos(key).catch(() => {}); };

function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// Sending. One try at a time in a window; between windows the key sees to it that an entry counts once.

function send() {
  sending ??= sendAll().catch(() => { state = "offline"; }).finally(() => { sending = null; show(); if (stopped) tellWhatIsHeld(); });
  return sending;
}

// What was sent made the record hold batches: the home page of the record says which, and why.
function tellWhatIsHeld() {
  stopped = false;
  if (location.pathname === told.home) location.reload(); else location.assign(told.home);
}

async function sendAll() {
  if (!drafts().some((one) => !one.refused)) return;
  show(told.words.sending);
  const answer = await fetch(told.ready, { headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok) { state = answer.status >= 500 ? "busy" : "signed-out"; return; }
  const ready = await answer.json();
  who = ready.who;
  state = "";
  for (const one of drafts()) {
    if (one.who === who && !one.refused && !state) await sendOne(one, ready.token);
  }
}

async function sendOne(one, token) {
  const photos = one.photos ? await photosOf(one.key).catch(() => []) : [];
  if (photos.length < (one.photos || 0)) return put({ ...one, refused: told.words.lost }); // the browser has thrown them out
  put({ ...one, tried: true }); // should the answer get lost, it may be there already
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  const answer = await fetch(told.form, { method: "POST", headers, redirect: "manual", body: bodyOf(one, photos) });
  if (answer.ok) {
    if ((await answer.json()).held) stopped = true;
    return done(one);
  }
  if (answer.status === 422 || answer.status === 409) {
    const said = await answer.json();
    return put({ ...one, tried: false, wrong: said.wrong || {}, asks: said.asks, refused: said.refusal || said.reason || Object.values(said.wrong).join(" ") });
  }
  if (answer.status === 413) return put({ ...one, tried: false, refused: told.words.large });
  state = answer.status === 0 || answer.status < 429 ? "signed-out" : "busy";
  if (state === "signed-out") put({ ...one, tried: false });
}

function bodyOf(one, photos) {
  const fields = new URLSearchParams({ ...one.fields, key: one.key });
  if (!photos.length) return fields;
  const body = new FormData();
  for (const [name, value] of fields) body.append(name, value);
  for (const each of photos) body.append("file", each, each.name);
  return body;
}

function done(one) {
  drop(one.key);
  sessionStorage.setItem(SENT, String(Number(sessionStorage.getItem(SENT)) + 1));
}

// What is shown of the drafts.

function element(tag, text, kind) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function show(busy) {
  const waiting = drafts();
  box.hidden = !waiting.length && !sent;
  const parts = [];
  if (sent) parts.push(element("p", told.words.sent.replace("{n}", sent), "flash"));
  if (waiting.length) {
    parts.push(element("h2", told.words.waiting.replace("{n}", waiting.length)), stateLine(busy, waiting));
    const list = element("ul", "", "rows");
    list.append(...waiting.map(line));
    parts.push(list);
    if (!busy && waiting.some((one) => one.who === who && !one.refused)) parts.push(button(told.words.send, "btn btn-primary btn-lg", () => send().then(settle)));
  }
  box.replaceChildren(...parts);
}

function stateLine(busy, waiting) {
  const line = element("p", busy || told.words[state] || (waiting.every((one) => one.refused) ? "" : told.words.kept));
  if (state === "signed-out" && !busy) {
    const link = element("a", told.words.login, "btn btn-primary");
    link.href = told.login;
    line.append(" ", link);
  }
  return line;
}

function line(one) {
  const row = element("li", "", one.refused ? "draft refused" : "draft");
  const facts = element("dl", "", "entry-facts");
  for (const [label, value] of one.shown) facts.append(element("dt", label), element("dd", value));
  row.append(facts);
  if (one.who !== who) row.append(element("p", told.words.other, "muted"));
  if (one.refused) row.append(element("p", one.refused, "refusal"));
  if (one.tried) row.append(element("p", told.words.tried, "muted"));
  else row.append(button(told.words.edit, "btn btn-outline-primary", () => edit(one.key)), " ", button(told.words.drop, "btn btn-outline-danger", () => forget(one)));
  return row;
}

function button(text, kind, act) {
  const made = element("button", text, kind);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function forget(one) {
  if (!window.confirm(told.words.sure)) return;
  drop(one.key);
  if (editing === one.key) editing = null;
  show();
}

function edit(key) {
  if (!form) window.location.assign(`${told.form}#${key}`);
  else fill(draft(key));
}

// After a try that nobody typed for: the list of the record is read anew, a form is left alone.
function settle() {
  if (!form && sessionStorage.getItem(SENT)) window.location.reload();
}

// The form.

function label(control) {
  return document.querySelector(`label[for="${control.id}"]`)?.textContent || told.words[control.name] || "";
}

function shownOf(fields) {
  const rows = [];
  for (const control of form.elements) {
    const only = control.closest(".only");
    if (!control.name || control.name === "confirm" || !control.value || control.type === "hidden" || (only && !only.classList.contains(fields.kind))) continue;
    if (control.type === "radio" && !control.checked) continue;
    const text = control.type === "file" ? told.words.photos.replace("{n}", control.files.length) : control.type === "radio" ? control.nextElementSibling.textContent : control.selectedOptions?.[0].textContent || control.value;
    rows.push([label(control), text]);
  }
  return rows;
}

function read() {
  const fields = Object.fromEntries(new FormData(form));
  delete fields.csrf_token; // another one is asked for when it is sent
  delete fields.key;
  delete fields.file; // kept apart
  editing ??= newKey();
  return { key: editing, who, at: Date.now(), fields, photos: form.elements.file.files.length, shown: shownOf(fields), tried: false };
}

function fill(one) {
  editing = one.key;
  for (const [name, value] of Object.entries(one.fields)) {
    const control = form.elements[name];
    if (control && name !== "confirm") control.value = value;
  }
  mark(one);
  form.scrollIntoView();
  if (one.photos) photosOf(one.key).then((photos) => putInto(form.elements.file, photos)).catch(() => {});
}

function mark(one) {
  form.querySelectorAll(".told-by-script").forEach((each) => each.remove());
  form.querySelectorAll(".wrong").forEach((each) => each.classList.remove("wrong"));
  form.classList.remove("at-first");
  let first = null;
  for (const [name, message] of Object.entries(one.wrong || {})) {
    const control = form.elements[name];
    const field = control?.closest?.(".field");
    if (!field) continue;
    field.classList.add("wrong");
    const said = element("p", message, "error told-by-script");
    said.setAttribute("role", "alert");
    field.append(said);
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    first ??= control;
  }
  if (one.refused && !first) form.prepend(one.asks ? asked(one) : alert(one.refused));
  first?.focus();
}

function alert(words) {
  const said = element("p", words, "refusal told-by-script");
  said.setAttribute("role", "alert");
  return said;
}

// What the service asks before it writes the entry: one tick says yes, and goes along when the entry is sent again.
function asked(one) {
  const box = element("div", "", "ask told-by-script");
  const label = element("label", "", "form-check");
  const tick = Object.assign(document.createElement("input"), { type: "checkbox", name: "confirm", value: one.asks.confirm, className: "form-check-input" });
  label.append(tick, " ", one.asks.yes);
  box.setAttribute("role", "alert");
  box.append(element("p", one.refused), label);
  return box;
}

async function save(event) {
  if (inFirstStep()) return step(event); // by the key Enter
  if (form.elements.kept || event.submitter?.name === "tell") return; // its photographs lie with the service: the form goes as forms go
  event.preventDefault();
  if (saving) return;
  saving = true;
  try { await keptOrSent(read()); } finally { saving = false; }
}

async function keptOrSent(one) {
  try {
    if (one.photos) await keepPhotos(one.key, await Promise.all([...form.elements.file.files].map(smaller)));
    put(one);
  } catch (full) { // no room to keep it
    if (navigator.onLine) form.submit(); else mark({ refused: told.words.full });
    return;
  }
  await (sending || Promise.resolve());
  await send();
  const left = draft(one.key);
  if (!left) window.location.assign(told.home);
  else if (left.refused) fill(left);
  else next();
}

// Kept here and not sent: the form is ready for the next one.
function next() {
  editing = null;
  for (const name of ["what", "input_name", "dose", "quantity", "file"]) if (form.elements[name]) form.elements[name].value = "";
  mark({});
  first.open = true;
  form.classList.add("at-first");
  box.scrollIntoView();
}

// An input known by name brings along what was written of it the last time.
function known() {
  const name = form.elements.input_name.value.trim();
  const found = told.known.filter((each) => each.input_name === name);
  const before = found.find((each) => !each.listed);
  if (before) for (const [field, value] of Object.entries(before)) if (form.elements[field]) form.elements[field].value = value;
  const lines = found.filter((each) => each.listed).map((each) => each.told);
  if (before) step();
  document.getElementById("input-told").textContent = [before ? told.words.before : "", ...lines].filter(Boolean).join(" ");
}

// The two steps of a use: what was used, then how, with the day from which on harvest is allowed.

const first = document.getElementById("step-what");
const inFirstStep = () => form.classList.contains("at-first") && form.elements.kind.value === "input";

function step(event) {
  event?.preventDefault();
  form.classList.remove("at-first");
  first.open = !form.elements.input_name.value.trim();
  gist();
  freeDay();
  form.elements.day.focus({ preventScroll: true });
  document.getElementById("step-how").scrollIntoView({ block: "nearest" });
}

function gist() {
  first.querySelector(".gist").textContent = form.elements.input_name.value.trim();
}

const written = (day) => day.toLocaleDateString(document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB", { timeZone: "UTC", year: "numeric", month: "long", day: "numeric" });

// The longer of what is typed and what the list says of this crop, as the service will judge it.
function daysToWait() {
  const { interval_days, input_name, crop, crop_kind } = form.elements;
  const typed = interval_days.value.normalize("NFKC").trim();
  if (typed && !/^\d{1,3}$/.test(typed)) return undefined; // the service will say what is wrong with it
  const fits = (line) => line.input_name === input_name.value.trim() && ["", crop.value.trim()].includes(line.crop) && ["", crop_kind.value].includes(line.crop_kind);
  const listed = told.known.filter((each) => Number.isInteger(each.interval) && fits(each)).map((each) => each.interval);
  const said = [...(typed ? [Number(typed)] : []), ...listed];
  return said.length ? Math.max(...said) : null;
}

function freeDay() {
  const box = document.getElementById("free-day"), n = daysToWait();
  const last = new Date(`${form.elements.last_day.value || form.elements.day.value}T00:00:00Z`);
  const bears = ["pesticide", "veterinary"].includes(form.elements.input_kind.value);
  box.hidden = !bears || n === undefined || Number.isNaN(last.getTime());
  if (box.hidden) return;
  const free = new Date(last.getTime() + n * 86400000);
  box.textContent = n === null ? told.words.unknown : told.words.free.replace("{last}", written(last)).replace("{n}", n).replace("{free}", written(free));
}

const today = () => new Date().toLocaleDateString("sv", { timeZone: "Asia/Shanghai" }); // 2026-07-18

function begin() {
  if (form) {
    if (form.elements.day.value === told.today) form.elements.day.value = today(); // a page kept since yesterday
    for (const name of ["day", "last_day"]) form.elements[name].max = today();
    form.addEventListener("submit", save);
    form.elements.input_name.addEventListener("change", known);
    document.getElementById("next-step").addEventListener("click", step);
    document.getElementById("next-step").hidden = false;
    document.getElementById("tell").parentElement.hidden = true; // it is told while one types
    form.addEventListener("input", () => { gist(); freeDay(); });
    form.classList.toggle("at-first", first.open && !form.querySelector(".wrong"));
    freeDay();
    const wanted = draft(window.location.hash.slice(1));
    if (wanted) fill(wanted);
  }
  sent = Number(sessionStorage.getItem(SENT));
  sessionStorage.removeItem(SENT);
  show();
  window.addEventListener("online", () => send().then(settle));
  window.addEventListener("storage", () => show());
  setInterval(() => { if (navigator.onLine && drafts().some((one) => !one.refused)) send().then(settle); }, 30000);
  send().then(settle);
}

async function work() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(told.worker);
  const ready = await navigator.serviceWorker.ready;
  const files = [...document.querySelectorAll("link[href], script[src]")].map((each) => each.href || each.src);
  ready.active.postMessage(files);
}

begin();
work().catch(() => {});
