// What comes of an amount, told while it is typed: how many packs and codes, and what is left over. It counts in whole hundredths as
// `packed` of models/batches.py does, which decides. Without this script the pages say it before anything is issued.
"use strict";

const weights = { kg: 1, "公斤": 1, "千克": 1, "斤": 0.5, "市斤": 0.5, jin: 0.5, "两": 0.05, g: 0.001, "克": 0.001, t: 1000, "吨": 1000 };
// A number of hundredths of a unit, from what `amount` of fields.py reads: 1200, 1,200, "1.5 吨", "300斤", "半吨", "3斤半".
const hundredths = (typed, unit = "") => {
  const text = typed.normalize("NFKC").trim().toLowerCase().replace(/,(?=\d{3}(\D|$))/g, "");
  const [whole, number, word, half] = /^(\d{1,9}(?:\.\d{0,6})?|半)\s*([a-z]{1,3}|[公千市]?[斤克]|两|吨)?(半)?$/.exec(text) || [];
  if (!whole || (number === "半" || half) && !word || number === "半" && half || word && !(word in weights && unit in weights)) return 0;
  const value = (number === "半" ? 0.5 : Number(number)) + (half ? 0.5 : 0);
  const count = value * 100 * (word ? weights[word] / weights[unit] : 1);
  return Math.abs(count - Math.round(count)) < 1e-6 ? Math.round(count) : 0;
};
const plain = (value) => (value / 100).toLocaleString("en-US", { maximumFractionDigits: 2 });

// By how the place is marked: an amount becomes packs of a size, or a number of packs becomes an amount.
function counted(place, form) {
  const data = place.dataset;
  const unit = data.unit || form.elements[data.unitOf]?.value || "";
  const [own, ownUnit] = data.sizes ? JSON.parse(data.sizes)[form.elements[data.of].value] || ["0", ""] : ["", ""];
  const of = own ? ownUnit : unit;
  const size = hundredths(own || data.size || form.elements[data.sizeOf].value, of);
  const isCount = data.count !== undefined;
  const typed = hundredths(form.elements[data.typed].value, isCount ? "" : of);
  const packs = isCount ? typed / 100 : size && Math.floor(typed / size);
  const total = isCount ? packs * size : typed;
  return { packs, size, unit: of, total, left: (isCount ? hundredths(data.count) : typed) - packs * size };
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
