"""The model that is served, and whether it is well."""

from typing import Literal

from pydantic import Field

from toppicks.web.schemas.described import Reply, example

_STANDING = {
    "name": "EASE + LightFM",
    "role": "served",
    "ndcg": 0.3214,
    "recall": 0.1852,
    "precision": 0.2011,
    "hit_rate": 0.79,
    "mrr": 0.47,
    "coverage": 0.062,
    "novelty": 2.31,
    "diversity": 0.68,
}


class Contender(Reply, json_schema_extra=example(_STANDING)):
    """How a method did in the contest; null is not measured."""

    name: str
    role: str = Field(description="`served` is the one that answers here.")
    ndcg: float | None
    recall: float | None
    precision: float | None
    hit_rate: float | None
    mrr: float | None
    coverage: float | None
    novelty: float | None
    diversity: float | None


_CONTEST = {"k": 10, "standings": [_STANDING]}


class Contest(Reply, json_schema_extra=example(_CONTEST)):
    """Every method on the same hidden rows, popularity first."""

    k: int = Field(ge=1, description="How many picks were judged.")
    standings: list[Contender]


class ModelReply(
    Reply,
    json_schema_extra=example(
        {
            "model_version": "5d1c2b7e90aa",
            "trained_at": "2026-11-25T20:00:00+00:00",
            "users": 671,
            "items": 9066,
            "interactions": 100004,
            "feedback": "rating",
            "files": ["ratings.csv.gz", "films.csv.gz"],
            "contest": _CONTEST,
        }
    ),
):
    """What answers here, from what it was trained, and how good it is."""

    model_version: str
    trained_at: str | None
    users: int
    items: int
    interactions: int
    feedback: Literal["rating", "count", "event", "presence"] = Field(
        description="What is known of people: an opinion, how often, what kind, or merely that."
    )
    files: list[str]
    contest: Contest


class LiveReply(Reply, json_schema_extra=example({"status": "live"})):
    """The process answers."""

    status: Literal["live"]


class ReadyReply(
    Reply,
    json_schema_extra=example(
        {
            "status": "ready",
            "model_version": "5d1c2b7e90aa",
            "refused": None,
            "ratings": "live",
        }
    ),
):
    """The model is loaded; without the database picks go on, and ratings rest."""

    status: Literal["ready"]
    model_version: str = Field(description="Of the model that is served.")
    refused: str | None = Field(
        description="Why the file that lies in the model's place now is not served; null if it is."
    )
    ratings: Literal["live", "resting"] = Field(description="Whether ratings are taken just now.")
