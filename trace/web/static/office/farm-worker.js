// Opens the page of a new entry of the farm's record when there is no network. It keeps that one page and the files it
// needs, and nothing else; whatever the network answers comes first. Its scope is the farm's record alone.
"use strict";

const KEPT = "yipin-farm-1";
const PAGE = "/producer/farm/new";
const FILES = ["/static/"];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (method !== "GET") return;
  const path = new URL(url).pathname;
  if (mode === "navigate") event.respondWith(page(event.request));
  else if (FILES.some((folder) => path.startsWith(folder))) event.respondWith(file(event.request));
});

// The page tells which files it needs.
async function keep(addresses) {
  const kept = await caches.open(KEPT);
  const ours = [PAGE, ...addresses].filter((each) => new URL(each, self.location).origin === self.location.origin);
  await Promise.all(ours.map(async (address) => {
    const answer = await fetch(address, { redirect: "manual" });
    if (answer.ok) await kept.put(address, answer);
  }));
}

async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.type === "opaqueredirect") await (await caches.open(KEPT)).delete(PAGE); // signed out: nobody's page is kept
    return answer;
  } catch (gone) {
    const kept = await caches.match(PAGE, { ignoreVary: true });
    if (kept) return kept;
    throw gone;
  }
}

async function file(request) {
  try {
    return await fetch(request);
  } catch (gone) {
    const kept = await caches.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw gone;
  }
}
