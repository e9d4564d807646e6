"""protobuf: messages of a schema made here, in the compiled implementation: fields, maps, oneofs, JSON, text, errors."""

import copy
import pickle

from _expect import raises

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, json_format, message, message_factory, struct_pb2, text_format, timestamp_pb2
from google.protobuf.internal import api_implementation

assert api_implementation.Type() == "upb", "the compiled implementation is not in use"
Field = descriptor_pb2.FieldDescriptorProto
file = descriptor_pb2.FileDescriptorProto(name="people.proto", package="people", syntax="proto3")
colour = file.enum_type.add(name="Colour")
colour.value.add(name="NONE", number=0)
colour.value.add(name="RED", number=1)
person = file.message_type.add(name="Person")


def field(name, number, kind, label=Field.LABEL_OPTIONAL, **options):
    person.field.add(name=name, number=number, type=kind, label=label, **options)


field("name", 1, Field.TYPE_STRING)
field("id", 2, Field.TYPE_INT64)
field("scores", 3, Field.TYPE_DOUBLE, Field.LABEL_REPEATED)
field("friends", 4, Field.TYPE_MESSAGE, Field.LABEL_REPEATED, type_name=".people.Person")
field("colour", 5, Field.TYPE_ENUM, type_name=".people.Colour")
field("data", 6, Field.TYPE_BYTES)
entry = person.nested_type.add(name="CountsEntry")
entry.options.map_entry = True
entry.field.add(name="key", number=1, type=Field.TYPE_STRING, label=Field.LABEL_OPTIONAL)
entry.field.add(name="value", number=2, type=Field.TYPE_INT32, label=Field.LABEL_OPTIONAL)
field("counts", 7, Field.TYPE_MESSAGE, Field.LABEL_REPEATED, type_name=".people.Person.CountsEntry")
person.oneof_decl.add(name="contact")
field("mail", 8, Field.TYPE_STRING, oneof_index=0)
field("phone", 9, Field.TYPE_UINT32, oneof_index=0)
pool = descriptor_pool.DescriptorPool()
pool.AddSerializedFile(file.SerializeToString())
Person = message_factory.GetMessageClass(pool.FindMessageTypeByName("people.Person"))

ann = Person(name="Ann \u20ac", id=-5, scores=[1.5, 2], colour="RED", data=b"\0\xff", counts={"a": 1})
ann.friends.add(name="Bob").counts["x"] = 7
ann.friends.append(Person(id=2**62))
ann.mail = "ann@example.com"
assert ann.WhichOneof("contact") == "mail"
ann.phone = 123
assert ann.WhichOneof("contact") == "phone" and ann.mail == "" and ann.HasField("phone") and not ann.HasField("mail")
wire = ann.SerializeToString(deterministic=True)
again = Person.FromString(wire)
assert again == ann and again.friends[0].counts == {"x": 7} and again.ByteSize() == len(wire) and again.colour == 1
assert Person(id=150).SerializeToString() == b"\x10\x96\x01"
assert list(again.scores) == [1.5, 2.0] and again.scores[-1] == 2 and [friend.id for friend in again.friends] == [0, 2**62]
again.scores.extend([3, 0.5])
again.scores.sort()
del again.scores[0]
assert again.scores == [1.5, 2, 3] and again != ann
again.MergeFrom(Person(scores=[9], counts={"b": 2}))
assert len(again.scores) == 4 and dict(again.counts) == {"a": 1, "b": 2}
again.ClearField("counts")
assert not again.counts and [found.name for found, value in again.ListFields()][:2] == ["name", "id"]
assert json_format.Parse(json_format.MessageToJson(ann), Person()) == ann and json_format.MessageToDict(ann)["id"] == "-5"
assert text_format.Parse(text_format.MessageToString(ann), Person()) == ann and 'name: "Bob"' in str(ann)
assert copy.deepcopy(ann) == ann and Person.DESCRIPTOR.fields_by_name["id"].number == 2
assert Person.DESCRIPTOR.file.pool.FindEnumTypeByName("people.Colour").values_by_name["RED"].number == 1
stamp = timestamp_pb2.Timestamp()
stamp.FromJsonString("2024-02-29T12:00:00Z")
assert stamp.seconds == 1709208000 and pickle.loads(pickle.dumps(stamp)) == stamp
packed = any_pb2.Any()
packed.Pack(stamp)
assert packed.Is(timestamp_pb2.Timestamp.DESCRIPTOR) and packed.type_url.endswith("google.protobuf.Timestamp")
record = struct_pb2.Struct()
record.update({"a": 1, "b": [True, None, {"c": "d"}]})
assert json_format.MessageToDict(record) == {"a": 1.0, "b": [True, None, {"c": "d"}]}

raises(AttributeError, "Protocol message Person has no \"nonsense\" field.", setattr, ann, "nonsense", 1)
raises(TypeError, "", setattr, ann, "name", 5)
raises(ValueError, "Value out of range: -1", setattr, ann, "phone", -1)
raises(ValueError, "no \"nonsense\"", Person, nonsense=1)
raises(message.DecodeError, "Error parsing message with type 'people.Person': Wire format was corrupt", Person.FromString, b"\x0a\xff")
raises(TypeError, "must be real number, not str", ann.scores.append, "x")
raises(json_format.ParseError, "Message type \"people.Person\" has no field named \"nope\" at \"Person\".", json_format.Parse, '{"nope": 1}', Person())
raises(text_format.ParseError, "1:1 : Message type \"people.Person\" has no field named \"nope\".", text_format.Parse, "nope: 1", Person())
print("ok")
