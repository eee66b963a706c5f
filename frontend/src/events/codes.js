// Codes as they are read or typed, and whether a device without a network knows them.
const LENGTH = 10;

/** Ten letters and digits, then the number of the seat. */
export function tidy(text) {
  const plain = text.toUpperCase().replace(/[^A-Z0-9]/g, "");
  const code = plain.slice(0, LENGTH);
  const seat = Number.parseInt(plain.slice(LENGTH, LENGTH + 3) || "1", 10) || 1;
  return code.length === LENGTH ? `${code}${seat}` : "";
}

/** As it stands below the square. */
export function shown(plain) {
  return `${plain.slice(0, 5)}-${plain.slice(5, LENGTH)}-${plain.slice(LENGTH)}`;
}

/** The first 16 signs of its SHA-256; null where the browser offers none (no secure page). */
export async function digest(plain) {
  if (!globalThis.crypto?.subtle) return null;
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(plain));
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
}

/** An id for a reading, by which the server knows it if it comes twice. */
export function newId() {
  if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
