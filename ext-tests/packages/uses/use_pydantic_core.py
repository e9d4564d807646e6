"""pydantic_core: schemas of its own and pydantic's models, JSON both ways, validation errors."""

import datetime
import decimal
import enum
import typing
import uuid

from _expect import raises

import pydantic
import pydantic_core
from pydantic import BaseModel, Field, TypeAdapter, ValidationError, computed_field, field_validator, model_validator
from pydantic_core import SchemaSerializer, SchemaValidator, core_schema

validator = SchemaValidator(
    core_schema.typed_dict_schema(
        {
            "n": core_schema.typed_dict_field(core_schema.int_schema(ge=0)),
            "tags": core_schema.typed_dict_field(core_schema.list_schema(core_schema.str_schema(strip_whitespace=True))),
        }
    )
)
assert validator.validate_python({"n": "7", "tags": [" a ", "b"]}) == {"n": 7, "tags": ["a", "b"]}
assert validator.validate_json(b'{"n": 1, "tags": ["\\u20ac"]}') == {"n": 1, "tags": ["\u20ac"]}
assert not validator.isinstance_python({"n": -1, "tags": []})
assert SchemaSerializer(core_schema.set_schema(core_schema.int_schema())).to_json({1}) == b"[1]"
assert pydantic_core.to_json({"d": datetime.date(2024, 2, 29), "b": b"x"}) == b'{"d":"2024-02-29","b":"x"}'
assert pydantic_core.from_json('[1, 2.5, "\u20ac', allow_partial=True) == [1, 2.5]
assert str(pydantic_core.Url("HTTP://Example.com:80/a b")) == "http://example.com/a%20b"


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    street: str
    zip: str = Field(pattern=r"^\d{5}$")


class User(BaseModel):
    model_config = {"str_strip_whitespace": True, "extra": "forbid"}
    id: int
    name: str = Field(alias="fullName", min_length=2)
    joined: datetime.datetime = datetime.datetime(2024, 1, 1)
    balance: decimal.Decimal = decimal.Decimal("0")
    colour: Colour = Colour.RED
    home: Address | None = None
    friends: list["User"] = []
    scores: dict[str, tuple[int, float]] = {}
    key: uuid.UUID | int = 0

    @field_validator("id")
    @classmethod
    def even(cls, value):
        if value % 2:
            raise ValueError("must be even")
        return value

    @model_validator(mode="after")
    def named(self):
        assert self.name != "nobody", "somebody is needed"
        return self

    @computed_field
    @property
    def label(self) -> str:
        return f"{self.id}:{self.name}"


user = User.model_validate(
    {"id": "4", "fullName": " Ann ", "joined": "2024-02-29T10:00:00Z", "balance": "1.50", "colour": "blue", "scores": {"x": ["1", 2]},
     "home": {"street": "A", "zip": "12345"}, "friends": [{"id": 2, "fullName": "Bob"}], "key": "00000000-0000-0000-0000-000000000005"}
)
assert user.name == "Ann" and user.joined.tzinfo is not None and user.scores == {"x": (1, 2.0)} and user.key == uuid.UUID(int=5)
assert user.friends[0].name == "Bob" and user.colour is Colour.BLUE and user.label == "4:Ann"
text = user.model_dump_json(by_alias=True, exclude={"label": True, "friends": {0: {"label"}}})
assert User.model_validate_json(text) == user
assert user.model_dump(include={"id", "home"}) == {"id": 4, "home": {"street": "A", "zip": "12345"}}
assert user.model_copy(update={"id": 6}).id == 6 and "fullName" in User.model_json_schema()["$defs"]["User"]["properties"]
assert TypeAdapter(dict[int, list[float]]).validate_json('{"1": [1, 2]}') == {1: [1.0, 2.0]}
Shape = typing.Annotated[typing.Union["Square", "Circle"], Field(discriminator="kind")]


class Square(BaseModel):
    kind: typing.Literal["square"]
    side: float


class Circle(BaseModel):
    kind: typing.Literal["circle"]
    radius: float


assert TypeAdapter(list[Shape]).validate_python([{"kind": "circle", "radius": 1}])[0] == Circle(kind="circle", radius=1)

error = raises(ValidationError, "5 validation errors for User", User, id=3, fullName="x", colour="green", home={"street": 5, "zip": "1"})
assert [(item["type"], item["loc"]) for item in error.errors()] == [
    ("value_error", ("id",)),
    ("string_too_short", ("fullName",)),
    ("enum", ("colour",)),
    ("string_type", ("home", "street")),
    ("string_pattern_mismatch", ("home", "zip")),
]
assert "Value error, must be even" in str(error) and error.error_count() == 5 and '"type":"enum"' in error.json()
raises(ValidationError, "Extra inputs are not permitted", User, id=2, fullName="xx", nonsense=1)
raises(ValidationError, "Assertion failed, somebody is needed", User, id=2, fullName="nobody")
raises(ValidationError, "Invalid JSON: EOF while parsing", User.model_validate_json, '{"id": 1')
raises(pydantic_core.SchemaError, "Unknown schema type: \"nonsense\"", SchemaValidator, {"type": "nonsense"})
raises(pydantic_core.PydanticSerializationError, "Unable to serialize unknown type", pydantic_core.to_json, object())
raises(pydantic.errors.PydanticSchemaGenerationError, "Unable to generate pydantic-core schema", TypeAdapter, type("Odd", (), {}))
print("ok")
