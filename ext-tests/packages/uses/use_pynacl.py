"""PyNaCl: boxes, signatures, hashing, passwords, utilities; errors."""

from _expect import raises

import nacl.bindings
import nacl.encoding
import nacl.exceptions
import nacl.hash
import nacl.public
import nacl.pwhash
import nacl.secret
import nacl.signing
import nacl.utils

box = nacl.secret.SecretBox(bytes(range(32)))
nonce = bytes(24)
sealed = box.encrypt(b"message", nonce)
assert box.decrypt(sealed) == b"message" and sealed.nonce == nonce and len(sealed.ciphertext) == 7 + 16
assert box.decrypt(sealed.ciphertext, nonce) == b"message" and box.encrypt(b"x") != box.encrypt(b"x")
aead = nacl.secret.Aead(bytes(32))
assert aead.decrypt(aead.encrypt(b"data", b"header"), b"header") == b"data"

alice, bob = nacl.public.PrivateKey(bytes([1] * 32)), nacl.public.PrivateKey.generate()
letter = nacl.public.Box(alice, bob.public_key).encrypt(b"for bob")
assert nacl.public.Box(bob, alice.public_key).decrypt(letter) == b"for bob"
assert nacl.public.SealedBox(bob).decrypt(nacl.public.SealedBox(bob.public_key).encrypt(b"anonymous")) == b"anonymous"
assert nacl.public.Box(alice, bob.public_key).shared_key() == nacl.public.Box(bob, alice.public_key).shared_key()

signer = nacl.signing.SigningKey(bytes(range(32)))
assert signer.verify_key.encode(nacl.encoding.HexEncoder) == b"03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
signed = signer.sign(b"text")
assert signer.verify_key.verify(signed) == b"text" and signer.verify_key.verify(signed.message, signed.signature) == b"text"
assert signer.sign(b"text").signature == signed.signature and signer.to_curve25519_private_key().public_key == signer.verify_key.to_curve25519_public_key()
assert nacl.signing.VerifyKey(bytes(signer.verify_key)) == signer.verify_key and {signer.verify_key: 1}

assert nacl.hash.sha256(b"abc") == b"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
assert nacl.hash.blake2b(b"abc", digest_size=32, encoder=nacl.encoding.RawEncoder).hex() == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
assert nacl.hash.siphash24(bytes(range(15)), bytes(range(16)), nacl.encoding.HexEncoder) == b"e545be4961ca29a1"
key = nacl.pwhash.argon2id.kdf(32, b"password", bytes(16), opslimit=1, memlimit=8192)
assert key == nacl.pwhash.argon2id.kdf(32, b"password", bytes(16), opslimit=1, memlimit=8192) and len(key) == 32
stored = nacl.pwhash.argon2id.str(b"password", opslimit=1, memlimit=8192)
assert nacl.pwhash.verify(stored, b"password") and stored.startswith(b"$argon2id$")
assert len(nacl.utils.random(16)) == 16 and nacl.utils.randombytes_deterministic(8, bytes(32)) == nacl.utils.randombytes_deterministic(8, bytes(32))
assert nacl.bindings.sodium_memcmp(b"abc", b"abc") and nacl.bindings.sodium_pad(b"abc", 8)[:4] == b"abc\x80"
assert nacl.bindings.crypto_generichash_blake2b_salt_personal(b"x").hex()

raises(nacl.exceptions.CryptoError, "Decryption failed. Ciphertext failed verification", box.decrypt, bytes(60))
raises(nacl.exceptions.BadSignatureError, "Signature was forged or corrupt", signer.verify_key.verify, b"x" * 70)
raises(nacl.exceptions.ValueError, "The key must be exactly 32 bytes long", nacl.secret.SecretBox, b"short")
raises(nacl.exceptions.TypeError, "PrivateKey must be created from a 32 bytes long raw secret key", nacl.public.PrivateKey, "x" * 32)
raises(nacl.exceptions.InvalidkeyError, "Wrong password", nacl.pwhash.verify, stored, b"wrong")
print("ok")
