"""The kinds of questions, one class in a file each. A file put here is known to the whole house; nothing else lists it.

A new kind takes:

* a file here: a subclass of `Kind` (or of `Typed`, `Text`, `Quantity`, `Choice` in `bases.py`) under `@register`, with
  a key of its own that will be stored for ever;
* its settings there too: a `Setting` whose `name` is the field of `Question` that keeps it; a subclass where it has
  sentences or conditions of its own. Only a field that no question has yet is more: a column;
* a macro of the same name in `templates/_components/questions.html`, which draws the input;
* its cases in `tests/rules/test_questions.py`.

`tests/web/test_a_new_kind.py` does just that with a made-up kind and takes it from the builder to the assessor.
"""

from importlib import import_module
from pkgutil import iter_modules

for _each in iter_modules(__path__):
    import_module(f"{__name__}.{_each.name}")
