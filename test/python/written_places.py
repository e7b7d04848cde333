"""Whether each pair of files is the same program but for one load of a kernel. Prints what is not."""
import ast
import json
import sys


class Without(ast.NodeTransformer):
    """A program without what was put into it."""

    def __init__(self, loads):
        self.loads = loads
        self.found = 0

    def visit_Assign(self, node):
        call = node.value
        if isinstance(call, ast.Call) and ast.unparse(call) in self.loads:
            self.found += 1
            return None
        return node

    def visit_ImportFrom(self, node):
        if node.module == "kernels":
            node.names = [name for name in node.names if name.name != "get_kernel"]
        return node if node.names else None


LOADS = {"get_kernel('kernels-community/activation', version=1)"}


def bodies(tree):
    """Docstrings have to stay docstrings."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return [ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, kinds)]


def problem(before, after):
    old, new = ast.parse(before), ast.parse(after)
    docs = bodies(old) != bodies(new)
    without = Without(LOADS)
    same = ast.dump(without.visit(new)) == ast.dump(Without(LOADS).visit(old))
    if docs:
        return "another docstring"
    if without.found != 1:
        return f"{without.found} loads"
    return None if same else "another program"


wrong = []
with open(sys.argv[1], encoding="utf-8") as file:
    for case in json.load(file):
        try:
            found = problem(case["before"], case["after"])
        except SyntaxError as error:
            found = str(error)
        if found:
            line = case["before"].count("\n", 0, case["offset"]) + 1
            wrong.append({"problem": found, "line": line, "offset": case["offset"], "after": case["after"]})
print(json.dumps(wrong[:3]))
