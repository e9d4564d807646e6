# timeout: 20
"""ssl over _ssl: contexts, connections over sockets and memory, certificates, callbacks, errors."""

import os
import socket
import ssl
import tempfile
import threading
import warnings

# Of nobody: signed by itself, for localhost, good for a hundred years.
CERT = """\
-----BEGIN CERTIFICATE-----
MIICJDCCAcqgAwIBAgIUfRtbOpPxMuCvBoJZXXjT6KlZtmYwCgYIKoZIzj0EAwIw
MTELMAkGA1UEBhMCWFkxDjAMBgNVBAoMBVRlc3RzMRIwEAYDVQQDDAlsb2NhbGhv
c3QwIBcNMjYxMTIzMDUwOTQ2WhgPMjEyNjEwMzAwNTA5NDZaMDExCzAJBgNVBAYT
AlhZMQ4wDAYDVQQKDAVUZXN0czESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAE88kzPP9A8CGygZfIMBheZi2GR0HTDnTrB1hbGZDf
DgqZpzoa5oxQac5089HK4OPI5bklRcpSi/N2HOvjsEv9maOBvTCBujAdBgNVHQ4E
FgQU078Q83BC4HUK3It6trVKHkdAUSMwHwYDVR0jBBgwFoAU078Q83BC4HUK3It6
trVKHkdAUSMwVwYDVR0RBFAwToIJbG9jYWxob3N0gg0qLmV4YW1wbGUub3JnhwR/
AAABhxAAAAAAAAAAAAAAAAAAAAABhhNodHRwczovL2xvY2FsaG9zdC94gQVhQGIu
YzAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIChDAKBggqhkjOPQQDAgNI
ADBFAiAhe6TfdQ22c5UW/mFVqKA01U7nu5QQ5wXW/5kgtLEpqQIhAI+/5/pQnG/T
Pvzeve3r8cp5wDpaSnVlGO1Kxp9dhgUC
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgf7X/XlvmhU2HhgKy
gznlM90aUexC08NVKWRKQxt8DWWhRANCAATzyTM8/0DwIbKBl8gwGF5mLYZHQdMO
dOsHWFsZkN8OCpmnOhrmjFBpznTz0crg48jluSVFylKL83Yc6+OwS/2Z
-----END PRIVATE KEY-----
"""
# The same key; the password is "secret".
LOCKED = """\
-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,66425D21C7E8FEE35315F28228E37D7B

cvesyiiyWC0zvIuvDOAe2g0UAy/zmAdluWH30GO0SUuHrlKHBnpYZpI3kuZ6EIfF
0A1xGB6OwY+uDGj2nY0fJFC+snFkxepJElk6ULWVosP2qoTOYoeO21HeFl0fFmF5
YiIVo0rWPrIpH7ueY2EA4jm0M841Fbj9SJ8O4rTlAv8=
-----END EC PRIVATE KEY-----
"""

FOLDER = tempfile.TemporaryDirectory()


def file(name, text):
    path = os.path.join(FOLDER.name, name)
    with open(path, "w") as out:
        out.write(text)
    return path


PAIR = file("pair.pem", KEY + CERT)
ALONE = file("cert.pem", CERT)
LOCKED_KEY = file("locked.pem", LOCKED)


def raises(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} not raised")


def contexts(**options):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(PAIR)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(ALONE)
    for name, value in options.items():
        setattr(server, name, value)
        setattr(client, name, value)
    return server, client


class Pair:
    """Both ends of a connection in memory."""

    def __init__(self, server, client, hostname="localhost", **kwargs):
        self.to_server, self.to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.server = server.wrap_bio(self.to_server, self.to_client, server_side=True)
        self.client = client.wrap_bio(self.to_client, self.to_server, server_hostname=hostname, **kwargs)

    def shake_hands(self):
        left = [self.client, self.server]
        for _ in range(20):
            for end in left[:]:
                try:
                    end.do_handshake()
                    left.remove(end)
                except ssl.SSLWantReadError:
                    pass
            if not left:
                return self
        raise AssertionError("no handshake")


def test_memory():
    pair = Pair(*contexts()).shake_hands()
    assert pair.client.version() == pair.server.version() == "TLSv1.3"
    name, version, bits = pair.client.cipher()
    assert version == "TLSv1.3" and bits in (128, 256) and name.startswith("TLS_")
    assert pair.client.write(b"hello") == 5
    assert pair.server.read(2) == b"he"
    assert pair.server.pending() == 3
    buffer = bytearray(10)
    assert pair.server.read(10, buffer) == 3 and buffer == b"llo" + bytes(7)
    error = raises(ssl.SSLWantReadError, pair.server.read, 10)
    assert error.errno == ssl.SSL_ERROR_WANT_READ and "did not complete (read)" in str(error)
    assert isinstance(error, ssl.SSLError) and isinstance(error, OSError)
    assert pair.client.server_hostname == "localhost" and pair.server.server_hostname is None
    assert pair.client.server_side is False and pair.server.server_side is True
    assert pair.client.compression() is None
    raises(ssl.SSLWantReadError, pair.client.unwrap)
    pair.server.unwrap()
    pair.client.unwrap()


