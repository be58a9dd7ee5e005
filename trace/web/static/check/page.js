// The page that checks a label without a network: shows what the template of each verdict says, with what the code and the list tell.

import { decode, idNumber, read, spaced } from "./code.js";
import { isSigned } from "./ed25519.js";
import { kept, now, open, refresh, voids } from "./keeper.js";
import { browserReads, reader } from "./reader.js";
import { STATES } from "./rice.js";

const EVERY = 150; // ms between two looks of the camera
const FACTS = [8, 4, 2, 1]; // green, organic, geographical indication, insured
const told = JSON.parse(document.getElementById("check-told").textContent);
const at = (name, within = document) => within.querySelector("[data-" + name + "]");
const all = (name, within = document) => [...within.querySelectorAll("[data-" + name + "]")];

// What is true of a text: the name of a verdict's template, and what it is about.
async function judge(text) {
  const found = read(text);
  if (found.word) return { verdict: found.word, ...found };
  if (!found.code) return { verdict: state(found) || (isFresh() ? "number" : "unlisted"), about: found };
  if (!kept.keys) return { verdict: "keyless" };
  let about;
  try {
    about = decode(found.code);
  } catch (bad) {
    return { verdict: bad.message, host: found.host };
  }
  const verdict = await ofCode(about);
  return verdict === "forged" ? { verdict, host: found.host } : { verdict, about, code: found.code, host: found.host };
}

async function ofCode(about) {
  const key = kept.keys.keys.get(about.key);
  if (!key) return about.key > Math.max(...kept.keys.keys.keys()) ? "newer" : "forged";
  if (!(await isSigned(key.raw, about.signature, about.message))) return "forged";
  if (state(about)) return state(about);
  const voided = await voids(String(about.county).padStart(6, "0"));
  if (voided && voided.has(about.batch) && voided.get(about.batch).has(about.unit)) return "void";
  if (key.status === "compromised") return "leaked";
  if (kept.keys.signed && now() >= kept.keys.signed.expires) return "expired";
  if (day(kept.keys.asOf) < day(about.harvested.getTime() / 1000 - 28800)) return "newer";
  if (!isFresh()) return kept.bundle ? "stale" : "listless";
  return voided ? "signed" : "unvoided";
}

const state = ({ county, batch }) => (kept.bundle ? STATES[kept.bundle.batches.get(county + "/" + batch) || 0] : "");
const isFresh = () => kept.bundle !== null && now() < kept.bundle.next;

// Days and moments are those of Shanghai.
const day = (seconds) => Math.floor((seconds + 28800) / 86400);
function written(seconds, withTime) {
  const date = new Date((seconds + 28800) * 1000);
  const [year, month, number] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const words = told.language === "en" ? number + " " + told.months[month] + " " + year : year + "年" + (month + 1) + "月" + number + "日";
  return withTime ? words + " " + date.toISOString().slice(11, 16) : words;
}

// Showing.

function show({ verdict, about, code, host, count }) {
  const template = at("verdict=" + verdict) || at("verdict=unknown");
  const band = at("band");
  band.replaceChildren(template.content.cloneNode(true));
  document.body.className = "is-result is-" + template.dataset.mood;
  fill(band, { asof: kept.bundle ? written(kept.bundle.asOf, true) : "", count, issuer: told.issuer });
  all("start").forEach((each) => { each.hidden = true; });
  const card = at("card");
  card.hidden = false;
  describe(card, about, code);
  const stranger = host && kept.keys && kept.keys.hosts.length && !kept.keys.hosts.includes(host);
  at("stranger", card).hidden = !stranger;
  fill(card, { host });
  at("late", card).hidden = !about || isFresh() || ["stale", "listless", "unlisted"].includes(verdict);
  showList();
  window.scrollTo(0, 0);
  band.querySelector("h1").focus();
}

function describe(card, about, code) {
  at("fields", card).hidden = !about;
  at("online", card).hidden = !about;
  if (!about) return;
  const number = idNumber(about.county, about.batch), isPack = Boolean(code);
  const facts = FACTS.map((bit, place) => (about.facts & bit ? told.facts[place] : "")).filter(Boolean);
  fill(card, {
    county: told.counties[String(about.county).padStart(6, "0")] || String(about.county),
    number: spaced(number),
    harvested: isPack ? written(about.harvested.getTime() / 1000 - 28800) : "",
    facts: facts.join(told.comma) || told.none,
    issuer: told.issuer,
  });
  all("pack", card).forEach((each) => { each.hidden = !isPack; });
  at("online", card).href = isPack ? "/" + code : "/b/" + number;
}

