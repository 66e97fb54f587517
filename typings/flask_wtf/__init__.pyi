"""What we use of Flask-WTF, which brings no types of its own. See the [tool.mypy] part of pyproject.toml."""

from flask import Flask
from wtforms import Form

class CSRFProtect:
    def __init__(self, app: Flask | None = None) -> None: ...

class FlaskForm(Form):
    def is_submitted(self) -> bool: ...
