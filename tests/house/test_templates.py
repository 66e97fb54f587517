"""Templates are read by people too."""

from procurement.config import PROJECT_ROOT

LONGEST_LINE = 180


def test_no_line_of_a_template_is_longer_than_an_eye_follows() -> None:
    """Break before an attribute, after a comma, or a text into two literals side by side: its msgid stays."""
    too_long = [
        f"{path.relative_to(PROJECT_ROOT)}:{number} has {len(line)} characters"
        for path in sorted((PROJECT_ROOT / "templates").rglob("*"))
        if path.is_file()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > LONGEST_LINE
    ]
    assert too_long == []
