"""What Python itself reads in its files: calls, literals, imports, and the scope each name belongs to.

python_syntax.py OUTPUT COUNT: one JSON object a line, for COUNT files spread over the library and the packages.
Offsets are in UTF-16 units of the text without its byte order mark.
"""

import ast
import json
import pathlib
import re
import symtable
import sys
import sysconfig
import warnings

SCOPES = {
    ast.FunctionDef: "function",
    ast.AsyncFunctionDef: "function",
    ast.ClassDef: "class",
    ast.Lambda: "lambda",
    ast.ListComp: "listcomp",
    ast.SetComp: "setcomp",
    ast.DictComp: "dictcomp",
    ast.GeneratorExp: "genexpr",
}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Places:
    """Python counts columns in bytes of UTF-8."""

    def __init__(self, text):
        self.lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + units(line))

    def at(self, line, column):
        text = self.lines[line - 1]
        if not text.isascii():
            column = units(text.encode()[:column].decode())
        return self.starts[line - 1] + column

    def of(self, node):
        return [self.at(node.lineno, node.col_offset), self.at(node.end_lineno, node.end_col_offset)]


def units(text):
    return len(text.encode("utf-16-le")) // 2


class Reader(ast.NodeVisitor):
    def __init__(self, places, table):
        self.places = places
        self.tables = [(table, None)]
        self.globals = globals_of(table, table)
        self.calls, self.values, self.imports, self.names = [], [], [], []

    def visit_Call(self, node):
        # Keywords are found by their names, which may stand between the others.
        keywords = [[word.arg or "**", *self.places.of(word.value)] for word in node.keywords]
        plain = [["*" if isinstance(one, ast.Starred) else "", *self.places.of(inside(one))] for one in node.args]
        given = sorted(plain + keywords, key=lambda one: one[1])
        self.calls.append([self.places.of(node), self.places.of(node.func), given])
        self.generic_visit(node)

    def visit_Constant(self, node):
        value = node.value
        if isinstance(value, (str, bool, type(None))) or (isinstance(value, (int, float)) and known(value)):
            if not (isinstance(value, str) and has_surrogate(value)):
                self.values.append([*self.places.of(node), value])

    def visit_JoinedStr(self, node):
        """Until Python 3.12 it does not say where things in it are."""

    def visit_Import(self, node):
        for name in node.names:
            bound = name.asname or name.name.split(".")[0]
            self.imports.append([self.places.of(node)[0], bound, name.name if name.asname else bound])

    def visit_ImportFrom(self, node):
        for name in node.names:
            whole = None if node.level else f"{node.module}.{name.name}"
            if name.name != "*":
                self.imports.append([self.places.of(node)[0], name.asname or name.name, whole])

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            scope = self.scope_of(node.id)
            if scope is not False:
                self.names.append([self.places.of(node)[0], scope])

    def scope_of(self, name):
        """None: nothing in the file binds it; False: not told."""
        tables = list(self.tables)
        while tables:
            table, scope = tables.pop()
            if table is None:
                return False
            try:
                symbol = table.lookup(name)
            except KeyError:
                return False
            if not tables or symbol.is_declared_global():
                return self.of_module(name)
            if symbol.is_local():
                return scope
            if symbol.is_global():
                return self.of_module(name)
            while tables and (tables[-1][0] is None or tables[-1][0].get_type() == "class"):
                if tables.pop()[0] is None:
                    return False
        return False

    def of_module(self, name):
        return ["module", 0] if name in self.globals else None

    def within(self, node, parts):
        kind = SCOPES[type(node)]
        name = node.name if isinstance(node, DEFINITIONS) else kind
        table = self.tables[-1][0]
        children = [] if table is None else [
            one for one in table.get_children() if one.get_name() == name and one.get_lineno() == node.lineno
        ]
        start = self.places.of(node if isinstance(node, COMPREHENSIONS) else body_of(node))[0]
        shown = "comprehension" if isinstance(node, COMPREHENSIONS) else "class" if kind == "class" else "function"
        # Two lambdas in one line are not told apart.
        self.tables.append((children[0] if len(children) == 1 else None, [shown, start]))
        for part in parts:
            self.visit(part)
        self.tables.pop()

    def visit_FunctionDef(self, node):
        for part in [*node.decorator_list, node.args, *([node.returns] if node.returns else [])]:
            self.visit(part)
        self.within(node, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self.visit(node.args)
        self.within(node, [node.body])

    def visit_ClassDef(self, node):
        for part in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(part)
        self.within(node, node.body)

    def visit_ListComp(self, node):
        first, *others = node.generators
        self.visit(first.iter)
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self.within(node, [*elements, first.target, *first.ifs, *others])

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp


def globals_of(table, module):
    """What the file binds in its module, be it from within a function that says `global`."""
    names = {
        one.get_name()
        for one in table.get_symbols()
        if (table is module or one.is_declared_global())
        and (one.is_assigned() or one.is_imported() or one.is_namespace())
    }
    return names.union(*(globals_of(child, module) for child in table.get_children()))


def body_of(node):
    return node.body if isinstance(node, ast.Lambda) else node.body[0]


def inside(node):
    return node.value if isinstance(node, ast.Starred) else node


def known(value):
    return abs(value) < 2**53 if isinstance(value, int) else value - value == 0


def has_surrogate(value):
    return any("\ud800" <= letter <= "\udfff" for letter in value)


def read(file):
    try:
        text = file.read_bytes().decode("utf-8").removeprefix("\ufeff")
        tree, table = ast.parse(text), symtable.symtable(text, str(file), "exec")
    except (SyntaxError, ValueError):
        return None
    reader = Reader(Places(text), table)
    reader.visit(tree)
    parts = {name: getattr(reader, name) for name in ("calls", "values", "imports", "names")}
    return {"file": str(file), "text": text, **parts}


def wanted(path, file):
    # The library's folder may have packages of another environment in it.
    return path.parts[0] not in ("site-packages", "dist-packages") and file.stat().st_size < 300_000


def main(output, count):
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20_000)
    paths = sysconfig.get_paths()
    roots = [pathlib.Path(paths["stdlib"]), pathlib.Path(paths["purelib"])]
    files = sorted({file for root in roots for file in root.rglob("*.py") if wanted(file.relative_to(root), file)})
    step = max(1, len(files) // count)
    with open(output, "w", encoding="utf-8") as lines:
        for file in files[::step]:
            found = read(file)
            if found is not None:
                lines.write(json.dumps(found) + "\n")


main(sys.argv[1], int(sys.argv[2]))
