"""Canonical form, keys, log and status list, against published vectors and laws."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.certificates import AUTHORITY, ISSUER, OLD
from steiger.engines.audit.certificate import (
    CertificateError,
    Key,
    canonical,
    consistency_holds,
    consistency_proof,
    inclusion_holds,
    inclusion_proof,
    leaf_hash,
    read_issuer,
    read_key,
    root,
)
from steiger.engines.audit.certificate.keys import PUBLIC, SECRET, base58, from_base58
from steiger.engines.audit.certificate.proof import sign, signature_holds
from steiger.engines.audit.certificate.status import bit, encode
from steiger.engines.audit.certificate.times import as_text, as_time

#: Entries and roots of the reference implementation of RFC 6962 (certificate-transparency, tests of
#: its merkle tree).
ENTRIES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


@pytest.mark.parametrize("size", range(9))
def test_root_is_that_of_the_reference(size: int) -> None:
    expected = ROOTS[size - 1] if size else hashlib.sha256(b"").hexdigest()
    assert root(LEAVES[:size]).hex() == expected


def test_paths_are_those_of_the_reference() -> None:
    path = [part.hex() for part in inclusion_proof(LEAVES, 5)]
    assert path == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [part.hex() for part in consistency_proof(LEAVES[:8], 1)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


SIZES = st.integers(1, 70)


@settings(max_examples=80, deadline=None)
@given(SIZES, st.data())
def test_inclusion_holds_for_its_leaf_and_no_other(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(b"%d" % n) for n in range(size)]
    index = data.draw(st.integers(0, size - 1))
    path, head = inclusion_proof(leaves, index), root(leaves)
    assert inclusion_holds(leaves[index], index, size, path, head)
    assert not inclusion_holds(leaf_hash(b"x"), index, size, path, head)
    assert not inclusion_holds(leaves[index], index, size, [*path, head], head)
    assert not inclusion_holds(leaves[index], size, size, path, head)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        assert not inclusion_holds(leaves[index], other, size, path, head)


@settings(max_examples=80, deadline=None)
@given(SIZES, st.data())
def test_consistency_holds_for_a_log_that_only_grew(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(b"%d" % n) for n in range(size)]
    first = data.draw(st.integers(0, size))
    proof = consistency_proof(leaves, first)
    assert consistency_holds(first, size, root(leaves[:first]), root(leaves), proof)
    changed = [leaf_hash(b"x"), *leaves[1:]]
    if first > 0:
        assert not consistency_holds(first, size, root(leaves[:first]), root(changed), proof)
        assert not consistency_holds(first, size, root(changed[:first]), root(leaves), proof)


def test_canonical_form_is_that_of_the_standard() -> None:
    """The example of RFC 8785, section 3.2.3: keys by UTF-16, and texts as they are."""
    value = {"€": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew", "1": "One",
             "😀": "Smiley", "\x80": "Control", "ö": "o"}  # fmt: skip
    expected = ["\r", "1", "\x80", "ö", "€", "😀", "\ufb33"]
    assert list(json.loads(canonical(value))) == expected
    assert (
        canonical({"a": '"\\\b\f\n\r\t\x1f/é'})
        == '{"a":"\\"\\\\\\b\\f\\n\\r\\t\\u001f/é"}'.encode()
    )


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, {1: 2}, "\ud800", {"a": object()}])
def test_what_has_no_single_form_is_refused(value: object) -> None:
    with pytest.raises(CertificateError):
        canonical({"value": value})


def test_nesting_has_an_end() -> None:
    value: list[object] = []
    for _ in range(100):
        value = [value]
    with pytest.raises(CertificateError, match="nested"):
        canonical(value)


@given(st.binary(min_size=1, max_size=40))
def test_base58_reads_what_it_writes(data: bytes) -> None:
    assert from_base58(base58(data)) == data


def test_base58_is_that_of_the_draft() -> None:
    """Vectors of draft-msporny-base58."""
    assert base58(b"Hello World!") == "z2NEpo7TZRRrLZSi2U"
    assert base58(bytes.fromhex("0000287fb4cd")) == "z11233QC4"
    for wrong in ("", "m", "z0", "zl", None):
        with pytest.raises(CertificateError):
            from_base58(wrong)


def test_proof_is_that_of_the_standard() -> None:
    """The test vector of vc-di-eddsa, appendix B.3 (eddsa-jcs-2022), to the last byte."""
    did = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    secret = from_base58("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")
    key = Key(f"did:key:{did}#{did}", secret.removeprefix(SECRET))
    assert from_base58(did) == PUBLIC + key.public
    document = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/examples/v2",
        ],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    }
    digest = hashlib.sha256(canonical(document)).hexdigest()
    assert digest == "59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19"
    signed = sign(document, key, created=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC))
    assert from_base58(signed["proof"]["proofValue"]).hex() == (
        "407cd12654b33d718ecbb99179a1506daaa849450bf3fc523cce3e1c96f8b803"
        "51da3f253d725c6f00b07c9e5448d50b3ef78012b9ab54255116d069c6dd2808"
    )
    assert signature_holds(signed, key.public)
    assert not signature_holds({**signed, "name": "x"}, key.public)
    assert not signature_holds(signed, OLD.public)


def test_key_file_reads_what_it_writes_and_shows_no_secret() -> None:
    assert read_key(OLD.as_file(), "key.json") == OLD
    assert OLD.secret.hex() not in repr(OLD)
    data = json.loads(OLD.as_file())
    for change in ({"id": "nobody"}, {"format": "x"}, {"publicKeyMultibase": "z11"}):
        with pytest.raises(CertificateError):
            read_key(json.dumps({**data, **change}).encode(), "key.json")


def test_issuer_reads_what_it_writes() -> None:
    assert read_issuer(AUTHORITY.as_file(), "issuer.json") == AUTHORITY
    data = json.loads(AUTHORITY.as_file())
    method = data["verificationMethod"][0]
    for change in (
        {"id": "ftp://x"},
        {"verificationMethod": []},
        {"verificationMethod": [method, method]},
        {"verificationMethod": [{**method, "controller": "did:web:other"}]},
        {"verificationMethod": [{**method, "validFrom": "2026"}]},
        {"name": None},
    ):
        with pytest.raises(CertificateError):
            read_issuer(json.dumps({**data, **change}).encode(), "issuer.json")
    assert ISSUER in AUTHORITY.as_file().decode()


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 131_071), max_size=20), st.integers(0, 131_071))
def test_status_list_has_exactly_the_places_that_were_set(places: set[int], other: int) -> None:
    encoded = encode(places)
    assert all(bit(encoded, place) for place in places)
    assert bit(encoded, other) == (other in places)


def test_status_list_that_makes_no_sense_is_refused() -> None:
    small = "u" + base64.urlsafe_b64encode(__import__("gzip").compress(b"\0")).decode().rstrip("=")
    for wrong in ("", "x", "uAAAA", small, None):
        with pytest.raises(CertificateError):
            bit(wrong, 0)
    with pytest.raises(CertificateError):
        encode([131_072])


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_are_read_as_they_were_written(moment: datetime) -> None:
    text = as_text(moment)
    assert len(text) == 20
    assert as_time(text) == moment.replace(microsecond=0)
