"""Every kind of page."""

from typing import Literal

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

# As somebody sees them who has said something.
PAGES = (
    "/",
    "/me",
    "/me?changed=356",
    "/me/history",
    "/me/picks?f.genres=Drama&novelty=0.4&page=2",
    "/me/picks?f.year.from=2100",
    "/items/161944",
    "/items/318?as=1",
    "/users/1",
    "/users/1/history",
    "/try",
    "/try?like=318&like=4226",
    "/try?q=star",
    "/search?q=star",
    "/search?q=zzzzzz",
    "/model",
    "/docs",
)
# More of the same kinds, for the long run.
MORE_PAGES = (
    "/me/picks",
    "/me/picks?list=gems",
    "/items/318",
    "/items/260?changed=260",
    "/users/547",
    "/users/nobody",
    "/users/1/picks?page=377",
    "/try?q=zzzzzz",
    "/search",
)
# As a stranger does.
OF_STRANGERS = ("/", "/me", "/me/history", "/items/318")
# What is wrong, and answered with the status.
ERRORS = {"/nowhere": 404, "/me/picks?novelty=7": 422, "/me/export": 404}