function fill(within, values) {
  for (const each of all("put", within)) if (each.dataset.put in values) each.textContent = values[each.dataset.put];
}

function back() {
  document.body.className = "is-plain";
  at("card").hidden = true;
  at("band").replaceChildren(at("verdict=start").content.cloneNode(true));
  all("start").forEach((each) => { each.hidden = false; });
  at("typed").value = "";
  at("typed").focus();
}

function showList() {
  const bundle = kept.bundle, which = !bundle ? "nolist" : isFresh() ? "fresh" : "old";
  all("list").forEach((each) => { each.hidden = each.dataset.list !== which; });
  all("trouble").forEach((each) => { each.hidden = each.dataset.trouble !== kept.trouble; });
  all("roots").forEach((each) => { each.hidden = !kept.keys || Boolean(kept.keys.signed) !== (each.dataset.roots === "signed"); });
  if (kept.keys && kept.keys.signed) fill(at("lists"), { issue: kept.keys.signed.number, until: written(kept.keys.signed.expires) });
  if (!bundle) return;
  const counted = [0, 0, 0, 0];
  for (const tag of bundle.batches.values()) counted[tag]++;
  const [, held, recalled, withdrawn] = counted;
  fill(at("lists"), { asof: written(bundle.asOf, true), sequence: bundle.sequence, held, recalled, withdrawn });
}

// The camera, and a photograph.

function camera(button) {
  const stage = at("camera"), video = stage.querySelector("video");
  let stream = null;
  const say = (what) => all("says", stage).forEach((each) => { each.hidden = each.dataset.says !== what; });
  function stop() {
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
  }
  function shut() {
    stop();
    stage.hidden = true;
    at("entrance").hidden = false;
  }
  async function start() {
    say("aim");
    stage.hidden = false;
    at("entrance").hidden = true;
    at("shut", stage).focus();
    try {
      const reads = await reader();
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      if (stage.hidden) return stop(); // shut while the browser asked
      video.srcObject = stream;
      await video.play();
      look(reads);
    } catch {
      stop();
      say("blocked");
    }
  }
  async function look(reads) {
    if (!stream) return;
    const found = await reads(video).catch(() => []);
    if (!stream) return;
    if (!found.length) return setTimeout(look, EVERY, reads);
    shut();
    show(await judge(found.join("\n")));
  }
  button.addEventListener("click", start);
  at("shut", stage).addEventListener("click", () => { shut(); button.focus(); });
  window.addEventListener("pagehide", shut);
}

async function photograph({ target }) {
  if (!target.files.length) return;
  at("reading").hidden = false;
  const found = await reader().then(async (reads) => reads(await createImageBitmap(target.files[0]), true)).catch(() => []);
  at("reading").hidden = true;
  target.value = "";
  show(found.length ? await judge(found.join("\n")) : { verdict: "unread" });
}

// Beginning.

async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(told.worker, { scope: told.scope });
  const worker = (await navigator.serviceWorker.ready).active;
  const files = told.files.concat((await browserReads()) ? [] : [told.reader]);
  const channel = new MessageChannel();
  channel.port1.onmessage = ({ data }) => { at("kept").hidden = data !== "kept"; };
  worker.postMessage({ language: told.language, files }, [channel.port2]);
}

async function update() {
  await refresh().catch(() => { /* no network: what was kept stays */ });
  showList();
}

at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  show(await judge(at("typed").value));
});
at("again").addEventListener("click", back);
at("photo").addEventListener("change", photograph);
if (navigator.mediaDevices) camera(at("scan"));
else at("scan").hidden = true;
window.addEventListener("online", update);
async function begin() {
  await open();
  showList();
  at("needs").hidden = true;
  at("works").hidden = false;
  await update();
  await keepPage();
}
if (window.isSecureContext) begin().catch(() => { /* the page works as long as it is open */ });
