// Fills in where the telephone is, when its bearer asks for it. Without this script a position is typed, or tapped on the sketch.
"use strict";

const box = document.getElementById("locate"), said = box.querySelector("[role=status]");
const form = box.closest("form"), ROUGH = 100; // metres; a plot is smaller

function tell(words, metres = 0) {
  said.textContent = words.replace("{n}", Math.ceil(metres));
}

function found({ coords }) {
  if (coords.accuracy > ROUGH) return tell(box.dataset.rough, coords.accuracy);
  form.elements.position.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
  form.elements.source.value = "phone";
  tell(box.dataset.found, coords.accuracy);
}

if (navigator.geolocation && window.isSecureContext) {
  box.hidden = false;
  form.elements.position.addEventListener("input", () => { form.elements.source.value = "typed"; });
  box.querySelector("button").addEventListener("click", () => {
    tell(box.dataset.asking);
    const failed = ({ code }) => tell(code === 1 ? box.dataset.denied : box.dataset.failed);
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 30000, maximumAge: 0 });
  });
}