def test_bio():
    bio = ssl.MemoryBIO()
    assert bio.pending == 0 and not bio.eof and bio.read() == b""
    assert bio.write(b"abc") == 3 and bio.write(memoryview(b"de")) == 2
    assert bio.pending == 5 and bio.read(2) == b"ab" and bio.read() == b"cde"
    bio.write(b"x")
    bio.write_eof()
    assert not bio.eof and bio.read(-1) == b"x" and bio.eof
    assert "write_eof" in str(raises(ssl.SSLError, bio.write, b"y"))
    raises(TypeError, bio.write, "text")
    # The peer ends without goodbye.
    pair = Pair(*contexts())
    pair.to_client.write_eof()
    raises(ssl.SSLError, pair.client.do_handshake)


def test_certificates():
    pair = Pair(*contexts()).shake_hands()
    told = pair.client.getpeercert()
    assert told["subject"] == ((("countryName", "XY"),), (("organizationName", "Tests"),), (("commonName", "localhost"),))
    assert told["issuer"] == told["subject"] and told["version"] == 3
    assert told["subjectAltName"] == (
        ("DNS", "localhost"), ("DNS", "*.example.org"), ("IP Address", "127.0.0.1"), ("IP Address", "0:0:0:0:0:0:0:1"),
        ("URI", "https://localhost/x"), ("email", "a@b.c"),
    ), told["subjectAltName"]
    assert ssl.cert_time_to_seconds(told["notBefore"]) < ssl.cert_time_to_seconds(told["notAfter"])
    int(told["serialNumber"], 16)
    assert pair.client.getpeercert(True) == ssl.PEM_cert_to_DER_cert(CERT)
    assert pair.server.getpeercert() is None
    [cert] = pair.client._sslobj.get_verified_chain()
    [other] = pair.client._sslobj.get_unverified_chain()
    assert cert == other and hash(cert) == hash(other) and cert is not other
    assert cert.get_info() == told
    assert ssl.PEM_cert_to_DER_cert(cert.public_bytes()) == ssl.PEM_cert_to_DER_cert(CERT)
    assert repr(cert) == "<_ssl.Certificate 'CN=localhost,O=Tests,C=XY'>"
    context = contexts()[1]
    assert context.cert_store_stats() == {"x509": 1, "crl": 0, "x509_ca": 1}
    assert context.get_ca_certs() == [told] and len(context.get_ca_certs(True)[0]) > 100
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for data in CERT, ssl.PEM_cert_to_DER_cert(CERT), CERT + CERT:
        context.load_verify_locations(cadata=data)
    assert context.cert_store_stats()["x509"] == 1
    raises(TypeError, context.load_verify_locations)
    raises(TypeError, context.load_verify_locations, cadata="\u20ac")
    raises(ValueError, context.load_verify_locations, cadata="")
    raises(FileNotFoundError, context.load_verify_locations, "/no/such/file")
    error = raises(ssl.SSLError, context.load_verify_locations, cadata="broken")
    assert "no start line" in str(error)


def test_verification():
    server, _ = contexts()
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    error = raises(ssl.SSLCertVerificationError, Pair(server, client).shake_hands)
    assert isinstance(error, ValueError) and error.library == "SSL" and error.reason == "CERTIFICATE_VERIFY_FAILED"
    assert error.verify_code == 18 and error.verify_message.startswith("self") and error.args[0] == ssl.SSL_ERROR_SSL
    assert str(error).startswith("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self")
    for name, good in [("127.0.0.1", True), ("::1", True), ("www.example.org", True), ("example.org", False), ("10.0.0.1", False)]:
        pair = Pair(*contexts(), hostname=name)
        if good:
            pair.shake_hands()
        else:
            error = raises(ssl.SSLCertVerificationError, pair.shake_hands)
            assert f"certificate is not valid for '{name}'" in error.verify_message
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    pair = Pair(server, client).shake_hands()
    assert pair.client.getpeercert() == {} and pair.client.getpeercert(True)


