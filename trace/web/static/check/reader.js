// Reads square codes in a picture: by the browser's Barcode Detection API, and where it has none, by jsQR, which is loaded then.

const WIDTHS = [900, 1600]; // px, in which jsQR looks at a picture

export async function browserReads() {
  if (!("BarcodeDetector" in window)) return false;
  return (await window.BarcodeDetector.getSupportedFormats()).includes("qr_code");
}

// A function that gives the texts of the codes in a video or bitmap.
export async function reader() {
  if (await browserReads()) {
    const detector = new window.BarcodeDetector({ formats: ["qr_code"] });
    return async (picture) => (await detector.detect(picture)).map((each) => each.rawValue);
  }
  await import("./jsQR.js");
  const canvas = document.createElement("canvas");
  return async (picture, isStill) => {
    for (const width of isStill ? WIDTHS : WIDTHS.slice(0, 1)) {
      const found = look(canvas, picture, width);
      if (found) return [found];
    }
    return [];
  };
}

function look(canvas, picture, most) {
  const width = picture.videoWidth || picture.width, height = picture.videoHeight || picture.height;
  const scale = Math.min(1, most / Math.max(width, height));
  if (!width) return "";
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const found = self.jsQR(data, canvas.width, canvas.height, { inversionAttempts: "dontInvert" });
  return found ? found.data : "";
}
