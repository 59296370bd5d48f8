"""All verbs, and what is said of an error that the operator can mend."""

import sys

import typer

from dispatch.cli.areas import areas_of
from dispatch.cli.arguments import Commands
from dispatch.cli.centre import centre
from dispatch.cli.city import city
from dispatch.cli.explain import explaining
from dispatch.cli.lookups import lookups
from dispatch.cli.pages import web
from dispatch.cli.roads import routing
from dispatch.cli.simulate import simulate
from dispatch.cli.upkeep import upkeep
from dispatch.host.errors import HostError
from dispatch.settings import SettingsError

app = typer.Typer(
    name="dispatch",
    cls=Commands,
    help="Trung tâm ứng cứu khẩn cấp mở / the open emergency response centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(centre)
app.add_typer(city, name="city")
app.add_typer(web, name="web")
for verbs in (upkeep, lookups, areas_of, routing, explaining):
    app.add_typer(verbs)
app.add_typer(simulate, name="simulate")


def main() -> None:
    """Run the command line; errors the operator can mend are said in words, without a trace."""
    from dispatch.api.errors import fill_error
    from dispatch.client.trial_call import TrialCallFailed
    from dispatch.core.backup import BackupUnusable
    from dispatch.core.fold import BrokenLog
    from dispatch.domain.model.messages import Refused
    from dispatch.store.errors import StoreError
    from gis.errors import CityError
    from routing.graph.errors import GraphError

    try:
        app()
    except Refused as refusal:
        said = fill_error(refusal.code, refusal.data)
        _give_up(f"{said.vi}\n{said.en}")
    except (HostError, SettingsError, CityError, GraphError, StoreError, BackupUnusable, BrokenLog) as error:
        _give_up(str(error))
    except TrialCallFailed as error:
        _give_up(str(error))


def _give_up(words: str) -> None:
    typer.echo(words, err=True)
    sys.exit(1)
