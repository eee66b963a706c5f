#!/usr/bin/env python3
"""Verifies a certificate of examination without Steiger: this file, Python 3.11, `cryptography`.

    python verify_certificate.py certificate.json --issuer issuer.json
        [--evidence FOLDER] [--status-list FILE]... [--inclusion FILE] [--at 2026-11-26T12:00:00Z]

Prints JSON: whether it is valid (genuine; it may say that the system did not pass), what it says,
and each check. Exit code 0: valid; 1: not valid; 2: a file cannot be read. Nothing is fetched. The
same rules as in Steiger's own verifier and in the page for the browser, written anew.
"""

import argparse
import base64
import gzip
import hashlib
import io
import json
import re
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
KINDS = ["VerifiableCredential", "AuditCertificate"]
ROLES = {"model", "data", "input", "catalogue", "results", "verdict", "report", "evidence"}
AWAY = {"model", "data", "input"}
OPTIONS = {"@context", "type", "cryptosuite", "created", "verificationMethod", "proofPurpose",
           "proofValue"}  # fmt: skip
NECESSARY = {"form", "signature", "key", "dates"}
TOLD = ("notice", "system", "applicant", "examiner", "selfCheck", "passed", "outcome", "verdicts",
        "catalogue")  # fmt: skip
LATER = ("certificate.json", "issuer.json", "inclusion.json", "status-*.json")


class Refused(Exception):  # noqa: N818 - read aloud: "refused: ..."
    """What stands in a file makes no sense."""


def canonical(value, depth=0):
    """RFC 8785 for texts, whole numbers, true, false, null, lists and objects; refuses the rest."""
    if depth > 64:
        raise Refused("nested too deeply")
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        value.encode("utf-8")
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) < 2**53:
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical(part, depth + 1) for part in value) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        pairs = (canonical(k) + ":" + canonical(value[k], depth + 1) for k in keys)
        return "{" + ",".join(pairs) + "}"
    raise Refused(f"holds {value!r}")


def read(content, strict=True):
    """An object from bytes; with `strict` only if the bytes are its canonical ones."""
    if len(content) > 5_000_000:
        raise Refused("too large")
    document = json.loads(content.decode("utf-8"))
    if not isinstance(document, dict):
        raise Refused("no object")
    if strict and canonical(document).encode() != content:
        raise Refused("not in canonical form: changed, or saved by another program")
    return document


def base58(text):
    """Bytes of a multibase base58btc text."""
    if not isinstance(text, str) or not text.startswith("z") or len(text) > 200:
        raise Refused("no base58")
    number = 0
    for letter in text[1:]:
        number = number * 58 + ALPHABET.index(letter)
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)


def moment(text):
    """A moment in UTC."""
    if not isinstance(text, str) or not MOMENT.fullmatch(text):
        raise Refused(f"{text!r} is no moment")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def keys_of(issuer):
    """Id of a key → its bytes, and from when to when it may sign."""
    found = {}
    for method in issuer["verificationMethod"]:
        if method["id"] not in issuer["assertionMethod"]:
            continue
        raw = base58(method["publicKeyMultibase"])
        own = method["controller"] == issuer["id"] == method["id"].partition("#")[0]
        if method["type"] != "Multikey" or raw[:2] != b"\xed\x01" or len(raw) != 34 or not own:
            raise Refused(f"key {method['id']}")
        if method["id"] in found:
            raise Refused("two keys of one id")
        ends = (moment(method[k]) if k in method else None for k in ("expires", "revoked"))
        found[method["id"]] = (raw[2:], moment(method["validFrom"]), *ends)
    if not found or not isinstance(issuer["name"], str):
        raise Refused("an issuer needs a name and keys")
    return found


def proof_of(document):
    """The proof, in the one form that is issued."""
    proof = document.get("proof")
    if not isinstance(proof, dict) or set(proof) != OPTIONS:
        raise Refused("no proof, or one of another form")
    kind = (proof["type"], proof["cryptosuite"], proof["proofPurpose"])
    if kind != ("DataIntegrityProof", "eddsa-jcs-2022", "assertionMethod"):
        raise Refused("a proof of another kind")
    if proof["@context"] != document.get("@context"):
        raise Refused("a proof for another context")
    return proof


