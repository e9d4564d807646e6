"""safetensors: saving and loading arrays, slices, metadata, errors."""

import json
import struct

from _expect import raises

import numpy as np
import safetensors
from safetensors import deserialize, safe_open, serialize, serialize_file
from safetensors.numpy import load, load_file, save, save_file

tensors = {
    "a": np.arange(24, dtype=np.float32).reshape(2, 3, 4),
    "b": np.array([1, -2, 3], dtype=np.int64),
    "c": np.zeros((0, 5), dtype=np.uint8),
    "d": np.array(7.5, dtype=np.float64),
    "e": np.array([True, False]),
    "f": np.array([1.5, -2], dtype=np.float16),
}
data = save(tensors, metadata={"made": "here"})
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8 : 8 + length])
assert header["__metadata__"] == {"made": "here"} and header["a"]["dtype"] == "F32" and header["a"]["shape"] == [2, 3, 4]
for name, value in load(data).items():
    assert value.dtype == tensors[name].dtype and (value == tensors[name]).all() and value.shape == tensors[name].shape

save_file(tensors, "x.safetensors", metadata={"k": "caf\xe9"})
assert (load_file("x.safetensors")["a"] == tensors["a"]).all()
with safe_open("x.safetensors", framework="np") as file:
    assert sorted(file.keys()) == list("abcdef") and file.metadata() == {"k": "caf\xe9"}
    assert (file.get_tensor("b") == tensors["b"]).all()
    part = file.get_slice("a")
    assert part.get_shape() == [2, 3, 4] and part.get_dtype() == "F32"
    assert (part[:, 1:, ::1] == tensors["a"][:, 1:]).all() and (part[1] == tensors["a"][1]).all() and (part[0, 2, 1:3] == [9, 10]).all()
    raises(safetensors.SafetensorError, "File does not contain tensor nope", file.get_tensor, "nope")
kept = np.array([[1, 2], [3, 4]], dtype=np.uint8)
raw = {"t": safetensors.TensorSpec(dtype="uint8", shape=[2, 2], data_ptr=kept.ctypes.data, data_len=4)}
assert deserialize(serialize(raw))[0][1]["data"] == bytearray(b"\1\2\3\4")
serialize_file(raw, "y.safetensors")
assert load_file("y.safetensors")["t"].tolist() == [[1, 2], [3, 4]]

raises(safetensors.SafetensorError, "Error while deserializing: header too small", load, b"short")
raises(safetensors.SafetensorError, "Error while deserializing: invalid JSON in header: key must be a string at", load, struct.pack("<Q", 5) + b"{bad}")
raises(safetensors.SafetensorError, "incomplete metadata, file not fully covered", load, data[:-3])
raises(FileNotFoundError, "No such file or directory", load_file, "none.safetensors")
raises(TypeError, "argument 'bytes': 'str' object is not an instance of 'bytes'", deserialize, "text")
raises(safetensors.SafetensorError, "Error while serializing: invalid shape, data type, or offset for tensor", serialize, {"t": safetensors.TensorSpec(dtype="uint8", shape=[3], data_ptr=kept.ctypes.data, data_len=4)})
print("ok")
