"""How processor time grows with a text: nothing that reads what somebody sent may grow faster than what was sent."""

import gc
import time
from collections.abc import Callable

SMALL, LARGE = 10_000, 100_000  # bytes
MOST = 15  # times as long for ten times as much
SLOW, SQUARE = 0.1, 3.5  # seconds for the small text, and how many times as long as half of it
# for two texts that are both large, of which one is half of the other: twice where it grows with the text, four times
# where it grows with its square
DOUBLED = 2.7
# of the large one, before it counts as slow: what shares the processor's memory makes it slower, never quicker
TRIES = 8
# seconds: what a clock and a busy machine cannot tell from none; fifteen of them are still below 50 ms
NOTHING = 0.003
# One of each kind that makes something begin anew: blanks before what is no end of a line, marks that must be sorted
# (of two classes in turn; U+0F73 is no mark itself and falls into two), what numbers, dates and addresses are made of.
UNITS = {
    "letters": "a",
    "blanks": " ",
    "wide blanks": "\u3000",
    "tabs and blanks": "\t ",
    "newlines": "\n",
    "carriage returns": "\r",
    "blank lines": " \n",
    "words": "a ",
    "lines": "a\n",
    "marks": "\u0301\u0323",
    "marks that hold two": "\u0344\u0323",
    "marks that fall apart": "\u0f73",
    "letters with marks": "e\u0323\u0301",
    "letters of another script": "\u0628\u064e",
    "joiners": "\u200d",
    "zero-width spaces": "\u200b",
    "controls": "\x00\x1f",
    "capital sigmas": "\u03a3.",
    "digits": "1",
    "digits in threes": "123,",
    "digits of another script": "\u0665",
    "dots": ".",
    "commas": ",",
    "dashes": "-",
    "opening brackets": "(<[{",
    "closing brackets": ")>]}",
    "quotes": "'\"\u2019",
    "slashes": "/",
    "backslashes": "\\",
    "at signs": "@",
    "names with dots": "a.",
    "percent signs": "%25",
    "markup": "<!--",
    "rows": "<tr",
    "secret links": "/password/",
    "names in a PDF": "/Encrypt %x\r/S /ObjStm",
    "amounts": "£1 ",
    "times": "12 ",
}
# What stands around them: a pattern that is satisfied by the end never begins anew.
AROUND = (("x", "x"), ("a@a", " "), ("12", "!"))


def text(unit: str, size: int, around: tuple[str, str]) -> str:
    """About so many bytes of one kind."""
    before, after = around
    return before + unit * (size // len(unit.encode())) + after


def first_that_grows_too_fast(act: Callable[[str], object]) -> str:
    """The first kind of text at which something is too slow, and how slow; empty where there is none."""
    for kind, unit in UNITS.items():
        for around in AROUND:
            if found := grows_too_fast(act, unit, around):
                return f"{kind} between {around}: {found}"
    return ""


def grows_too_fast(act: Callable[[str], object], unit: str, around: tuple[str, str]) -> str:
    """How long the small text took and how long the large one; empty where all is well.

    Processor time of this process, the best of several, so that a busy machine counts for nothing; where the first
    measurement is right already, it is enough. What takes long for the small text and grows with the square of it would
    take minutes for the large one.
    """
    half, small, large = (text(unit, size, around) for size in (SMALL // 2, SMALL, LARGE))
    least = seconds(act, small)
    if least > SLOW and (least := best_of_three(act, small)) > SQUARE * (before := best_of_three(act, half)):
        return f"{before:.4f} s for half of it, {least:.4f} s: the large one was not tried"
    least, best = max(least, NOTHING), seconds(act, large)
    for _ in range(TRIES):
        if best <= MOST * least:
            return ""
        best = min(best, seconds(act, large))
    # the other way round as well: the small one may have been measured while the machine had a good moment
    again = max(best_of_three(act, small), NOTHING)
    if best <= MOST * again:
        return ""
    # and against half of it, which no longer fits the processor's memory either where other tests run beside this one
    halves = min(seconds(act, text(unit, LARGE // 2, around)) for _ in range(TRIES))
    best = min(best, *(seconds(act, large) for _ in range(TRIES)))
    return "" if best <= DOUBLED * halves else f"{again:.4f} s, then {halves:.4f} s for half and {best:.4f} s for all"


def best_of_three(act: Callable[[str], object], given: str) -> float:
    return min(seconds(act, given) for _ in range(3))


def seconds(act: Callable[[str], object], given: str) -> float:
    """Without looking for garbage, as timeit does: how long that takes depends on what the tests before have left."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        began = time.process_time()
        act(given)
        return time.process_time() - began
    finally:
        if collecting:
            gc.enable()
