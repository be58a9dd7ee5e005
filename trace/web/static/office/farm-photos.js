// Photographs of entries that wait in this browser: made small once, kept beside their draft until the service has them.
"use strict";

const WIDEST = 2000, LIGHT = 1 << 20; // pixels as the service keeps them; bytes of a picture that is left as it is

function inStore(mode, act) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("yipin.farm", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("photos");
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const work = opening.result.transaction("photos", mode);
      const asked = act(work.objectStore("photos"));
      work.oncomplete = () => { opening.result.close(); done(asked.result); };
      work.onabort = () => { opening.result.close(); failed(work.error); };
    };
  });
}

const photosOf = async (key) => (await inStore("readonly", (photos) => photos.get(key))) || [];
const keepPhotos = (key, files) => inStore("readwrite", (photos) => photos.put(files, key));
const dropPhotos = (key) => inStore("readwrite", (photos) => photos.delete(key));

// What a slow network carries; a picture that this browser cannot read goes as it is.
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, WIDEST / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < LIGHT) return file;
    const canvas = Object.assign(document.createElement("canvas"), { width: picture.width * scale, height: picture.height * scale });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return made && made.size < file.size ? new File([made], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch (unread) {
    return file;
  }
}

function putInto(control, files) {
  const chosen = new DataTransfer();
  for (const each of files) chosen.items.add(each);
  control.files = chosen.files;
}
