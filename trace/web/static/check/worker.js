// Opens the page for checking without a network. It keeps that page in both languages and the files it needs, and nothing else; what
// the network answers comes first. Its scope is the page alone: no page of a scan ever meets it.
"use strict";

const STORE = "yipin-check-1", PAGE = "/check";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(
  keep(event.data).then(() => event.ports[0].postMessage("kept"), () => event.ports[0].postMessage("failed"))));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  const isOurs = event.request.method === "GET" && origin === self.location.origin;
  if (isOurs && (pathname === PAGE || pathname.startsWith("/static/"))) event.respondWith(answered(event.request));
});

// The page tells its language, and which files it needs. Without cookies, so that no answer changes the reader's language.
async function keep({ language, files }) {
  const store = await caches.open(STORE);
  const pages = ["zh", "en"].map((each) => PAGE + "?lang=" + each);
  await Promise.all([...pages, ...files].map(async (address) => {
    const answer = await fetch(address, { credentials: "omit", cache: "no-cache" });
    if (!answer.ok) throw new Error(address);
    await store.put(address, answer);
  }));
  await choose(store, language);
}

async function choose(store, language) {
  const page = await store.match(PAGE + "?lang=" + language, { ignoreVary: true });
  if (page) await store.put(PAGE, page);
}

async function answered(request) {
  try {
    return await fetch(request);
  } catch (gone) {
    const store = await caches.open(STORE), { pathname, searchParams } = new URL(request.url);
    if (pathname === PAGE && searchParams.has("lang")) await choose(store, searchParams.get("lang"));
    const answer = await store.match(pathname === PAGE ? PAGE : request, { ignoreVary: true });
    if (answer) return answer;
    throw gone;
  }
}
