// Verifies a certificate of examination; the same rules as engines/audit/certificate/verify.py and
// verify_certificate.py, written anew so that a mistake in one shows as a difference. No network.
import * as noble from "@noble/ed25519";
import { sha256, sha512 } from "@noble/hashes/sha2.js";

noble.hashes.sha512 = sha512;

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const ROLES = ["model", "data", "input", "catalogue", "results", "verdict", "report", "evidence"];
const AWAY = ["model", "data", "input"];
const OPTIONS = ["@context", "created", "cryptosuite", "proofPurpose", "proofValue", "type", "verificationMethod"];
const NECESSARY = ["form", "signature", "key", "dates"];
export const NAMES = ["form", "signature", "key", "dates", "status", "evidence", "catalogue", "inclusion"];

class Refused extends Error {}
const refuse = (text) => {
  throw new Refused(text);
};
const same = (a, b) => canonical(a) === canonical(b);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const utf8 = (text) => new TextEncoder().encode(text);
const joined = (...parts) => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((place, part) => (out.set(part, place), place + part.length), 0);
  return out;
};

/** RFC 8785 for texts, whole numbers, true, false, null, lists and objects; refuses the rest. */
export function canonical(value, depth = 0) {
  if (depth > 64) refuse("nested too deeply");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    if (!value.isWellFormed?.() && /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)) {
      refuse("half of a character");
    }
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) refuse(`holds ${value}`);
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((part) => canonical(part, depth + 1)).join(",")}]`;
  if (!isObject(value)) refuse("holds something else");
  const pairs = Object.keys(value).sort().map((key) => `${canonical(key)}:${canonical(value[key], depth + 1)}`);
  return `{${pairs.join(",")}}`;
}

export function read(bytes, strict = true) {
  if (bytes.length > 5_000_000) refuse("too large");
  const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const document = JSON.parse(text);
  if (!isObject(document)) refuse("no object");
  if (strict && canonical(document) !== text) refuse("not in canonical form: changed, or saved by another program");
  return document;
}

function base58(text) {
  if (typeof text !== "string" || !text.startsWith("z") || text.length > 200) refuse("no base58");
  let number = 0n;
  for (const letter of text.slice(1)) {
    const place = ALPHABET.indexOf(letter);
    if (place < 0) refuse("no base58");
    number = number * 58n + BigInt(place);
  }
  const bytes = [];
  for (; number > 0n; number >>= 8n) bytes.unshift(Number(number & 255n));
  const zeros = /^1*/.exec(text.slice(1))[0].length;
  return new Uint8Array([...new Array(zeros).fill(0), ...bytes]);
}

function moment(text) {
  if (typeof text !== "string" || !MOMENT.test(text)) refuse(`${text} is no moment`);
  const time = Date.parse(text);
  // A browser takes 30 February for 2 March.
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== text.slice(0, 19)) refuse(`${text} is no moment`);
  return time;
}

/** Id of a key → its bytes, and from when to when it may sign. */
export function keysOf(issuer) {
  const found = new Map();
  for (const method of issuer.verificationMethod) {
    if (!issuer.assertionMethod.includes(method.id)) continue;
    const raw = base58(method.publicKeyMultibase);
    const own = method.controller === issuer.id && method.id.split("#")[0] === issuer.id;
    if (method.type !== "Multikey" || raw[0] !== 0xed || raw[1] !== 1 || raw.length !== 34 || !own) refuse(`key ${method.id}`);
    if (found.has(method.id)) refuse("two keys of one id");
    found.set(method.id, {
      raw: raw.slice(2),
      since: moment(method.validFrom),
      until: "expires" in method ? moment(method.expires) : null,
      revoked: "revoked" in method ? moment(method.revoked) : null,
    });
  }
  if (!found.size || typeof issuer.name !== "string") refuse("an issuer needs a name and keys");
  return found;
}

function proofOf(document) {
  const { proof } = document;
  if (!isObject(proof) || !same(Object.keys(proof).sort(), OPTIONS)) refuse("no proof, or one of another form");
  const kind = [proof.type, proof.cryptosuite, proof.proofPurpose];
  if (!same(kind, ["DataIntegrityProof", "eddsa-jcs-2022", "assertionMethod"])) refuse("a proof of another kind");
  if (document["@context"] === undefined || !same(proof["@context"], document["@context"])) refuse("a proof for another context");
  return proof;
}

async function ed25519(signature, message, key) {
  if (signature.length !== 64) return false;
  try {
    const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
  } catch {
    // A browser without Ed25519, or without WebCrypto for local files.
    return noble.verify(signature, message, key, { zip215: false });
  }
}

async function signedBy(document, key) {
  const { proofValue, ...options } = proofOf(document);
  const { proof, ...rest } = document;
  const message = joined(sha256(utf8(canonical(options))), sha256(utf8(canonical(rest))));
  return ed25519(base58(proofValue), message, key);
}

function checkForm(document) {
  proofOf(document);
  const { issuer, credentialSubject: subject, credentialStatus: status = [] } = document;
  if (!same(document.type ?? null, ["VerifiableCredential", "AuditCertificate"]) || !isObject(issuer)) refuse("of another kind");
  moment(document.validFrom);
  moment(document.validUntil);
  if (!isObject(subject) || !Array.isArray(subject.files) || !Array.isArray(status)) refuse("names no files");
  for (const entry of subject.files) {
    const keys = isObject(entry) ? Object.keys(entry).filter((key) => key !== "size").sort() : [];
    if (!same(keys, ["name", "role", "sha256"])) refuse("a file without a digest");
    const name = String(entry.name);
    if (name.includes("\\") || name.split("/").some((part) => ["", ".", ".."].includes(part))) refuse("name of a file");
    if (!ROLES.includes(entry.role) || !/^[0-9a-f]{64}$/.test(String(entry.sha256))) refuse("digest of a file");
  }
  if (new Set(subject.files.map((entry) => entry.name)).size !== subject.files.length) refuse("names a file twice");
  for (const entry of status) {
    if (!isObject(entry) || !/^\d{1,9}$/.test(String(entry.statusListIndex))) refuse("a status without a place");
  }
}

function checkKey(name, key, created, logged) {
  if (created < key.since || (key.until !== null && created >= key.until)) return ["failed", "not_then"];
  if (key.revoked === null) return ["passed", "key"];
  // A thief can write any date: only a head of the log by another key shows what is older.
  if (logged && moment(logged.time) < key.revoked && logged.proof.verificationMethod !== name) return ["passed", "revoked_later"];
  return ["failed", "revoked_key"];
}

async function authentic(document, keys) {
  const proof = proofOf(document);
  const key = keys.get(proof.verificationMethod);
  return (
    key !== undefined &&
    (await signedBy(document, key.raw)) &&
    checkKey(proof.verificationMethod, key, moment(proof.created), null)[0] === "passed"
  );
}

async function included(bytes, proof, keys) {
  const { format, head, index, path } = read(proof, false);
  if (format !== "steiger-audit-inclusion/1" || head.type !== "LogHead") return null;
  if (!(await authentic(head, keys)) || head.time !== head.proof.created) return null;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(head.size)) return null;
  // BigInt, because bit operations on numbers end at 32 bits.
  let [node, last] = [BigInt(index), BigInt(head.size) - 1n];
  if (node < 0n || node > last) return null;
  let value = sha256(joined([0], bytes));
  for (const text of path) {
    if (last === 0n || !/^[0-9a-f]{64}$/.test(text)) return null;
    const part = Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
    if (node & 1n || node === last) {
      value = sha256(joined([1], part, value));
      while (node && !(node & 1n)) [node, last] = [node >> 1n, last >> 1n];
    } else {
      value = sha256(joined([1], value, part));
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && hex(value) === head.root ? head : null;
}

async function gunzip(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const parts = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return joined(...parts);
    parts.push(value);
    size += value.length;
    if (size > 16_000_000) refuse("size of the list");
  }
}

async function bit(encoded, place) {
  if (typeof encoded !== "string" || !/^u[A-Za-z0-9_-]*$/.test(encoded)) refuse("encoding of the list");
  const plain = atob(encoded.slice(1).replaceAll("-", "+").replaceAll("_", "/"));
  const bits = await gunzip(Uint8Array.from(plain, (letter) => letter.charCodeAt(0)));
  if (bits.length * 8 < 131_072 || place >= bits.length * 8) refuse("size of the list");
  return (bits[place >> 3] & (0x80 >> (place % 8))) !== 0;
}

async function statusOf(document, lists, issuer, keys, now) {
  const entries = document.credentialStatus ?? [];
  if (!entries.length) return ["not_checked", "no_status", []];
  if (!lists.length) return ["not_checked", "no_list", []];
  const known = new Map();
  for (const bytes of lists) {
    const found = read(bytes);
    if (found.issuer.id !== issuer.id || !(await authentic(found, keys))) refuse("status list of somebody else");
    if (now < moment(found.validFrom) || now > moment(found.validUntil)) refuse("status list of another time");
    known.set(found.id, found);
  }
  const dates = [];
  let bad = null;
  for (const entry of entries) {
    if (typeof entry.statusListCredential !== "string") refuse("the status list has no address");
    const found = known.get(entry.statusListCredential);
    if (!found) continue;
    const subject = found.credentialSubject;
    if (subject.statusPurpose !== entry.statusPurpose) refuse("status list for another purpose");
    dates.push(found.validFrom);
    if ((await bit(subject.encodedList, Number(entry.statusListIndex))) && !bad) {
      bad = ["failed", entry.statusPurpose === "suspension" ? "suspended" : "revoked", [found.validFrom]];
    }
  }
  if (bad) return bad;
  if (dates.length < entries.length) return ["not_checked", "other_list", dates];
  return ["passed", "status", [dates.sort()[0]]];
}

/** `here`: name → bytes. */
function evidenceOf(files, here) {
  const left = new Map(here);
  const [wrong, absent] = [[], []];
  for (const entry of files) {
    const bytes = left.get(entry.name);
    left.delete(entry.name);
    if (bytes === undefined) (AWAY.includes(entry.role) ? absent : wrong).push(entry.name);
    else if (hex(sha256(bytes)) !== entry.sha256) wrong.push(entry.name);
  }
  const code = left.size ? "unlisted" : absent.length ? "absent" : "evidence";
  const evidence = wrong.length ? ["failed", "changed", wrong] : ["passed", code, [...[...left.keys()].sort(), ...absent]];
  const names = files.filter((entry) => entry.role === "catalogue").map((entry) => entry.name);
  if (!names.length) return { evidence, catalogue: ["not_checked", "no_catalogue", []] };
  const bad = names.some((name) => wrong.includes(name));
  return { evidence, catalogue: [bad ? "failed" : "passed", bad ? "changed" : "catalogue", names] };
}

/** Whether a file of an evidence folder can be evidence (see manifest.py). */
export function isEvidence(name) {
  const parts = name.split("/");
  if (parts.some((part) => part.startsWith("."))) return false;
  return parts.length > 1 || !/^(certificate\.json|issuer\.json|inclusion\.json|status-.*\.json)$/.test(name);
}

const words = (error) => [String(error?.message ?? error)];

/** All checks: name → [outcome, code, values]. `now` in milliseconds; files as bytes. */
export async function verify({ certificate, issuer, now, evidence = null, lists = [], inclusion = null }) {
  let document;
  try {
    document = read(certificate);
    checkForm(document);
  } catch (error) {
    return { checks: { form: ["failed", "form", words(error)] }, document: null };
  }
  const trusted = read(issuer, false);
  const keys = keysOf(trusted);
  const checks = { form: ["passed", "form", []] };
  let logged = null;
  checks.inclusion = ["not_checked", "no_inclusion", []];
  if (inclusion) {
    try {
      logged = await included(certificate, inclusion, keys);
      checks.inclusion = logged ? ["passed", "inclusion", [logged.time]] : ["failed", "not_included", []];
    } catch (error) {
      checks.inclusion = ["failed", "broken_inclusion", words(error)];
    }
  }
  const name = document.proof.verificationMethod;
  const key = keys.get(name);
  if (!key || document.issuer.id !== trusted.id) {
    checks.signature = checks.key = ["failed", "unknown_key", [String(name)]];
  } else {
    try {
      const holds = await signedBy(document, key.raw);
      checks.signature = [holds ? "passed" : "failed", "signature", [name]];
      checks.key = [...checkKey(name, key, moment(document.proof.created), logged), [name]];
    } catch (error) {
      checks.signature = ["failed", "broken", words(error)];
      checks.key = ["not_checked", "broken", []];
    }
  }
  const [first, last] = [moment(document.validFrom), moment(document.validUntil)];
  const code = now < first ? "too_early" : now > last ? "expired" : "dates";
  checks.dates = [code === "dates" ? "passed" : "failed", code, [document.validFrom, document.validUntil]];
  try {
    checks.status = await statusOf(document, lists, trusted, keys, now);
  } catch (error) {
    checks.status = ["failed", "broken_list", words(error)];
  }
  checks.evidence = checks.catalogue = ["not_checked", "no_folder", []];
  if (evidence) Object.assign(checks, evidenceOf(document.credentialSubject.files, evidence));
  return { checks, document };
}

export const isValid = (checks) =>
  NECESSARY.every((name) => checks[name]?.[0] === "passed") && Object.values(checks).every(([outcome]) => outcome !== "failed");

export const fingerprint = (bytes) => hex(sha256(bytes)).match(/.{8}/g).join(" ");
