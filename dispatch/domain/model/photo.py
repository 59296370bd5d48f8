"""Photo: a picture of an incident, from a crew or from whoever reported it (F6, R8).

The log knows of a picture and who took it; the picture itself lies sealed in a file beside it, under the key
of its incident or reporter, and is gone for ever with that key.
"""

from datetime import datetime
from typing import ClassVar

import msgspec

from dispatch.domain.model.messages import Command, Event


class PhotoFile(msgspec.Struct, frozen=True, kw_only=True):
    """What the edge found in a picture: `size` in bytes, `width` and `height` in pixels, `digest` its sha256
    (hex). `subject` names the key under which it is sealed."""

    photo_id: str
    subject: str
    media_type: str
    size: int
    width: int
    height: int
    digest: str


class Photo(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as it stands with its incident or report; `at` is when it was taken, as claimed."""

    id: str
    subject: str
    media_type: str
    size: int
    width: int
    height: int
    digest: str
    by: str
    at: datetime


class AddIncidentPhoto(Command, frozen=True, kw_only=True, tag="incident.add_photo"):
    """A picture for an incident, from the room or from a crew that is or was on it. Made at the edge from an
    upload: clients send the picture itself over HTTP."""

    incident_id: str
    photo: PhotoFile


class AddReportPhoto(Command, frozen=True, kw_only=True, tag="report.add_photo"):
    """A picture that a reporter sends with a report. Made at the edge from an upload."""

    report_id: str
    photo: PhotoFile


class IncidentPhotoAdded(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "incident.photo_added"
    incident_id: str
    photo: PhotoFile


class ReportPhotoAdded(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "report.photo_added"
    report_id: str
    photo: PhotoFile
