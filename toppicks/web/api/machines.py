"""The model that is served, and whether it is well."""

from toppicks.web.description import Answer, Group
from toppicks.web.desk import the_desk
from toppicks.web.schemas.model import LiveReply, ModelReply, ReadyReply

machines = Group("Model and health", "What answers here, and whether it is well.")


@machines.operation("GET", "/api/model", "open", reply=ModelReply)
def get_model() -> Answer:
    """The model.

    Its version, when and from what it was trained, and the table of its contest.
    """
    return the_desk().model()


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
    return ReadyReply(status="ready", model_version=the_desk().version())