def test_settings():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname is True
    raises(ValueError, setattr, context, "verify_mode", ssl.CERT_NONE)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.check_hostname = True
    assert context.verify_mode is ssl.CERT_REQUIRED
    raises(ValueError, setattr, context, "verify_mode", 42)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED
    assert context.maximum_version is ssl.TLSVersion.MAXIMUM_SUPPORTED
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    assert context.maximum_version is ssl.TLSVersion.TLSv1_2
    raises(ValueError, setattr, context, "maximum_version", 5)
    assert context.options & ssl.OP_NO_COMPRESSION and context.options & ssl.OP_NO_SSLv3
    context.options |= ssl.OP_NO_TICKET
    assert context.options & ssl.OP_NO_TICKET
    # Filters of warnings are the process's.
    if threading.current_thread() is threading.main_thread():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            context.options |= ssl.OP_NO_TLSv1_2
            ssl.SSLContext(ssl.PROTOCOL_TLS)
            context.minimum_version = ssl.TLSVersion.TLSv1
        assert [w.category for w in caught] == [DeprecationWarning] * 3
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    assert context.verify_flags & ssl.VERIFY_X509_STRICT
    context.set_ciphers("ECDHE+AESGCM")
    ciphers = context.get_ciphers()
    assert {"id", "name", "protocol", "description", "strength_bits", "alg_bits", "aead", "symmetric", "digest", "kea", "auth"} == set(ciphers[0])
    assert "No cipher can be selected" in str(raises(ssl.SSLError, context.set_ciphers, "no such"))
    context.set_ecdh_curve("prime256v1")
    raises(ValueError, context.set_ecdh_curve, "no such")
    assert context.session_stats()["connect"] == 0 and context.protocol is ssl.PROTOCOL_TLS_CLIENT
    raises(ValueError, ssl.SSLContext, -1)
    raises(ValueError, setattr, context, "num_tickets", 1)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.num_tickets = 1
    assert server.num_tickets == 1
    raises(ssl.SSLError, server.wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO())