def signed_by(document, key):
    """Whether the proof holds (eddsa-jcs-2022)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    proof = proof_of(document)
    options = {k: v for k, v in proof.items() if k != "proofValue"}
    rest = {k: v for k, v in document.items() if k != "proof"}
    message = b"".join(hashlib.sha256(canonical(p).encode()).digest() for p in (options, rest))
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base58(proof["proofValue"]), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def check_form(document):
    """Everything that the later steps read."""
    proof_of(document)
    issuer, subject = document.get("issuer"), document.get("credentialSubject")
    if document.get("type") != KINDS or not isinstance(issuer, dict):
        raise Refused("of another kind")
    moment(document.get("validFrom"))
    moment(document.get("validUntil"))
    files = subject["files"] if isinstance(subject, dict) else None
    status = document.get("credentialStatus", [])
    if not isinstance(files, list) or not isinstance(status, list):
        raise Refused("names no files")
    for entry in files:
        if not isinstance(entry, dict) or set(entry) - {"size"} != {"name", "role", "sha256"}:
            raise Refused("a file without a digest")
        parts = str(entry["name"]).split("/")
        if "\\" in str(entry["name"]) or any(part in ("", ".", "..") for part in parts):
            raise Refused("name of a file")
        if entry["role"] not in ROLES or not re.fullmatch("[0-9a-f]{64}", str(entry["sha256"])):
            raise Refused("digest of a file")
    if len({entry["name"] for entry in files}) != len(files):
        raise Refused("names a file twice")
    for entry in status:
        if not re.fullmatch("[0-9]{1,9}", str(dict(entry).get("statusListIndex"))):
            raise Refused("a status without a place")


def check_key(name, key, created, logged):
    """Whether a key might sign at a moment."""
    _, since, last, revoked = key
    if created < since or (last and created >= last):
        return "failed", "not_then"
    if revoked is None:
        return "passed", "key"
    # A thief can write any date: only a head of the log by another key shows what is older.
    older = logged and moment(logged["time"]) < revoked
    if older and logged["proof"]["verificationMethod"] != name:
        return "passed", "revoked_later"
    return "failed", "revoked_key"


def authentic(document, issuer, keys):
    """Whether a list or a head was signed by the issuer with a key that counts."""
    proof = proof_of(document)
    name = proof["verificationMethod"]
    return (
        name in keys
        and signed_by(document, keys[name][0])
        and check_key(name, keys[name], moment(proof["created"]), None)[0] == "passed"
    )


def included(content, proof, issuer, keys):
    """The signed head of the log that holds the certificate, or None."""
    data = read(proof, strict=False)
    head = data["head"]
    if data["format"] != "steiger-audit-inclusion/1" or head["type"] != "LogHead":
        return None
    if not authentic(head, issuer, keys) or head["time"] != head["proof"]["created"]:
        return None
    node, last = data["index"], head["size"] - 1
    if not 0 <= node <= last:
        return None
    value = hashlib.sha256(b"\0" + content).digest()
    for text in data["path"]:
        part = bytes.fromhex(text)
        if last == 0 or len(part) != 32:
            return None
        if node & 1 or node == last:
            value = hashlib.sha256(b"\1" + part + value).digest()
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            value = hashlib.sha256(b"\1" + value + part).digest()
        node, last = node >> 1, last >> 1
    return head if last == 0 and value.hex() == head["root"] else None


def address_of(entry):
    """Where the status list lies that an entry is about."""
    if not isinstance(entry.get("statusListCredential"), str):
        raise Refused("the status list has no address")
    return entry["statusListCredential"]


def status_of(document, lists, issuer, keys, now):
    """The answer of the status lists."""
    entries = document.get("credentialStatus", [])
    if not entries:
        return "not_checked", "no_status", []
    if not lists:
        return "not_checked", "no_list", []
    known = {}
    for content in lists:
        found = read(content)
        subject = found["credentialSubject"]
        if found["issuer"]["id"] != issuer["id"] or not authentic(found, issuer, keys):
            raise Refused("status list of somebody else")
        if not moment(found["validFrom"]) <= now <= moment(found["validUntil"]):
            raise Refused("status list of another time")
        known[found["id"]] = (found["validFrom"], subject)
    dates, bad = [], None
    for entry in entries:
        if address_of(entry) not in known:
            continue
        date, subject = known[entry["statusListCredential"]]
        if subject.get("statusPurpose") != entry.get("statusPurpose"):
            raise Refused("status list for another purpose")
        dates.append(date)
        if bit(subject["encodedList"], int(entry["statusListIndex"])) and not bad:
            bad = "suspended" if entry["statusPurpose"] == "suspension" else "revoked", date
    if bad:
        return "failed", bad[0], [bad[1]]
    if len(dates) < len(entries):
        return "not_checked", "other_list", dates
    return "passed", "status", [min(dates)]


def bit(encoded, place):
    """One place of a list."""
    if not encoded.startswith("u"):
        raise Refused("encoding of the list")
    packed = base64.b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4), b"-_", validate=True)
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
        bits = stream.read(16_000_001)
    if not 131_072 <= len(bits) * 8 <= 128_000_000 or place >= len(bits) * 8:
        raise Refused("size of the list")
    return bits[place // 8] & 0x80 >> place % 8


def evidence_of(files, folder):
    """The answers about evidence and catalogue."""
    here = {}
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_symlink():
            raise Refused(f"{path} is a link")
        later = len(parts) == 1 and any(path.match(form) for form in LATER)
        if path.is_file() and not later and not any(part.startswith(".") for part in parts):
            here["/".join(parts)] = path
    wrong, absent = [], []
    for entry in files:
        path = here.pop(entry["name"], None)
        if path is None:
            (absent if entry["role"] in AWAY else wrong).append(entry["name"])
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            wrong.append(entry["name"])
    code = "unlisted" if here else "absent" if absent else "evidence"
    answer = ("failed", "changed", wrong) if wrong else ("passed", code, [*sorted(here), *absent])
    names = {entry["name"] for entry in files if entry["role"] == "catalogue"}
    if not names:
        return answer, ("not_checked", "no_catalogue", [])
    bad = names & set(wrong)
    return answer, ("failed" if bad else "passed", "changed" if bad else "catalogue", sorted(names))


BROKEN = (Refused, ValueError, KeyError, TypeError, AttributeError, OSError, EOFError, zlib.error,
          RecursionError)  # fmt: skip


def verify(content, issuer, now, *, evidence=None, lists=(), inclusion=None):
    """All checks: name → (outcome, code, values)."""
    try:
        document = read(content)
        check_form(document)
    except BROKEN as error:
        return {"form": ("failed", "form", [str(error)])}
    keys = keys_of(issuer)
    checks = {"form": ("passed", "form", [])}
    logged = None
    log_answer = ("not_checked", "no_inclusion", [])
    if inclusion is not None:
        try:
            log_answer = ("failed", "not_included", [])
            if logged := included(content, inclusion, issuer, keys):
                log_answer = ("passed", "inclusion", [logged["time"]])
        except BROKEN as error:
            log_answer = ("failed", "broken_inclusion", [str(error)])
    name = document["proof"]["verificationMethod"]
    if name not in keys or document["issuer"].get("id") != issuer["id"]:
        checks["signature"] = checks["key"] = ("failed", "unknown_key", [str(name)])
    else:
        try:
            holds = signed_by(document, keys[name][0])
            checks["signature"] = ("passed" if holds else "failed", "signature", [name])
            created = moment(document["proof"]["created"])
            checks["key"] = (*check_key(name, keys[name], created, logged), [name])
        except BROKEN as error:
            checks["signature"] = ("failed", "broken", [str(error)])
            checks["key"] = ("not_checked", "broken", [])
    first, last = moment(document["validFrom"]), moment(document["validUntil"])
    values = [document["validFrom"], document["validUntil"]]
    code = "too_early" if now < first else "expired" if now > last else "dates"
    checks["dates"] = ("passed" if code == "dates" else "failed", code, values)
    try:
        checks["status"] = status_of(document, lists, issuer, keys, now)
    except BROKEN as error:
        checks["status"] = ("failed", "broken_list", [str(error)])
    nothing = ("not_checked", "no_folder", [])
    checks["evidence"] = checks["catalogue"] = nothing
    if evidence is not None:
        try:
            answers = evidence_of(document["credentialSubject"]["files"], evidence)
            checks["evidence"], checks["catalogue"] = answers
        except BROKEN as error:
            checks["evidence"] = ("failed", "unreadable", [str(error)])
    checks["inclusion"] = log_answer
    return checks


def is_valid(checks):
    """Nothing failed, and the necessary was checked."""
    passed = {name for name, answer in checks.items() if answer[0] == "passed"}
    return passed >= NECESSARY and all(answer[0] != "failed" for answer in checks.values())


def said(document):
    """What a certificate says, as data and read aloud."""
    subject = document["credentialSubject"]
    told = {name: subject.get(name) for name in TOLD}
    told |= {name: document[name] for name in ("validFrom", "validUntil")}
    passed = {True: "passed", False: "did NOT pass"}.get(told["passed"], "has no result")
    ends = ", ".join(f"{count} {word}" for word, count in dict(told["verdicts"] or {}).items())
    levels = ", ".join(
        f"{row['dimension']} {row.get('level') or 'not examined'} (demanded {row.get('demanded')})"
        for row in told["outcome"] or []
    )
    return {"words": f"The system {passed}. Requirements: {ends}. Levels: {levels}.", **told}


def main():
    """Read the files, print the answer."""
    options = argparse.ArgumentParser(description="Verify a certificate of examination, offline.")
    options.add_argument("certificate", type=Path)
    options.add_argument("--issuer", type=Path, required=True)
    options.add_argument("--status-list", type=Path, action="append", default=[])
    for name, kind in (("--evidence", Path), ("--inclusion", Path), ("--at", str)):
        options.add_argument(name, type=kind)
    given = options.parse_args()
    try:
        now = moment(given.at) if given.at else datetime.now(UTC)
        issuer = read(given.issuer.read_bytes(), strict=False)
        keys_of(issuer)
        if given.evidence and not given.evidence.is_dir():
            raise Refused(f"{given.evidence} is no folder")
        content = given.certificate.read_bytes()
        lists = [path.read_bytes() for path in given.status_list]
        log = given.inclusion.read_bytes() if given.inclusion else None
        checks = verify(content, issuer, now, evidence=given.evidence, lists=lists, inclusion=log)
        # Before the signature holds, anybody could have written it.
        told = said(read(content)) if checks.get("signature", "?")[0] == "passed" else None
    except BROKEN as error:
        print(f"verify_certificate: {error}", file=sys.stderr)
        return 2
    rows = [{"name": k, "outcome": o, "code": c, "values": v} for k, (o, c, v) in checks.items()]
    answer = {"valid": is_valid(checks), "certificate": told, "checks": rows}
    print(json.dumps(answer, ensure_ascii=False, indent=1))
    return 0 if answer["valid"] else 1


if __name__ == "__main__":
    sys.exit(main())
