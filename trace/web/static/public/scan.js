// Scans a label. On the home page by the camera, where the browser reads codes by itself; elsewhere the link stays a link to the page
// that takes a photograph. There a photograph is made small before it is sent, so that a slow network carries it.
"use strict";

const EVERY = 150; // ms between two looks
const ROUNDS = 8; // in which a barcode waits for the square that may stand beside it
const WIDEST = 1600; // px of a photograph that is sent

async function reader() {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return null;
  const wanted = ["qr_code", "ean_13"];
  const known = await window.BarcodeDetector.getSupportedFormats();
  const formats = wanted.filter((each) => known.includes(each));
  return formats.includes("qr_code") ? new window.BarcodeDetector({ formats }) : null;
}

function camera(link, detector) {
  const stage = document.querySelector("[data-camera]");
  const video = stage.querySelector("video");
  const beside = document.querySelector("[data-beside]");
  let stream = null, timer = 0, rounds = 0;

  const say = (what) => stage.querySelectorAll("[data-says]").forEach((each) => { each.hidden = each.dataset.says !== what; });
  function show(isOpen) {
    stage.hidden = !isOpen;
    link.hidden = beside.hidden = isOpen;
  }
  function stop() {
    clearTimeout(timer);
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
  }
  function close() {
    stop();
    show(false);
    link.focus();
  }
  function lead(found) {
    stop();
    location.assign(link.dataset.scan + "?q=" + encodeURIComponent(found.map((each) => each.rawValue).join(" ")));
  }
  async function look() {
    let found = [];
    try {
      found = await detector.detect(video);
    } catch { /* no picture yet */ }
    if (!stream) return;
    const squares = found.filter((each) => each.format === "qr_code");
    if (squares.length) return lead(squares);
    if (found.length && ++rounds >= ROUNDS) return lead(found.slice(0, 1));
    timer = setTimeout(look, EVERY);
  }
  async function open(event) {
    event.preventDefault();
    say("aim");
    show(true);
    stage.querySelector("[data-close]").focus();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
      if (stage.hidden) return stop(); // closed while the browser asked
      video.srcObject = stream;
      rounds = 0;
      await video.play();
      look();
    } catch {
      stop();
      say("blocked");
    }
  }
  link.addEventListener("click", open);
  stage.querySelector("[data-close]").addEventListener("click", close);
  window.addEventListener("pagehide", close);
}

async function shrunk(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return jpeg && jpeg.size < file.size ? new File([jpeg], "label.jpg", { type: "image/jpeg" }) : file;
}

function photograph(form) {
  const input = form.querySelector("input[type=file]");
  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    form.querySelector("[data-says=sending]").hidden = false;
    try {
      const files = new DataTransfer();
      files.items.add(await shrunk(input.files[0]));
      input.files = files.files;
    } catch { /* it is sent as it is */ }
    if (form.requestSubmit) form.requestSubmit(); else form.submit();
  });
}

const link = document.querySelector("[data-scan]");
if (link) reader().then((detector) => detector && camera(link, detector));
document.querySelectorAll("form[data-shrinks]").forEach(photograph);
