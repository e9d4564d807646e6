"""tiktoken: byte pair encoding with an encoding that is made here, since those published need the network."""

import pickle

from _expect import raises

import tiktoken

text = "the cat sat on the mat. the fat cat sat with the rat at the hat. " * 20
pattern = r"""'s|'t| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"""
ranks = {bytes([byte]): byte for byte in range(256)}
for number, pair in enumerate([b"th", b"the", b" the", b"at", b" c", b" cat", b" s", b" sat", b" m", b" on", b"on"]):
    ranks[pair] = 256 + number
encoding = tiktoken.Encoding(name="tiny", pat_str=pattern, mergeable_ranks=ranks, special_tokens={"<|end|>": 1000})

tokens = encoding.encode(text)
assert encoding.decode(tokens) == text and len(tokens) < len(text) / 1.5
assert tokens[:3] == [257, 261, 263] and tokens[0] == ranks[b"the"] and ranks[b" cat"] == 261
assert encoding.decode_single_token_bytes(261) == b" cat" and encoding.encode_single_token(b" the") == 258
assert encoding.encode("caf\xe9 \U0001f600") == [*"caf\xe9 \U0001f600".encode()] and encoding.decode([195]) == "\ufffd"
assert encoding.decode_bytes([195, 169]) == "\xe9".encode() and encoding.decode_tokens_bytes([257, 261]) == [b"the", b" cat"]
assert encoding.encode("a<|end|>b", allowed_special={"<|end|>"}) == [97, 1000, 98]
assert encoding.encode("<|end|>", disallowed_special=()) == [*b"<|end|>"] == encoding.encode_ordinary("<|end|>")
assert encoding.decode([97, 1000]) == "a<|end|>" and encoding.special_tokens_set == {"<|end|>"} and encoding.n_vocab == 1001
assert encoding.encode_batch([text, "the"], num_threads=2) == [tokens, [257]]
assert encoding.decode_batch([[257], [261]], num_threads=2) == ["the", " cat"]
assert encoding.decode_with_offsets([257, 261]) == ("the cat", [0, 3])
unstable, completions = encoding.encode_with_unstable("the ca")
assert unstable == [257] or isinstance(completions, list)
assert encoding.token_byte_values()[:3] == [b"\x00", b"\x01", b"\x02"] and repr(encoding) == "<Encoding 'tiny'>"
twin = pickle.loads(pickle.dumps(encoding))
assert twin.encode(text) == tokens

raises(ValueError, "Encountered text corresponding to disallowed special token '<|end|>'", encoding.encode, "<|end|>")
raises(KeyError, "Invalid token for decoding: 99999", encoding.decode, [99999])
raises(KeyError, "b'not a token'", encoding.encode_single_token, "not a token")
raises(KeyError, "'99999'", encoding.decode_single_token_bytes, 99999)
raises(ValueError, "Unknown encoding nonsense", tiktoken.get_encoding, "nonsense")
raises(KeyError, "Could not automatically map nonsense to a tokeniser", tiktoken.encoding_for_model, "nonsense")
raises((ValueError, OverflowError), "out of range integral type conversion attempted", encoding.decode, [-1])
raises(ValueError, "Parsing error at position 1: Opening parenthesis without closing", tiktoken.Encoding, name="bad", pat_str="(", mergeable_ranks=ranks, special_tokens={})
print("ok")
