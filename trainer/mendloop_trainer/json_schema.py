"""Checks a value against a JSON Schema, of which it knows the keywords that Mendloop's own schemas use.

A driver runs with the standard library alone. An unknown keyword is a KeyError: no rule of a schema goes unchecked.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
Errors = Iterator[tuple[str, str]]
"""The path of a field, such as `spec.algo.lr`, and what is wrong with it; never its value, which may be content."""


def errors_of(value: Any, schema: Schema, path: str) -> Errors:
    """What does not fit, field by field. A number has to be finite, and an integer is written without a point."""
    if "type" in schema and not _has_type(value, schema["type"]):
        yield path, "not of its type"
        return
    for keyword, rule in schema.items():
        check = _KEYWORDS[keyword]
        if check is not None:
            yield from check(value, rule, schema, path)


def _has_type(value: Any, names: str | list[str]) -> bool:
    return any(_TYPES[name](value) for name in ([names] if isinstance(names, str) else names))


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_integer(value) or (isinstance(value, float) and math.isfinite(value))


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "integer": _is_integer,
    "number": _is_number,
}


def _properties(value: Any, fields: Mapping[str, Schema], _schema: Schema, path: str) -> Errors:
    for name, field in fields.items():
        if name in value:
            yield from errors_of(value[name], field, f"{path}.{name}")


def _required(value: Any, names: list[str], _schema: Schema, path: str) -> Errors:
    yield from ((f"{path}.{name}", "missing") for name in names if name not in value)


def _additional(value: Any, rule: object, schema: Schema, path: str) -> Errors:
    """The schemas allow no other field; an unknown name may be content, and is not quoted."""
    if rule is not False:
        raise KeyError("additionalProperties")
    if value.keys() - schema["properties"].keys():
        yield path, "a field that the contract does not have"


def _items(value: Any, item_schema: Schema, _schema: Schema, path: str) -> Errors:
    for index, item in enumerate(value):
        yield from errors_of(item, item_schema, f"{path}[{index}]")


def _any_of(value: Any, branches: list[Schema], _schema: Schema, path: str) -> Errors:
    """The errors of the branch whose type the value has, such as that of a group that may also be null."""
    attempts = [list(errors_of(value, branch, path)) for branch in branches]
    if all(attempts):
        fitting = [
            errors
            for branch, errors in zip(branches, attempts, strict=True)
            if "type" in branch and _has_type(value, branch["type"])
        ]
        yield from fitting[0] if fitting else [(path, "not of its type")]


def _when(fails: Callable[[Any, Any], bool], message: str) -> Callable[[Any, Any, Schema, str], Errors]:
    def check(value: Any, rule: Any, _schema: Schema, path: str) -> Errors:
        if fails(value, rule):
            yield path, message

    return check


def _misses_pattern(value: str, pattern: str) -> bool:
    return re.fullmatch(pattern, value, re.ASCII) is None


_RANGE = "out of its range"
_CHOICE = "not one of its values"
_KEYWORDS: Mapping[str, Callable[[Any, Any, Schema, str], Errors] | None] = {
    **dict.fromkeys(("$schema", "title", "description", "type", "format")),
    "properties": _properties,
    "required": _required,
    "additionalProperties": _additional,
    "items": _items,
    "anyOf": _any_of,
    "const": _when(lambda value, only: value != only, _CHOICE),
    "enum": _when(lambda value, choices: value not in choices, _CHOICE),
    "pattern": _when(_misses_pattern, "not of its form"),
    "minLength": _when(lambda value, least: len(value) < least, "empty or too short"),
    "minItems": _when(lambda value, least: len(value) < least, "has too few items"),
    "minimum": _when(lambda value, least: value < least, _RANGE),
    "maximum": _when(lambda value, most: value > most, _RANGE),
    "exclusiveMinimum": _when(lambda value, bound: value <= bound, _RANGE),
}
