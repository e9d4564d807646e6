"""pycryptodome: hashes, AES modes, RSA, ECC, key derivation, big numbers through its own libraries; errors."""

from _expect import raises

from Crypto.Cipher import AES, DES3, PKCS1_OAEP, ChaCha20_Poly1305
from Crypto.Hash import BLAKE2b, CMAC, HMAC, SHA1, SHA3_256, SHA256, SHAKE128
from Crypto.Math.Numbers import Integer
from Crypto.Protocol.KDF import HKDF, PBKDF2, scrypt
from Crypto.Protocol.SecretSharing import Shamir
from Crypto.PublicKey import ECC, RSA
from Crypto.Random import get_random_bytes
from Crypto.Signature import DSS, eddsa, pss
from Crypto.Util import Counter, number, strxor
from Crypto.Util.Padding import pad, unpad

digest = SHA256.new(b"a")
copy = digest.copy()
digest.update(b"bc")
assert digest.hexdigest() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" and copy.hexdigest().startswith("ca978112")
assert SHA3_256.new(b"").hexdigest().startswith("a7ffc6f8bf1ed766") and SHAKE128.new(b"").read(8).hex() == "7f9c2ba4e88f827d"
assert BLAKE2b.new(digest_bits=512, data=b"abc").hexdigest().startswith("ba80a53f981c4d0d")
HMAC.new(b"key", b"message", SHA1).hexverify("2088df74d5f2146b48146caf4965377e9d0be3a4")
assert CMAC.new(bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c"), ciphermod=AES).hexdigest() == "bb1d6929e95937287fa37d129b756746"

# AES-128 of FIPS 197.
assert AES.new(bytes(range(16)), AES.MODE_ECB).encrypt(bytes.fromhex("00112233445566778899aabbccddeeff")).hex() == "69c4e0d86a7b0430d8cdb78070b4c55a"
key, nonce = b"k" * 16, b"n" * 12
data = b"some data " * 100
cipher = AES.new(key, AES.MODE_CBC, iv=b"i" * 16)
assert unpad(AES.new(key, AES.MODE_CBC, iv=b"i" * 16).decrypt(cipher.encrypt(pad(data, 16))), 16) == data
for mode in (AES.MODE_GCM, AES.MODE_EAX, AES.MODE_CCM, AES.MODE_OCB, AES.MODE_SIV):
    options = {} if mode == AES.MODE_SIV else {"nonce": nonce}
    long = key * 2 if mode == AES.MODE_SIV else key
    cipher = AES.new(long, mode, **options)
    cipher.update(b"header")
    sealed, tag = cipher.encrypt_and_digest(data)
    opener = AES.new(long, mode, **options)
    opener.update(b"header")
    assert opener.decrypt_and_verify(sealed, tag) == data
    raises(ValueError, "MAC check failed", AES.new(long, mode, **options).decrypt_and_verify, sealed, tag)
counter = AES.new(key, AES.MODE_CTR, counter=Counter.new(128, initial_value=5))
assert AES.new(key, AES.MODE_CTR, nonce=b"", initial_value=5).decrypt(counter.encrypt(data)) == data
out = bytearray(len(data))
AES.new(key, AES.MODE_CTR, nonce=nonce[:8]).encrypt(data, output=out)
assert AES.new(key, AES.MODE_CTR, nonce=nonce[:8]).decrypt(out) == data
chacha = ChaCha20_Poly1305.new(key=key * 2, nonce=nonce)
sealed, tag = chacha.encrypt_and_digest(data)
assert ChaCha20_Poly1305.new(key=key * 2, nonce=nonce).decrypt_and_verify(sealed, tag) == data
assert DES3.new(bytes(range(24)), DES3.MODE_ECB).block_size == 8

rsa = RSA.generate(2048)
assert PKCS1_OAEP.new(rsa).decrypt(PKCS1_OAEP.new(rsa.public_key()).encrypt(b"text")) == b"text"
pss.new(rsa.public_key()).verify(SHA256.new(data), pss.new(rsa).sign(SHA256.new(data)))
assert RSA.import_key(rsa.export_key(passphrase="pw", pkcs=8), "pw") == rsa
curve = ECC.generate(curve="P-256")
DSS.new(curve.public_key(), "fips-186-3").verify(SHA256.new(data), DSS.new(curve, "fips-186-3").sign(SHA256.new(data)))
edwards = eddsa.import_private_key(bytes(range(32)))
assert edwards.public_key().export_key(format="raw").hex() == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
assert PBKDF2("password", b"salt", 20, 2, hmac_hash_module=SHA1).hex() == "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"
assert scrypt("password", "NaCl", 16, 16, 1, 1) == scrypt(b"password", b"NaCl", 16, 16, 1, 1) and len(HKDF(key, 32, b"", SHA256)) == 32
shares = Shamir.split(2, 3, b"0123456789abcdef")
assert Shamir.combine([shares[2], shares[0]]) == b"0123456789abcdef"
assert number.isPrime(2**127 - 1) and number.inverse(3, 11) == 4 and number.long_to_bytes(258) == b"\x01\x02"
assert int(pow(Integer(7), 560, 561)) == 1 and Integer(9).sqrt() == 3 and strxor.strxor(b"ab", b"  ") == b"AB"
assert len(get_random_bytes(9)) == 9

raises(ValueError, "Incorrect AES key length (3 bytes)", AES.new, b"abc", AES.MODE_ECB)
raises(ValueError, "Data must be aligned to block boundary in ECB mode", AES.new(key, AES.MODE_ECB).encrypt, b"abc")
raises(TypeError, "Object type <class 'str'> cannot be passed to C code", AES.new(key, AES.MODE_ECB).encrypt, "abc")
raises(ValueError, "Padding is incorrect.", unpad, b"\x00" * 16, 16)
raises(ValueError, "RSA key format is not supported", RSA.import_key, "nothing")
raises(ValueError, "Incorrect signature", pss.new(rsa).verify, SHA256.new(b""), b"0" * 256)
raises(TypeError, "encrypt() not allowed for SIV mode", cipher.encrypt, b"x")
print("ok")
