"""What all models of the API have in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict


def example(value: Any) -> dict[str, Any]:
    """The example of a model, as its JSON schema carries it."""
    return {"examples": [value]}


class Query(BaseModel):
    """What may stand in an address after the question mark; other names there are ignored."""

    model_config = ConfigDict(frozen=True)


class Body(BaseModel):
    """What is sent; a name that is not known is a slip, and refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Reply(BaseModel):
    """What is answered; a field that is not given is left out, and some may be added one day."""

    model_config = ConfigDict(frozen=True)
