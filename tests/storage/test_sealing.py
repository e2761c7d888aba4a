"""What is sealed opens with its own key and context, and with nothing else."""

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from storage import sealing
from storage.sealing import SealBroken

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
PAIR = sealing.key_pair_of(bytes(range(32)))
OTHER_PAIR = sealing.key_pair_of(bytes(range(1, 33)))

# Made by the first version of storage.sealing, to be kept as they are.
FIRST_WITH_KEY = (
    "01ab481e4e3f327c3d8e1d6e9c3f7df4a09a796ab235942c836788e63089a927e98eff2de7bea8c7f64fe877cb15dd50959883c1"
    "fbb3e0cf8375a5894d6b9cd3d1c4b307b35a0a9a015863e1cc1a1051f6c6e4af9841552ff9ca2de29265dd3f84556fff7818bcfd"
    "75774a9abd7830648c6c4f9b1992e67e7c77a46a2cbb813d91a2088df24149ba7bb8b2fe204894d8b97ae3834acfccaf28bce788"
    "920ddcf282ebe02ed54ca307e6bb28c2fc921e305c5e3994c67fe9ee9a209864a54b6089773fc13e6bf0d168b259dcf2638d46ca"
    "b08c1a53c2362f8768f09c10200178ef65a7da0fca20f07cd273f0570e971348d082986e9717fb082f8d7d8b323df31b00a7cfe1"
    "da825a1067ea00eb39641757d23c9b37920494842bd49a66cb"
)
FIRST_TO_PUBLIC = (
    "1144112630476d7a585c9f84aa8516e8b35db6e7ce574e35bafae5c091f822914a5fd866845d8b3d39e14c07ebdf982db1bacf51"
    "babf9eb2b18106f7e3fff05a2da9a2215e4e6592dda8ef7c037629af27e0a38a6e37ca0dce63cd622a04161a60d0c933c0a3c4ac"
    "3d807d40466f8c87771ecbb4195c05661d6ce4858517e6ad99612b3191f29e03c811a6687384e324a4e57ff9e1fb62415b98c79c"
    "90e096cbdb0473a74345cb9b30feb3f0d1663392628b71a9052a9723422a87d091326f4d1e72b2ea71761c7da800dc07a44087f3"
    "6d0a158da32ef95bcddaa3d656e868b6191f93e509fd591a4802f8fbf4f86e382493e2c68b9e7e50eaf42acacd2a225eb3fe9ddf"
    "d753de8031d2ea032d15fdeaae3d97a600f3190aa0ebbf9753985de1ca9b1ae14721ef4b335935088a095518b1"
)
FIRST_PASSWORD_KEY = "4bbb0ccf06b1d97018f2f3ef8b286adce2c909062c48a55321726d9c3dcf4a6d"

plains = st.binary(max_size=6000)
contexts = st.text(max_size=40)


def flip(sealed: bytes, bit: int) -> bytes:
    """`sealed` with one bit changed; `bit` is taken round the length."""
    place, inside = divmod(bit % (len(sealed) * 8), 8)
    return sealed[:place] + bytes([sealed[place] ^ (1 << inside)]) + sealed[place + 1 :]


# What comes back


@given(plains, contexts)
def test_what_was_sealed_with_a_key_opens_with_it(plain: bytes, context: str) -> None:
    assert sealing.unseal(KEY, sealing.seal(KEY, plain, context), context) == plain


@given(plains, contexts)
def test_what_was_sealed_to_a_public_key_opens_with_the_private_one(plain: bytes, context: str) -> None:
    assert sealing.unseal_with(PAIR.private, sealing.seal_to(PAIR.public, plain, context), context) == plain


@pytest.mark.parametrize("plain", [b"", b"\0", b"\x80", b"\x80\0\0", b"\0" * 255, b"\0" * 256, b"\x80" * 4096])
def test_bytes_that_look_like_padding_come_back_whole(plain: bytes) -> None:
    assert sealing.unseal(KEY, sealing.seal(KEY, plain, "case:1"), "case:1") == plain
    assert sealing.unseal_with(PAIR.private, sealing.seal_to(PAIR.public, plain, "case:1"), "case:1") == plain


def test_the_same_words_sealed_twice_look_different() -> None:
    assert sealing.seal(KEY, b"the same", "draft") != sealing.seal(KEY, b"the same", "draft")
    assert sealing.seal_to(PAIR.public, b"the same", "draft") != sealing.seal_to(PAIR.public, b"the same", "draft")


# What does not


@given(plains, st.integers(min_value=0))
def test_one_bit_flipped_and_a_seal_does_not_open(plain: bytes, bit: int) -> None:
    with pytest.raises(SealBroken):
        sealing.unseal(KEY, flip(sealing.seal(KEY, plain, "case:1"), bit), "case:1")
    with pytest.raises(SealBroken):
        sealing.unseal_with(PAIR.private, flip(sealing.seal_to(PAIR.public, plain, "case:1"), bit), "case:1")


