// Signatures are read from source without Python: held to Python's own parser over the modules of the test environment.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { expect, inject, test } from 'vitest';
import { readPythonModule } from '../../src/kernels/pythonModule';

const run = promisify(execFile);

const MODULES = v.array(
  v.object({ file: v.string(), functions: v.array(v.tuple([v.string(), v.string()])), classes: v.array(v.string()) }),
);
const SCRIPT = `
import ast, json, pathlib, huggingface_hub, kernels, argparse
def offered(tree):
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "__all__":
            try:
                return set(ast.literal_eval(node.value))
            except ValueError:
                return set()
def words(arguments):
    class Bare(ast.NodeTransformer):
        def visit_arg(self, node):
            node.annotation = None
            return node
    return ast.unparse(Bare().visit(arguments))
found = []
roots = [pathlib.Path(one.__file__).parent for one in (huggingface_hub, kernels)]
files = [file for root in roots for file in root.rglob("*.py")] + [pathlib.Path(argparse.__file__)]
for file in files:
    tree = ast.parse(file.read_text("utf-8"))
    names = offered(tree)
    functions = {}
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if (node.name in names) if names is not None else not node.name.startswith("_"):
                functions[node.name] = words(node.args)
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    found.append({"file": str(file), "functions": list(functions.items()), "classes": list(dict.fromkeys(classes))})
print(json.dumps(found))
`;

/** Spaces, quotes and a comma at the end are written as one likes. */
function bare(signature: string): string {
  return signature.replace(/\s|["']|,(?=\))/g, '');
}

test('the same functions, parameters and classes as Python finds', async () => {
  const { stdout } = await run(inject('python'), ['-c', SCRIPT], { maxBuffer: 64 * 1024 * 1024 });
  const modules = v.parse(MODULES, JSON.parse(stdout));
  let signatures = 0;
  for (const { file, functions, classes } of modules) {
    const ours = readPythonModule(await readFile(file, 'utf8'));
    const theirs = functions.map(([name, words]) => [name, bare(`(${words})`)]);
    expect({
      file,
      functions: ours.functions.map(({ name, signature }) => [name, bare(signature)]),
      classes: ours.classes,
    }).toEqual({
      file,
      functions: theirs,
      classes,
    });
    signatures += functions.length;
  }
  expect(signatures).toBeGreaterThan(300);
});
