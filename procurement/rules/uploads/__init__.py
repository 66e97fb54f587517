"""May this file be kept? Judged by its name, its size and what is really in it, before anything is stored."""

from procurement.rules.uploads.examination import Accepted, Limits, Refused, examine
from procurement.rules.uploads.names import display_name
from procurement.rules.uploads.types import MEDIA_TYPES

__all__ = ["MEDIA_TYPES", "Accepted", "Limits", "Refused", "display_name", "examine"]
