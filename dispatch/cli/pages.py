"""The verbs of the web pages."""

import typer

from dispatch.host.progress import Steps
from dispatch.settings import PROJECT

web = typer.Typer(help="Trang web / the web pages.", no_args_is_help=True)


@web.command("build")
def web_build() -> None:
    """Dựng trang web nếu mã nguồn đã đổi / build the pages if their sources changed."""
    build_pages(Steps())


@web.command("install")
def web_install() -> None:
    """Cài thư viện của trang web / install the packages the pages are built with."""
    from dispatch.host.web import install_web_packages

    with Steps().step("Thư viện trang web", "Web packages"):
        install_web_packages(PROJECT / "frontend")


def build_pages(steps: Steps) -> None:
    from dispatch.host.web import build_web

    with steps.step("Trang web", "Web pages"):
        build_web(PROJECT / "frontend")