def test_every_single_bit_of_a_small_seal_matters() -> None:
    with_key = sealing.seal(KEY, b"a word", "case:1")
    to_public = sealing.seal_to(PAIR.public, b"a word", "case:1")
    for bit in range(len(with_key) * 8):
        with pytest.raises(SealBroken):
            sealing.unseal(KEY, flip(with_key, bit), "case:1")
    for bit in range(len(to_public) * 8):
        with pytest.raises(SealBroken):
            sealing.unseal_with(PAIR.private, flip(to_public, bit), "case:1")


@given(plains, contexts, contexts)
def test_a_seal_does_not_open_in_another_context(plain: bytes, context: str, other: str) -> None:
    if context == other:
        return
    with pytest.raises(SealBroken):
        sealing.unseal(KEY, sealing.seal(KEY, plain, context), other)
    with pytest.raises(SealBroken):
        sealing.unseal_with(PAIR.private, sealing.seal_to(PAIR.public, plain, context), other)


@given(plains)
def test_a_seal_does_not_open_with_another_key(plain: bytes) -> None:
    with pytest.raises(SealBroken):
        sealing.unseal(OTHER_KEY, sealing.seal(KEY, plain, "case:1"), "case:1")
    with pytest.raises(SealBroken):
        sealing.unseal_with(OTHER_PAIR.private, sealing.seal_to(PAIR.public, plain, "case:1"), "case:1")


def test_the_public_half_does_not_open_what_was_sealed_to_it() -> None:
    with pytest.raises(SealBroken):
        sealing.unseal_with(PAIR.public, sealing.seal_to(PAIR.public, b"a word", "case:1"), "case:1")


@given(st.binary(max_size=400), st.sampled_from([b"", sealing.WITH_KEY, sealing.TO_PUBLIC]))
def test_any_bytes_at_all_are_refused_in_the_same_way(noise: bytes, suite: bytes) -> None:
    with pytest.raises(SealBroken):
        sealing.unseal(KEY, suite + noise, "case:1")
    with pytest.raises(SealBroken):
        sealing.unseal_with(PAIR.private, suite + noise, "case:1")


@given(st.integers(min_value=0, max_value=400))
def test_a_seal_cut_short_does_not_open(length: int) -> None:
    with_key, to_public = sealing.seal(KEY, b"a word", "case:1"), sealing.seal_to(PAIR.public, b"a word", "case:1")
    with pytest.raises(SealBroken):
        sealing.unseal(KEY, with_key[: length % len(with_key)], "case:1")
    with pytest.raises(SealBroken):
        sealing.unseal_with(PAIR.private, to_public[: length % len(to_public)], "case:1")


def test_a_broken_seal_tells_nothing_of_why() -> None:
    with pytest.raises(SealBroken) as broken:
        sealing.unseal(OTHER_KEY, sealing.seal(KEY, b"a word", "case:1"), "case:1")
    assert str(broken.value) == ""
    assert broken.value.__cause__ is None


def test_one_kind_of_seal_is_not_taken_for_the_other() -> None:
    assert sealing.is_sealed_to_public(sealing.seal_to(PAIR.public, b"", "entry:1"))
    assert not sealing.is_sealed_to_public(sealing.seal(KEY, b"", "entry:1"))
    assert not sealing.is_sealed_to_public(b"")


# What a length shows


@pytest.mark.parametrize(
    ("length", "size"),
    [(0, 256), (255, 256), (256, 1024), (1023, 1024), (1024, 4096), (4095, 4096), (4096, 8192), (8191, 8192)],
)
def test_lengths_go_to_the_next_bucket(length: int, size: int) -> None:
    assert sealing.bucket(length) == size


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_the_length_of_a_seal_shows_only_its_bucket(one: int, two: int) -> None:
    with_key = [len(sealing.seal(KEY, b"x" * length, "case:1")) for length in (one, two)]
    to_public = [len(sealing.seal_to(PAIR.public, b"x" * length, "case:1")) for length in (one, two)]
    alike = sealing.bucket(one) == sealing.bucket(two)
    assert (with_key[0] == with_key[1]) == alike
    assert (to_public[0] == to_public[1]) == alike
    assert with_key[0] == sealing.bucket(one) + 29
    assert to_public[0] == sealing.bucket(one) + 49


# Known answers: a seal made once opens for ever, and by anyone who follows the standard


