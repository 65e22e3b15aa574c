"""Lets papermill pass parameters to TypeScript notebooks.

papermill has entry points for engines and none for translators, which write parameters in a notebook's language. It
loads all engines when it starts, so the engine that is named here (papermill's own, under another name) brings the
translator along.
"""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

NAME = re.compile(r"[A-Za-z_$][\w$]*\Z", re.ASCII)
RESERVED = set(
    "await break case catch class const continue debugger default delete do else enum export extends false finally for "
    "function if import in instanceof let new null return static super switch this throw true try typeof var void while "
    "with yield".split()
)
SAFE = 2**53 - 1
DECLARATION = re.compile(
    r"\s*(?:export\s+)?(?:const|let|var)\s+(?P<name>[\w$]+)\s*(?::\s*(?P<type>[^=]+?)\s*)?=\s*(?P<value>.*?)\s*;?\s*(?://\s*(?P<help>.*))?\Z"
)


class TypeScriptTranslator(Translator):
    """Parameters as TypeScript: None is null, nan and inf are NaN and Infinity, an integer beyond 2**53 a bigint."""

    @classmethod
    def translate_escaped_str(cls, str_val):
        # JSON in ASCII is TypeScript, too.
        return json.dumps(str(str_val))

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_int(cls, val):
        return str(val) if -SAFE <= val <= SAFE else f"{val}n"

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        return repr(val)

    @classmethod
    def translate_list(cls, val):
        return f"[{', '.join(cls.translate(item) for item in val)}]"

    @classmethod
    def translate_dict(cls, val):
        def name(key):
            text = cls.translate_escaped_str(key)
            # Without brackets it would set the object's prototype.
            return f"[{text}]" if key == "__proto__" else text

        items = (f"{name(key)}: {cls.translate(item)}" for key, item in val.items())
        return f"{{ {', '.join(items)} }}" if val else "{}"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        lines = [cls.comment(comment)]
        for name, value in parameters.items():
            if not NAME.match(name) or name in RESERVED:
                raise PapermillException(f"The parameter {name!r} cannot be a variable of TypeScript; give it another name.")
            # Of these the compiler could not tell what they will hold.
            open_ended = value is None or value in ([], {})
            lines.append(f"let {name}{': any' if open_ended else ''} = {cls.translate(value)};")
        return "\n".join(lines) + "\n"

    @classmethod
    def inspect(cls, parameters_cell):
        found = []
        for line in parameters_cell["source"].splitlines():
            match = DECLARATION.match(line)
            if match:
                found.append(Parameter(match["name"], match["type"] or "None", match["value"], match["help"] or ""))
        return found


papermill_translators.register("typescript", TypeScriptTranslator)


class Engine(NBClientEngine):
    """papermill's own engine."""
