"""Cards as JSON, for the outbox and for a chat that keeps them."""

from functools import cache

from pydantic import TypeAdapter

from templates.card import Card
from templates.effect import Effect


@cache
def _cards() -> TypeAdapter[Card]:
    return TypeAdapter(Card)


@cache
def _effects() -> TypeAdapter[Effect]:
    return TypeAdapter(Effect)


def pack(card: Card) -> str:
    return _cards().dump_json(card, exclude_defaults=True).decode()


def unpack(packed: str) -> Card:
    return _cards().validate_json(packed)


def pack_effect(effect: Effect) -> str:
    return _effects().dump_json(effect, exclude_defaults=True).decode()


def unpack_effect(packed: str) -> Effect:
    return _effects().validate_json(packed)
