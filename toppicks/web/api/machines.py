"""The model that is served, and whether it is well."""

from toppicks.web.model.report import ModelReport
from toppicks.web.operations.description import Answer, Group
from toppicks.web.schemas.model import Contender, Contest, LiveReply, ModelReply, ReadyReply
from toppicks.web.site import House, Site

machines = Group("Model and health", "What answers here, and whether it is well.")


@machines.operation("GET", "/api/model", "open", reply=ModelReply)
def get_model() -> Answer:
    """The model.

    Its version, when and from what it was trained, and the table of its contest.
    """
    site = Site.current()
    about, trained = site.model.about, site.model
    report = ModelReport.of(about.get("report"))
    files = [file.name for one in report.every_account.values() for file in one.files]
    standings = [
        Contender(**{name: getattr(one, name) for name in Contender.model_fields})
        for one in report.holdout
    ]
    return ModelReply(
        model_version=site.recommender.version,
        trained_at=about.get("trained_at"),
        users=len(trained.users),
        items=len(trained.items),
        interactions=len(trained.histories.item_idx),
        feedback=trained.words.feedback,
        files=files,
        contest=Contest(k=report.k, standings=standings),
    )


@machines.operation("GET", "/api/health/live", "machines", reply=LiveReply)
def live() -> Answer:
    """Live.

    The process answers.
    """
    return LiveReply(status="live")


@machines.operation("GET", "/api/health/ready", "machines", reply=ReadyReply)
def ready() -> Answer:
    """Ready.

    The model is loaded, and which.
    """
    site = Site.current()
    return ReadyReply(
        status="ready",
        model_version=site.recommender.version,
        refused=House.current().knowledge.live.refused or None,
        ratings="resting" if site.resting else "live",
    )
