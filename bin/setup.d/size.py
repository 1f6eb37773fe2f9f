"""What is too long: files of more than 300 lines, functions of more than 30.

Of a function those lines count that say something: not its docstring, comments and
empty lines. A text of several lines (a statement of SQL) counts as its first and last.
The list of a package's modules may be as long as there are modules.
"""

import ast
import io
import sys
import tokenize
from pathlib import Path

MOST_OF_FILE = 300
MOST_OF_FUNCTION = 30
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


def lines_of_code(source):
    """Return the numbers of lines that say something."""
    lines = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.STRING:
            lines |= {token.start[0], token.end[0]}
        elif token.type not in SILENT:
            lines.add(token.start[0])
    return lines


def lines_of(node):
    """Return the numbers of a function's lines, without its docstring."""
    lines = set(range(node.lineno, node.end_lineno + 1))
    if ast.get_docstring(node, clean=False) is not None:
        text = node.body[0]
        lines -= set(range(text.lineno, text.end_lineno + 1))
    return lines


def findings(path):
    """Yield what is too long in a file, each with its place."""
    source = path.read_text(encoding="utf-8")
    length = source.count("\n")
    if length > MOST_OF_FILE and path.name != "__init__.py":
        yield f"{path}:1: {length} lines; a file has at most {MOST_OF_FILE}"
    code = lines_of_code(source)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, FUNCTIONS):
            count = len(lines_of(node) & code)
            if count > MOST_OF_FUNCTION:
                yield (
                    f"{path}:{node.lineno}: {node.name} has {count} lines; "
                    f"a function has at most {MOST_OF_FUNCTION}"
                )


if __name__ == "__main__":
    found = [text for name in sys.argv[1:] for text in findings(Path(name))]
    print("\n".join(found), end="\n" * bool(found))
    sys.exit(bool(found))
