"""A training run's report as the page reads it: every part may be absent."""

from typing import Annotated, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)

Number = Annotated[float, Field(allow_inf_nan=False)]


class _Part(BaseModel):
    """What is missing, not measured or of another kind than expected is as if it were not there.

    The report was written by a training run of any version; a page that shows a part less is
    better than none.
    """

    model_config = ConfigDict(frozen=True)

    @field_validator("*", mode="wrap")
    @classmethod
    def _or_as_if_absent(
        cls, value: Any, validated: ValidatorFunctionWrapHandler, field: ValidationInfo
    ) -> Any:
        try:
            return validated(value)
        except ValidationError:
            return cls.model_fields[str(field.field_name)].get_default(call_default_factory=True)


class Standing(_Part):
    """How a contender did."""

    name: str = ""
    role: str = ""
    ndcg: Number | None = None
    ndcg_low: Number | None = None
    ndcg_high: Number | None = None
    recall: Number | None = None
    precision: Number | None = None
    mrr: Number | None = None
    hit_rate: Number | None = None
    coverage: Number | None = None
    novelty: Number | None = None
    diversity: Number | None = None


class Comparison(_Part):
    """What is served against the best contender, person by person."""

    against: str = ""
    gain: Number | None = None
    low: Number | None = None
    high: Number | None = None
    p: Number | None = None
    verdict: str = ""


class Removed(_Part):
    """Rows that were left out for one reason."""

    reason: str = ""
    rows: int = 0
    example: str = ""
    where: str = ""
    done: str = ""


class Note(_Part):
    """What was seen or done without losing a row. n: of how many; 0 where that means nothing."""

    what: str = ""
    n: int = 0
    example: str = ""
    done: str = ""


class FileRead(_Part):
    """A file, and which of its columns is what (role -> column)."""

    name: str = ""
    kind: str = ""
    rows: int | None = None
    columns: dict[str, str] = {}
    unused: tuple[str, ...] = ()


class Account(_Part):
    """What became of the rows that came in."""

    rows_in: int | None = None
    rows_used: int | None = None
    removed: tuple[Removed, ...] = ()
    notes: tuple[Note, ...] = ()
    files: tuple[FileRead, ...] = ()


class Feedback(_Part):
    """Of which kind it is, which kind of event is driven at, and what a positive is, in words."""

    kind: str = ""
    drive: str | None = None
    positive: str = ""


class Column(_Part):
    """What a column of metadata was made into; `why` it was not."""

    column: str = ""
    kind: str = ""
    why: str = ""
    n_features: int = 0
    n_items: int = 0
    top: tuple[tuple[str, int], ...] = ()


class Metadata(_Part):
    """Columns of the files about items and about people."""

    items: tuple[Column, ...] = ()
    users: tuple[Column, ...] = ()


class TimeCut(_Part):
    """The contest after one moment for everybody."""

    people: int | None = None
    standings: tuple[Standing, ...] = ()


class Length(_Part):
    """People of whom so many likes are known; None: all of them."""

    length: int | None = None
    people: int | None = None
    popularity: Number | None = None
    served: Number | None = None


class ColdItems(_Part):
    """Items that were held out altogether."""

    items: int | None = None
    people: int | None = None
    standings: tuple[Standing, ...] = ()
    share_top: Number | None = None
    share_relevant: Number | None = None
    recall_at_100: Number | None = None


class Epoch(_Part):
    """How well rows that were learnt from, and hidden ones, are ranked after an epoch."""

    epoch: int | None = None
    train_auc: Number | None = None
    test_auc: Number | None = None
    train_ndcg: Number | None = None
    test_ndcg: Number | None = None


class Bin(_Part):
    """Ratings of about the same match: what was said, and what share was liked."""

    chance: Number | None = None
    liked: Number | None = None
    n: int | None = None


class Reliability(_Part):
    """How true a match is."""

    error: Number | None = None
    bins: tuple[Bin, ...] = ()


class Segment(_Part):
    """How well-known the items are that people rate, and that they are recommended.

    own, recommended: the mean of log10(1 + an item's ratings).
    """

    segment: str = ""
    people: int | None = None
    own: Number | None = None
    recommended: Number | None = None


class Tradeoff(_Part):
    """What is served with novelty or diversity turned so far; neither where `turned` is empty."""

    turned: str = ""
    by: Number = 0.0
    people: int | None = None
    ndcg: Number | None = None
    coverage: Number | None = None
    novelty: Number | None = None
    diversity: Number | None = None


class Level(_Part):
    """What a rating of `start` or more is worth; None: any. name: of a kind of event."""

    start: Number | None = Field(None, alias="from")
    worth: Number | None = None
    name: str | None = None


class Choice(_Part):
    """What was chosen on validation rows."""

    items: str | None = None
    settings: dict[str, Any] = {}
    hybrid: dict[str, Any] = {}
    seeds: int | None = None
    share: Number | None = None
    lean_items: Number | None = None
    lean_taste: Number | None = None
    corner: str | None = None


class MapPlaces(_Part):
    """Items' places, 0 to 1 from left to right and from the bottom up."""

    item_idx: tuple[int, ...] = ()
    x: tuple[Number, ...] = ()
    y: tuple[Number, ...] = ()


class ModelReport(_Part):
    """Everything that the page can show of a training run."""

    k: int = 10
    seed: int | None = None
    by_time: bool = False
    like_from: Number | None = None
    asked: int | None = None
    seconds: Number | None = None
    trials: int | None = None
    account: Account = Account()
    features: Metadata = Metadata()
    accounts: dict[str, Account] = {}
    feedback: Feedback = Feedback()
    holdout: tuple[Standing, ...] = ()
    comparison: Comparison = Comparison()
    time_cut: TimeCut = TimeCut()
    people: tuple[Length, ...] = ()
    cold_items: ColdItems = ColdItems()
    curves: tuple[Epoch, ...] = ()
    best_epoch: int | None = None
    reliability: Reliability = Reliability()
    bias: tuple[Segment, ...] = ()
    tradeoffs: tuple[Tradeoff, ...] = ()
    worth: tuple[Level, ...] = ()
    half_life_days: Number | None = None
    choice: Choice = Choice()
    plots: dict[str, str] = {}
    map: MapPlaces = MapPlaces()

    @classmethod
    def of(cls, report: Any) -> "ModelReport":
        """Raises nothing, whatever the model holds in place of a report."""
        return cls.model_validate(report if isinstance(report, dict) else {})

    @property
    def every_account(self) -> dict[str, Account]:
        """What became of the rows of each kind of file: of feedback first."""
        others = {name: one for name, one in self.accounts.items() if name != "feedback"}
        every = {"feedback": self.account, **others}
        return {name: one for name, one in every.items() if one.rows_in is not None}

    @property
    def baseline(self) -> Standing | None:
        """Popularity: what everything has to beat."""
        return self.holdout[0] if len(self.holdout) > 1 else None

    @property
    def served(self) -> Standing | None:
        """What the site recommends by."""
        marked = [standing for standing in self.holdout if standing.role == "served"]
        return marked[-1] if marked else self.holdout[-1] if self.holdout else None
