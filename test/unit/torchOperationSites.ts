// Operations of a piece of Python, written short for tests.
import type { OperationSite, Role } from '../../src/code/operation';
import { parseWhole } from '../../src/code/parseSource';
import { readPythonNames } from '../../src/code/pythonNames';
import { torchOperations } from '../../src/code/torchOperations';

export const IMPORTS = `import math
import torch
import torch.nn as nn
import torch.nn.functional as F
import bitsandbytes as bnb
from transformers import AutoModelForCausalLM
`;

export function sitesOf(text: string): readonly OperationSite[] {
  const source = parseWhole(text, 'python');
  return torchOperations(source, readPythonNames(source));
}

/** Of code behind the usual imports: `kind: code {role=text, …}` each. */
export function shortSites(code: string): readonly string[] {
  const text = IMPORTS + code;
  return sitesOf(text).map((site) => {
    const roles = Object.entries(site.arguments).map(([role, argument]) => `${role}=${argument.text}`);
    return `${site.kind}: ${text.slice(site.span.from, site.span.to)} {${roles.join(', ')}}`;
  });
}

export function kindsOf(code: string): readonly string[] {
  return sitesOf(IMPORTS + code).map((site) => `${site.kind} ${site.form}`);
}

export function onlySite(code: string): OperationSite {
  const [site, more] = sitesOf(IMPORTS + code);
  if (site === undefined || more !== undefined) throw new Error('One operation was expected.');
  return site;
}

export function rolesOfOnly(code: string): Partial<Record<Role, string>> {
  const { arguments: roles } = onlySite(code);
  return Object.fromEntries(Object.entries(roles).map(([role, argument]) => [role, argument.text]));
}
