// What comes of an amount, told while it is typed: how many packs and codes, and what is left over. It counts in whole hundredths as
// `packed` of models/batches.py does, which decides. Without this script the pages say it before anything is issued.
"use strict";

const hundredths = (typed) => {
  const text = typed.normalize("NFKC").trim().replace(/,(?=\d{3}(\D|$))/g, "");
  return /^\d{1,9}(\.\d{0,2})?$/.test(text) ? Math.round(Number(text) * 100) : 0;
};
const plain = (value) => (value / 100).toLocaleString("en-US", { maximumFractionDigits: 2 });

// By how the place is marked: an amount becomes packs of a size, or a number of packs becomes an amount.
function counted(place, form) {
  const data = place.dataset;
  const unit = data.unit || form.elements[data.unitOf]?.selectedOptions[0]?.text || "";
  const [own, ownUnit] = data.sizes ? JSON.parse(data.sizes)[form.elements[data.of].value] || ["0", ""] : ["", ""];
  const size = hundredths(own || data.size || form.elements[data.sizeOf].value);
  const typed = form.elements[data.typed].value;
  const packs = data.count !== undefined ? hundredths(typed) / 100 : size && Math.floor(hundredths(typed) / size);
  const left = (data.count !== undefined ? hundredths(data.count) : hundredths(typed)) - packs * size;
  return { packs, size, unit: own ? ownUnit : unit, total: data.count !== undefined ? packs * size : hundredths(typed), left };
}

function tell(place, form) {
  const { packs, size, unit, total, left } = counted(place, form);
  const known = Number.isInteger(packs) && packs > 0 && size > 0 && left >= 0;
  const words = left > 0 ? place.dataset.left : place.dataset.whole;
  const said = { packs: packs.toLocaleString("en-US"), size: plain(size), unit, total: plain(total), left: plain(left) };
  place.textContent = known ? words.replace(/\{(\w+)\}/g, (_, name) => said[name]) : "";
  if (form.elements.counted) form.elements.counted.value = known ? String(packs) : "";
}

for (const place of document.querySelectorAll("[data-typed]")) {
  const form = place.closest("form");
  form.addEventListener("input", () => tell(place, form));
  tell(place, form);
}