def test_hpke_opens_the_vector_of_rfc_9180() -> None:
    """RFC 9180, A.2.1, sequence number 0. The vector has associated data, which only the library's inner door takes."""
    private = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb")
    )
    sealed = bytes.fromhex(
        "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    )
    info = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
    decrypt = openssl.hpke._decrypt_with_aad
    assert decrypt(sealing._HPKE, sealed, private, info, b"Count-0") == b"Beauty is truth, truth beauty"


def labelled_extract(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    return HKDF.extract(SHA256(), salt, b"HPKE-v1" + suite + label + material)


def labelled_expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return HKDFExpand(SHA256(), length, labelled).derive(key)


def open_by_the_book(private: bytes, sealed: bytes, info: bytes) -> bytes:
    """HPKE base mode opened step by step as RFC 9180 (4.1, 5.1, 5.2) writes it, without the library's HPKE."""
    kem, suite = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"
    enc, body = sealed[:32], sealed[32:]
    mine = X25519PrivateKey.from_private_bytes(private)
    shared = labelled_extract(kem, b"", b"eae_prk", mine.exchange(X25519PublicKey.from_public_bytes(enc)))
    both = enc + mine.public_key().public_bytes_raw()
    secret = labelled_expand(kem, shared, b"shared_secret", both, 32)
    schedule = (
        b"\x00" + labelled_extract(suite, b"", b"psk_id_hash", b"") + labelled_extract(suite, b"", b"info_hash", info)
    )
    root = labelled_extract(suite, secret, b"secret", b"")
    key = labelled_expand(suite, root, b"key", schedule, 32)
    nonce = labelled_expand(suite, root, b"base_nonce", schedule, 12)
    return ChaCha20Poly1305(key).decrypt(nonce, body, b"")


def test_what_we_seal_to_a_public_key_is_plain_rfc_9180() -> None:
    sealed = sealing.seal_to(PAIR.public, b"a word", "case_key:1")
    assert open_by_the_book(PAIR.private, sealed[1:], b"\x11case_key:1") == b"a word" + b"\x80" + b"\0" * 249


def test_seals_made_by_the_first_version_still_open() -> None:
    with_key = bytes.fromhex(FIRST_WITH_KEY)
    to_public = bytes.fromhex(FIRST_TO_PUBLIC)
    assert sealing.unseal(KEY, with_key, "case:first") == b"kept from the first version"
    assert sealing.unseal_with(PAIR.private, to_public, "case_key:first") == b"kept from the first version"


def test_derived_keys_follow_rfc_5869() -> None:
    """RFC 5869, A.1; the RFC's 42 bytes begin with our 32."""
    salt, info = bytes.fromhex("000102030405060708090a0b0c"), bytes.fromhex("f0f1f2f3f4f5f6f7f8f9")
    expected = bytes.fromhex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf")
    assert HKDF(SHA256(), 32, salt, info).derive(b"\x0b" * 22) == expected
    assert sealing.derive(b"\x0b" * 22, salt, "draft") == HKDF(SHA256(), 32, salt, b"draft").derive(b"\x0b" * 22)


def test_lookups_follow_rfc_4231() -> None:
    """RFC 4231, test case 2, cut to 16 bytes."""
    expected = bytes.fromhex("5bdcc146bf60754e6a042426089575c7")
    assert sealing.lookup(b"Jefe", "what do ya want for nothing?") == expected


def test_password_keys_stay_the_same_from_version_to_version(in_earnest: None) -> None:
    """And cost what they did: another cost makes another key."""
    key = sealing.key_from_password("invented words for a test", b"s" * 16, b"p" * 32)
    assert key.hex() == FIRST_PASSWORD_KEY


# Keys


def test_salt_and_purpose_each_make_another_key() -> None:
    keys = {
        sealing.derive(KEY, salt, purpose) for salt in (b"a" * 16, b"b" * 16) for purpose in ("draft", "address", "")
    }
    assert len(keys) == 6
    assert {len(key) for key in keys} == {32}


def test_lookups_of_the_same_text_differ_under_another_pepper() -> None:
    assert sealing.lookup(KEY, "web:1") == sealing.lookup(KEY, "web:1")
    assert len({sealing.lookup(KEY, "web:1"), sealing.lookup(OTHER_KEY, "web:1"), sealing.lookup(KEY, "web:2")}) == 3
    assert len(sealing.lookup(KEY, "")) == 16


def test_password_salt_and_pepper_each_change_the_key() -> None:
    made = {
        sealing.key_from_password(password, salt, pepper)
        for password, salt, pepper in [
            ("one two", b"a" * 16, b"p" * 32),
            ("one twp", b"a" * 16, b"p" * 32),
            ("one two", b"b" * 16, b"p" * 32),
            ("one two", b"a" * 16, b"q" * 32),
        ]
    }
    assert len(made) == 4


def test_a_password_typed_on_another_keyboard_gives_the_same_key() -> None:
    composed, apart = "caf\u00e9 \ufb01ne", "cafe\u0301 fine"
    assert sealing.key_from_password(composed, b"a" * 16, KEY) == sealing.key_from_password(apart, b"a" * 16, KEY)


def test_salts_and_keys_are_fresh_each_time() -> None:
    assert len({sealing.new_salt() for _ in range(100)}) == 100
    assert len({sealing.new_key() for _ in range(100)}) == 100
    assert len({sealing.new_key_pair().public for _ in range(20)}) == 20


def test_a_pair_is_found_again_from_its_private_half() -> None:
    pair = sealing.new_key_pair()
    assert sealing.key_pair_of(pair.private) == pair


def test_a_pair_does_not_print_its_private_half() -> None:
    assert repr(PAIR.private) not in repr(PAIR)
    assert "private" not in repr(PAIR)


@pytest.mark.parametrize("bad", [b"", b"\0" * 31, b"\0" * 32, b"\0" * 33])
def test_a_public_key_that_protects_nothing_is_refused(bad: bytes) -> None:
    with pytest.raises(ValueError):
        sealing.seal_to(bad, b"a word", "case:1")