def test_keys():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    for password in "secret", b"secret", bytearray(b"secret"), lambda: "secret", lambda: b"secret":
        context.load_cert_chain(ALONE, LOCKED_KEY, password)
    raises(ssl.SSLError, context.load_cert_chain, ALONE, LOCKED_KEY, "wrong")
    raises(ZeroDivisionError, context.load_cert_chain, ALONE, LOCKED_KEY, lambda: 1 // 0)
    assert "must return a string" in str(raises(TypeError, context.load_cert_chain, ALONE, LOCKED_KEY, lambda: 1))
    assert "cannot be longer" in str(raises(ValueError, context.load_cert_chain, ALONE, LOCKED_KEY, "a" * 102400))
    raises(FileNotFoundError, context.load_cert_chain, "/no/such/file")
    raises(TypeError, context.load_cert_chain, 5)
    raises(ssl.SSLError, context.load_cert_chain, ALONE)


def test_callbacks():
    server, client = contexts()
    server.set_alpn_protocols(["h2", "http/1.1"])
    client.set_alpn_protocols(["spdy", "http/1.1", "h2"])
    pair = Pair(server, client).shake_hands()
    assert pair.client.selected_alpn_protocol() == pair.server.selected_alpn_protocol() == "h2"

    other, _ = contexts()
    seen = []

    def named(connection, name, context):
        # The connection can be asked in the middle of its handshake.
        seen.append((connection, name, context, connection.version(), connection.context is server))
        connection.context = other

    server.sni_callback = named
    pair = Pair(server, client, "www.example.org").shake_hands()
    assert seen == [(pair.server, "www.example.org", server, None, True)], seen
    assert pair.server.context is other
    server.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_ACCESS_DENIED
    pair = Pair(server, client)
    error = raises(ssl.SSLError, pair.shake_hands)
    assert error.reason in ("CALLBACK_FAILED", "TLSV1_ALERT_ACCESS_DENIED"), error
    server.sni_callback = None
    raises(TypeError, setattr, server, "sni_callback", 5)
    raises(ValueError, setattr, client, "sni_callback", named)

    messages = []
    client._msg_callback = lambda *args: messages.append(args)
    pair = Pair(server, client).shake_hands()
    assert {direction for _, direction, *_ in messages} == {"read", "write"} and all(m[0] is pair.client for m in messages)

    def fails(*_):
        raise ZeroDivisionError

    client._msg_callback = fails
    raises(ZeroDivisionError, Pair(server, client).shake_hands)
    client._msg_callback = None

    path = os.path.join(FOLDER.name, f"keys{threading.get_ident()}")
    client.keylog_filename = path
    Pair(server, client).shake_hands()
    client.keylog_filename = None
    with open(path) as lines:
        assert lines.readline().startswith("# TLS secrets") and "CLIENT_HANDSHAKE_TRAFFIC_SECRET" in lines.read()


def test_psk():
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    for context in server, client:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("PSK")
    hints = []
    client.set_psk_client_callback(lambda hint: hints.append(hint) or ("me", b"key"))
    server.set_psk_server_callback(lambda name: hints.append(name) or b"key", "a hint")
    Pair(server, client).shake_hands()
    assert hints == ["a hint", "me"], hints
    raises(ssl.SSLError, server.set_psk_client_callback, None)
    raises(TypeError, client.set_psk_client_callback, 5)


def test_sessions():
    server, client = contexts(maximum_version=ssl.TLSVersion.TLSv1_2)
    first = Pair(server, client).shake_hands()
    session = first.client.session
    assert session.id and session.timeout > 0 and session.time > 0 and isinstance(session.has_ticket, bool)
    assert session == first.client.session and session != 5 and not first.client.session_reused
    second = Pair(server, client, session=session).shake_hands()
    assert second.client.session_reused and second.server.session_reused
    raises(ValueError, Pair, server, contexts()[1], session=session)
    assert second.client.get_channel_binding() == second.server.get_channel_binding() != None
    raises(ValueError, second.client.get_channel_binding, "other")


def serve(server, handle):
    listener = socket.create_server(("127.0.0.1", 0))

    def run():
        with listener:
            connection, _ = listener.accept()
        with connection, server.wrap_socket(connection, server_side=True) as tls:
            handle(tls)

    thread = threading.Thread(target=run)
    thread.start()
    return listener.getsockname(), thread


def test_sockets():
    server, client = contexts()

    def echo(tls):
        while data := tls.recv(1 << 16):
            tls.sendall(data.upper())
        tls.unwrap()

    address, thread = serve(server, echo)
    with socket.create_connection(address) as plain, client.wrap_socket(plain, server_hostname="localhost") as tls:
        tls.settimeout(10)
        tls.sendall(b"hello")
        assert tls.recv(100) == b"HELLO"
        tls.setblocking(False)
        raises(ssl.SSLWantReadError, tls.recv, 1)
        tls.settimeout(0.02)
        raises(TimeoutError, tls.recv, 1)
        tls.settimeout(10)
        tls.unwrap()
    thread.join()


def test_two_threads():
    # One thread waits for data on a connection that blocks; another writes on the same one.
    server, client = contexts()
    amount = 1 << 20

    def echo(tls):
        left = amount
        while left:
            data = tls.recv(1 << 14)
            left -= len(data)
            tls.sendall(data)

    address, thread = serve(server, echo)
    with socket.create_connection(address) as plain, client.wrap_socket(plain, server_hostname="localhost") as tls:
        got = bytearray()

        def read():
            while len(got) < amount:
                got.extend(tls.recv(1 << 16))

        reader = threading.Thread(target=read)
        reader.start()
        sent = bytes(range(256)) * (amount // 256)
        for at in range(0, amount, 10000):
            tls.sendall(sent[at : at + 10000])
        reader.join()
        assert got == sent
    thread.join()


def test_module():
    assert ssl.OPENSSL_VERSION.startswith("OpenSSL 3.") and ssl.OPENSSL_VERSION_INFO[0] == 3 and ssl.OPENSSL_VERSION_NUMBER >> 28 == 3
    assert ssl.HAS_SNI and ssl.HAS_ALPN and ssl.HAS_TLSv1_3 and not ssl.HAS_SSLv2 and ssl.HAS_PSK
    assert len(ssl.RAND_bytes(16)) == 16 and ssl.RAND_bytes(0) == b"" and ssl.RAND_status() is True
    ssl.RAND_add("text", 1.5)
    ssl.RAND_add(b"bytes", 0.0)
    raises(ValueError, ssl.RAND_bytes, -5)
    assert ssl._txt2obj("1.3.6.1.5.5.7.3.1") == (129, "serverAuth", "TLS Web Server Authentication", "1.3.6.1.5.5.7.3.1")
    assert ssl._txt2obj("serverAuth", name=True)[0] == 129 and ssl._nid2obj(129)[1] == "serverAuth"
    assert "unknown object" in str(raises(ValueError, ssl._txt2obj, "serverAuth"))
    assert "unknown NID" in str(raises(ValueError, ssl._nid2obj, 100000))
    raises(ValueError, ssl._nid2obj, -1)
    error = ssl.SSLError(1, "foo")
    assert str(error) == "foo" and error.errno == 1 and str(ssl.SSLError("a", "b", "c", "d")) == "b"
    assert str(ssl.SSLError("only")) == "('only',)"
    raises(TypeError, type(ssl.MemoryBIO().__class__).__call__, ssl.SSLSession)
    paths = ssl.get_default_verify_paths()
    assert paths.openssl_cafile_env == "SSL_CERT_FILE" and paths.openssl_capath_env == "SSL_CERT_DIR"


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
FOLDER.cleanup()
