"""What is asked of one applicant after the opening: by officers, answered by its team."""

from procurement.services.requests.answering import add_file, remove_file, save_answer, send
from procurement.services.requests.asking import ask, take_back
from procurement.services.requests.looking import look
from procurement.services.requests.reminding import remind
from procurement.services.requests.telling import preview

__all__ = ["add_file", "ask", "look", "preview", "remind", "remove_file", "save_answer", "send", "take_back"]
