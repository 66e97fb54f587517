"""A workflow as a table and as a diagram that people can read; docs/workflows.md prints them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from workflows.definition import Move, PlannedStage, Procedure, Role, State, Words, Workflow

# Pixels of the diagram, which scales as a whole.
COLUMN, ROW, MARGIN = 98, 40, 12
STEP_HEIGHT, BOX_HEIGHT, BOX_GAP = 26, 46, 8
LETTER = 6.4  # the mean width of a letter at the size of a label
LINE = 15  # from one line of a box to the next
LETTERS_IN_BOX = 12
FALLING_DUE = {
    "opens_at": "when the call opens",
    "closes_at": "when the call closes",
    "hold_until": "when the holding time ends",
    "told_at": "when everybody is told",
    "standstill_ends_at": "when standstill ends",
    "confirm_at": "at once, or when standstill ends",
    "accept_by": "when the time to answer ends",
}


@dataclass(frozen=True)
class MoveLine:
    """One move with all the states that it can be made from: a line of the table, an arrow of the diagram."""

    move: Move
    sources: tuple[str, ...]

    @property
    def by(self) -> str:
        return ", ".join(role for role in Role if role in self.move.by)

    @property
    def by_whom(self) -> str:
        """As `by`, in words, with the instant at which it happens by itself."""
        roles = ", ".join("the service" if role is Role.SYSTEM else role for role in Role if role in self.move.by)
        return f"{roles}, {FALLING_DUE[self.move.due]}" if self.move.due else roles


def move_lines(workflow: Workflow) -> tuple[MoveLine, ...]:
    """The moves in the order in which they are declared, those that differ in nothing but their source put together."""
    sources: dict[tuple[object, ...], list[Move]] = {}
    for move in workflow.moves:
        alike = (move.action, move.title, move.target, move.by, move.unless, move.then, move.due)
        sources.setdefault(alike, []).append(move)
    return tuple(MoveLine(moves[0], tuple(move.source for move in moves)) for moves in sources.values())


def table(workflow: Workflow) -> str:
    """The moves as a table in Markdown, without a line break at its end."""
    lines = ["| action | from | to | by | unless | then |", "|---|---|---|---|---|---|"]
    for each in move_lines(workflow):
        move = each.move
        by = f"{each.by} (due {move.due})" if move.due else each.by
        cells = (move.action, ", ".join(each.sources), move.target, by, ", ".join(move.unless), ", ".join(move.then))
        lines.append(f"| {' | '.join(cell or '–' for cell in cells)} |")
    return "\n".join(lines)


def words_table(workflow: Workflow) -> str:
    """What staff and everybody else read of each state, and of what the clock makes of one, as a table in Markdown."""
    steps = {step.key: step.title for step in workflow.steps}
    lines = ["| key | step | staff read | others read | once it is told | tag |", "|---|---|---|---|---|---|"]
    for state in workflow.states:
        lines.append(_words_line(state, steps[state.step] + (", an end" if state.ends else "")))
    lines += [_words_line(phase, "not stored") for phase in workflow.phases]
    return "\n".join(lines)


def sets_table(sets: Mapping[str, Sequence[str]]) -> str:
    """The sets of states that code asks for, as a table in Markdown."""
    lines = ["| set | states |", "|---|---|"]
    return "\n".join(lines + [f"| {name} | {', '.join(keys)} |" for name, keys in sets.items()])


def procedures_table(procedures: Iterable[Procedure]) -> str:
    """What each procedure binds its calls to, as a table in Markdown: a line for each stage."""
    head = "| procedure | kind | route | open data | stage | steps | collected | names | other marks | ranks by |"
    lines = [head, "|---|---|---|---|---|---|---|---|---|---|"]
    for each in procedures:
        for stage in each.stages:
            cells = (
                f"{each.title} (`{each.key}`)",
                each.kind,
                each.route.replace("_", " "),
                each.standard,
                f"{stage.title} (`{stage.key}`)",
                ", ".join(stage.steps),
                _collected(stage),
                stage.names,
                stage.other_marks.replace("_", " "),
                ", ".join(f"{key} {percent} %" for key, percent in stage.ranks_by) or "its own total",
            )
            lines.append(f"| {' | '.join(cell or '–' for cell in cells)} |")
    return "\n".join(lines)


def _collected(stage: PlannedStage) -> str:
    if "collect" not in stage.steps:
        return ""
    return f"{stage.noun}, {'sealed' if stage.sealed else 'not sealed'}{'' if stage.required else ', not required'}"


def _words_line(words: Words, step: str) -> str:
    cells = (words.key, step, words.title, words.public, words.outcome, words.colour)
    return f"| {' | '.join(cell or '–' for cell in cells)} |"


def diagram(workflow: Workflow) -> str:
    """The workflow as an SVG picture: steps from left to right, states as boxes, each move an arrow on its own line.

    A dot is where a move can begin, the arrow's head where it ends; dashed is what the service does by itself; a double
    box is an end. The same workflow gives the same text. Colours are the page's own (currentColor) unless a style sheet
    says more by the classes; there are no style attributes, so that a strict content security policy holds.
    """
    states = _in_columns(workflow)
    centres = {state.key: MARGIN + COLUMN * at + COLUMN // 2 for at, state in enumerate(states)}
    lines = move_lines(workflow)
    top = MARGIN + STEP_HEIGHT + BOX_GAP + BOX_HEIGHT
    width, height = 2 * MARGIN + COLUMN * len(states), top + ROW * len(lines) + 2 * MARGIN
    name = f"workflow-{escape(workflow.key)}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="workflow" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-labelledby="{name}-title {name}-desc" font-family="inherit" font-size="12"'
        f' fill="currentColor">',
        f'<title id="{name}-title">{escape(workflow.title)}: states and moves</title>',
        f'<desc id="{name}-desc">{escape(_in_sentences(workflow, lines))}</desc>',
        f'<defs><marker id="{name}-head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"'
        f' orient="auto-start-reverse"><path d="M0 0L10 5L0 10z"/></marker></defs>',
        *_steps(workflow, states, height),
        *(part for state in states for part in _state(state, centres[state.key], height)),
        *(part for at, line in enumerate(lines) for part in _arrow(line, centres, top + ROW * (at + 1), width, name)),
        "</svg>",
    ]
    return "\n".join(parts)


def _in_columns(workflow: Workflow) -> list[State]:
    order = [step.key for step in workflow.steps]
    return sorted(workflow.states, key=lambda state: order.index(state.step))


def _in_sentences(workflow: Workflow, lines: tuple[MoveLine, ...]) -> str:
    titles = {state.key: state.title for state in workflow.states}
    return " ".join(
        f"{line.move.title}: from {' or '.join(titles[source] for source in line.sources)}"
        f" to {titles[line.move.target]}, by {line.by_whom}."
        for line in lines
    )


def _steps(workflow: Workflow, states: list[State], height: int) -> Iterator[str]:
    left = MARGIN
    for at, step in enumerate(workflow.steps):
        width = COLUMN * sum(state.step == step.key for state in states)
        opacity = "0.05" if at % 2 == 0 else "0.1"
        yield (
            f'<rect class="workflow-step" x="{left}" y="{MARGIN}" width="{width}" height="{height - 2 * MARGIN}"'
            f' fill-opacity="{opacity}"/>'
        )
        yield (
            f'<text class="workflow-step-title" x="{left + width // 2}" y="{MARGIN + 18}" text-anchor="middle"'
            f' font-weight="bold">{escape(step.title)}</text>'
        )
        left += width


def _state(state: State, centre: int, height: int) -> Iterator[str]:
    top, half = MARGIN + STEP_HEIGHT, (COLUMN - BOX_GAP) // 2
    kind = "workflow-state workflow-end" if state.ends else "workflow-state"
    yield (
        f'<line class="workflow-track" x1="{centre}" y1="{top + BOX_HEIGHT}" x2="{centre}" y2="{height - MARGIN}"'
        f' stroke="currentColor" stroke-opacity="0.25"/>'
    )
    for inset in (0, 3) if state.ends else (0,):
        yield (
            f'<rect class="{kind}" x="{centre - half + inset}" y="{top + inset}" width="{2 * (half - inset)}"'
            f' height="{BOX_HEIGHT - 2 * inset}" rx="4" fill="none" stroke="currentColor"/>'
        )
    words = _wrapped(state.title)
    first = top + BOX_HEIGHT // 2 + 4 - LINE * (len(words) - 1) // 2
    for at, line in enumerate(words):
        yield (
            f'<text class="workflow-state-title" x="{centre}" y="{first + LINE * at}"'
            f' text-anchor="middle">{escape(line)}</text>'
        )


def _arrow(line: MoveLine, centres: dict[str, int], y: int, width: int, name: str) -> Iterator[str]:
    move = line.move
    starts, end = sorted(centres[source] for source in line.sources), centres[move.target]
    dashes = ' stroke-dasharray="5 3"' if move.by == {Role.SYSTEM} else ""
    yield f'<g class="workflow-move workflow-{"back" if end < starts[0] else "forward"}">'
    # One line from each side on which there is a source; it passes the nearer ones on its way from the farthest.
    for far in sorted({starts[0], starts[-1]}):
        if (far < end) == (far == starts[0]) or len(starts) == 1:
            yield (
                f'<line x1="{far}" y1="{y}" x2="{end}" y2="{y}" stroke="currentColor" stroke-width="1.5"{dashes}'
                f' marker-end="url(#{name}-head)"/>'
            )
    yield from (f'<circle cx="{start}" cy="{y}" r="4"/>' for start in starts)
    left, right = min(*starts, end), max(*starts, end)
    # A label begins where its arrow does, and ends with it where it would otherwise leave the picture.
    fits = left + LETTER * (len(move.title) + len(line.by_whom) + 3) < width - MARGIN
    x, anchor = (left + 8, "start") if fits else (right - 8, "end")
    yield (
        f'<text x="{x}" y="{y - 7}" text-anchor="{anchor}"><tspan font-weight="bold">{escape(move.title)}</tspan>'
        f" · {escape(line.by_whom)}</text>"
    )
    yield "</g>"


def _wrapped(title: str) -> list[str]:
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LETTERS_IN_BOX:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
