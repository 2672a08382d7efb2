"""Make docs/top-picks.png anew: `make screenshot`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.rig import browser, running_site  # noqa: E402

PERSON = "/users/42"
TARGET = ROOT / "docs" / "top-picks.png"
WIDTH, HEIGHT = 1280, 1010


def main() -> None:
    """Start a site in demo mode and take a picture of one person's page."""
    settings = {"TOPPICKS_DEMO": "1", "MODEL_PATH": str(ROOT / "model.pkl")}
    with running_site(settings) as site, browser() as chromium:
        page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(site.url + PERSON)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=TARGET)
    print(f"wrote {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
