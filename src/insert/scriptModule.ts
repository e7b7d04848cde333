// What kind of module a script is, as far as its text tells.
import type { ParsedSource } from '../code/parsedSource';
import { readScriptScopes, type ScriptScopes } from '../code/scriptScopes';

/** `commonjs` only where it says so and is no module of today as well. A file that says neither is taken for a module. */
export function moduleKind(
  source: ParsedSource,
  scopes: ScriptScopes = readScriptScopes(source),
): 'module' | 'commonjs' {
  const { tree, text } = source;
  for (let node = tree.topNode.firstChild; node !== null; node = node.nextSibling) {
    if (node.name === 'ImportDeclaration' || node.name === 'ExportDeclaration') return 'module';
  }
  let [commonjs, meta] = [false, false];
  tree.iterate({
    enter: (place) => {
      if (place.name === 'ImportMeta') meta = true;
      if (place.name !== 'VariableName' || commonjs) return;
      const name = text.slice(place.from, place.to);
      if (name !== 'require' && name !== 'module' && name !== 'exports') return;
      const { node } = place;
      if (scopes.bindingOf(node) !== null) return;
      const parent = node.parent;
      const property = parent?.lastChild;
      if (name === 'require') commonjs = parent?.name === 'CallExpression' && parent.firstChild?.from === node.from;
      else if (parent?.name === 'MemberExpression' && parent.firstChild?.from === node.from && property) {
        commonjs = name === 'exports' || text.slice(property.from, property.to) === 'exports';
      }
    },
  });
  return commonjs && !meta ? 'commonjs' : 'module';
}
