// Checks Ed25519 signatures: by the browser's own WebCrypto, and where that has no Ed25519, by noble-ed25519.

export const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
export const plainBase64 = (urlSafe) => urlSafe.replace(/-/g, "+").replace(/_/g, "/") + "=".repeat(-urlSafe.length & 3);

let ours = null; // noble, once it is needed

async function own(key, signature, message) {
  ours = ours || await import("./noble-ed25519.js");
  return ours.verifyAsync(signature, message, key, { zip215: false }); // RFC 8032, as the service itself checks
}

// Whether 64 bytes are the signature of `message` by a public key of 32 bytes.
export async function isSigned(key, signature, message) {
  if (key.length !== 32 || signature.length !== 64) return false;
  let parsed;
  try {
    parsed = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  } catch {
    return own(key, signature, message);
  }
  return crypto.subtle.verify("Ed25519", parsed, signature, message);
}

export async function sha256(bytes) {
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
