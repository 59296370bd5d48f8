"""One question → one file."""

from dispatch.agencies.loader import load_codebook
from dispatch.domain.model.messages import Refused
from dispatch.live.reveal import Opener
from dispatch.live.rights import Rights
from dispatch.replay.export.facts import Facts, Json, gather_incident, gather_stretch
from dispatch.replay.export.people import People
from dispatch.replay.export.tables import make_csv, make_geojson, make_json
from dispatch.replay.export.words import Words, iso_local
from dispatch.replay.questions import AskExport, File
from dispatch.replay.state_at import Replayer
from dispatch.store.connect import Pool
from dispatch.store.users import Users

MEDIA = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "pdf": "application/pdf",
}


async def make_file(pool: Pool, replayer: Replayer, opener: Opener, rights: Rights, ask: AskExport) -> File:
    """The file, of an incident (all formats) or of a stretch of the city (all but the report).

    Raises Refused `unknown_incident`, `export_too_long`, `export_format`; BrokenLog, DatabaseLost.
    """
    if ask.format not in MEDIA or (ask.incident is None and ask.format == "pdf"):
        raise Refused("export_format", format=ask.format)
    if ask.incident is not None:
        facts = await gather_incident(pool, replayer, opener, rights, ask.incident, ask.redacted)
    elif ask.start is not None and ask.end is not None:
        facts = await gather_stretch(pool, replayer, opener, rights, ask.start, ask.end, ask.redacted)
    else:
        raise Refused("export_format", format=ask.format)
    words = Words(ask.lang, load_codebook())
    people = People(facts, await Users(pool).list_all(), words)
    kind = "redacted" if ask.redacted else "full"
    return File(
        name=f"{'incident' if ask.incident else 'city'}-{facts.title}-{kind}.{ask.format}",
        media_type=MEDIA[ask.format],
        data=_fill(facts, people, words, ask),
    )


def _fill(facts: Facts, people: People, words: Words, ask: AskExport) -> bytes:
    warning = words.say("masked") if ask.redacted else words.say("open_copy", reason=ask.reason)
    if ask.format == "csv":
        return make_csv(facts, people, words)
    if ask.format == "pdf":
        # Its library takes longer to load than a look back may take, and few looks ask for a report.
        from dispatch.replay.export.report import make_pdf

        stamp = words.say("made", at=words.moment(ask.now), by=ask.by)
        return make_pdf(facts, people, words, stamp, warning, test=ask.test)
    about: Json = {
        "title": facts.title,
        "start": iso_local(facts.start),
        "end": iso_local(facts.end),
        "seq": facts.seq,
        "chain": facts.link,
        "redacted": facts.redacted,
        "warning": warning,
        "made_at": iso_local(ask.now),
        "made_by": ask.by,
        "reason": ask.reason,
        "exercise": ask.test,
        "positions_step_s": facts.tracks.step_s,
    }
    if ask.format == "json":
        return make_json(facts, about, people)
    return make_geojson(facts, about, words)
