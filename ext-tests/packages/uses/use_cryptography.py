"""cryptography: Fernet, hashes, ciphers, RSA, EC, Ed25519, key derivation, X.509, errors."""

import datetime

from _expect import raises

from cryptography import exceptions, x509
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import constant_time, hashes, hmac, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.asymmetric import padding as asymmetric_padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

key = Fernet.generate_key()
token = Fernet(key).encrypt(b"secret")
assert Fernet(key).decrypt(token) == b"secret"
assert MultiFernet([Fernet(Fernet.generate_key()), Fernet(key)]).decrypt(token) == b"secret"

digest = hashes.Hash(hashes.SHA256())
digest.update(b"a")
copy = digest.copy()
digest.update(b"bc")
assert digest.finalize().hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
assert copy.finalize().hex().startswith("ca978112ca1bbdca")
mac = hmac.HMAC(b"key", hashes.SHA512())
mac.update(bytearray(b"message"))
tag = mac.copy().finalize()
mac.verify(tag)
assert constant_time.bytes_eq(tag, bytes(tag)) and len(tag) == 64

# AES-128 of FIPS 197.
cipher = Cipher(algorithms.AES(bytes(range(16))), modes.ECB())
block = bytes.fromhex("00112233445566778899aabbccddeeff")
encryptor = cipher.encryptor()
sealed = encryptor.update(block) + encryptor.finalize()
assert sealed.hex() == "69c4e0d86a7b0430d8cdb78070b4c55a"
buffer = bytearray(32)
decryptor = Cipher(algorithms.AES(b"k" * 32), modes.CTR(b"n" * 16)).decryptor()
assert decryptor.update_into(b"x" * 17, buffer) == 17
padder = padding.PKCS7(128).padder()
assert padder.update(b"12345") + padder.finalize() == b"12345" + b"\x0b" * 11
for kind in (AESGCM, ChaCha20Poly1305):
    box = kind(b"k" * 32)
    assert box.decrypt(b"n" * 12, box.encrypt(b"n" * 12, b"data", b"header"), b"header") == b"data"
    raises(exceptions.InvalidTag, "", box.decrypt, b"n" * 12, b"0" * 20, None)
assert HKDF(hashes.SHA256(), 16, b"salt", b"info").derive(b"input").hex() == "03b71afba4762882c6b8fe78cd35c97a"
assert PBKDF2HMAC(hashes.SHA1(), 20, b"salt", 2).derive(b"password").hex() == "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"
Scrypt(b"NaCl", 64, 16, 1, 1).verify(b"password", Scrypt(b"NaCl", 64, 16, 1, 1).derive(b"password"))

private = rsa.generate_private_key(65537, 2048)
pss = asymmetric_padding.PSS(asymmetric_padding.MGF1(hashes.SHA256()), asymmetric_padding.PSS.MAX_LENGTH)
private.public_key().verify(private.sign(b"text", pss, hashes.SHA256()), b"text", pss, hashes.SHA256())
oaep = asymmetric_padding.OAEP(asymmetric_padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
assert private.decrypt(private.public_key().encrypt(b"text", oaep), oaep) == b"text"
pem = private.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"password")
)
assert serialization.load_pem_private_key(pem, b"password").private_numbers() == private.private_numbers()
curve = ec.generate_private_key(ec.SECP256R1())
curve.public_key().verify(curve.sign(b"text", ec.ECDSA(hashes.SHA256())), b"text", ec.ECDSA(hashes.SHA256()))
edwards = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
assert edwards.public_key().public_bytes_raw().hex() == "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"
edwards.public_key().verify(edwards.sign(b"text"), b"text")
one, two = x25519.X25519PrivateKey.generate(), x25519.X25519PrivateKey.generate()
assert one.exchange(two.public_key()) == two.exchange(one.public_key())

name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.COMMON_NAME, "ex\xe4mple")])
start = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
certificate = (
    x509.CertificateBuilder(name, name, private.public_key(), 12345, start, start + datetime.timedelta(days=90))
    .add_extension(x509.SubjectAlternativeName([x509.DNSName("example.com"), x509.DNSName("*.example.com")]), critical=False)
    .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
    .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    .sign(private, hashes.SHA256())
)
again = x509.load_pem_x509_certificate(certificate.public_bytes(serialization.Encoding.PEM))
assert again == certificate and again.serial_number == 12345 and again.not_valid_after_utc.month == 3
assert again.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "ex\xe4mple" and again.subject.rfc4514_string() == "CN=ex\xe4mple,C=DE"
names = again.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
assert names.get_values_for_type(x509.DNSName) == ["example.com", "*.example.com"]
assert again.extensions.get_extension_for_class(x509.BasicConstraints).critical
again.verify_directly_issued_by(again)
request = x509.CertificateSigningRequestBuilder(name).sign(curve, hashes.SHA256())
assert request.is_signature_valid and request.subject == name

raises(InvalidToken, "", Fernet(key).decrypt, b"nonsense")
raises(exceptions.InvalidSignature, "", edwards.public_key().verify, b"0" * 64, b"text")
raises(exceptions.AlreadyFinalized, "Context was already finalized.", digest.update, b"x")
raises(ValueError, "Incorrect password", serialization.load_pem_private_key, pem, b"wrong")
raises(ValueError, "Unable to load PEM file", x509.load_pem_x509_certificate, b"nothing")
raises(ValueError, "Invalid key size (80) for AES", algorithms.AES, b"0123456789")
raises(TypeError, "Expected instance of hashes.HashAlgorithm.", digest.__class__, "sha256")
raises(x509.ExtensionNotFound, "No <class 'cryptography.x509.extensions.KeyUsage'> extension was found", again.extensions.get_extension_for_class, x509.KeyUsage)
print("ok")
