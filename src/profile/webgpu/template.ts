// Shader templates: includes put in as text, rendering, and the directives a shader needs put in front.
import { decodeText } from './kernelJson';
import { kernelPathProblem, resolveKernelPath } from './kernelFolder';
import { KernelError } from './program';
import type { VerifiedFiles } from './digest';

const INCLUDE = /^[ \t]*\{%-?\s*include\s+(?:"([^"\n]*)"|'([^'\n]*)')\s*-?%\}[ \t]*$/;

/** What the template engine does not read as template. */
const UNREAD = /\{#[\s\S]*?#\}|\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\}/g;

function refuseOtherIncludes(text: string, path: string): void {
  const line = text
    .replace(UNREAD, '')
    .split('\n')
    .find((one) => /\{%[-+]?\s*include\b/.test(one) && !INCLUDE.test(one));
  if (line === undefined) return;
  throw new KernelError(path, '', `\`${line.trim()}\`: an include of a quoted path must be a line of its own`);
}

function includedName(line: string): string | undefined {
  const match = INCLUDE.exec(line);
  return match?.[1] ?? match?.[2];
}

/** The paths that an include may mean, in the order in which they are looked for: from the manifest's folder, from the file's own. */
function includeCandidates(name: string, parent: string): string[] {
  const folder = parent.slice(0, parent.lastIndexOf('/') + 1);
  const candidates = ['', folder].map((from) => resolveKernelPath(from, name));
  return [...new Set(candidates.filter((candidate) => candidate !== undefined))];
}

/** Of each include of a template the paths that it may mean; the first that is there is meant. */
export function includesOf(text: string, path: string): readonly (readonly string[])[] {
  return text.split('\n').flatMap((line) => {
    const name = includedName(line);
    return name === undefined ? [] : [includeCandidates(name, path)];
  });
}

/** No template comes near this; includes that multiply would. */
const MAX_TEMPLATE_LENGTH = 4 * 1024 * 1024;

/** Reads templates with their includes, each file once. */
export class TemplateLoader {
  private readonly expanded = new Map<string, string>();

  constructor(private readonly files: VerifiedFiles) {}

  /**
   * A template's text, whole-line includes replaced by what they name. A path counts from the manifest's folder, or
   * from that of the including file. Throws KernelError: no such file, a wrong digest, a cycle.
   */
  async load(path: string, includedBy: readonly string[] = []): Promise<string> {
    const known = this.expanded.get(path);
    if (known !== undefined) return known;
    if (includedBy.includes(path)) {
      throw new KernelError(path, '', `it includes itself: ${[...includedBy, path].join(' → ')}`);
    }
    const text = decodeText(await this.files.need(path), path);
    refuseOtherIncludes(text, path);
    const lines: string[] = [];
    let length = 0;
    for (const line of text.split('\n')) {
      const name = includedName(line);
      const added = name === undefined ? line : await this.include(name, [...includedBy, path]);
      length += added.length + 1;
      if (length > MAX_TEMPLATE_LENGTH) throw new KernelError(path, '', 'with its includes it is longer than 4 MiB');
      lines.push(added);
    }
    const whole = lines.join('\n');
    this.expanded.set(path, whole);
    return whole;
  }

  private async include(name: string, includedBy: readonly string[]): Promise<string> {
    const parent = includedBy.at(-1) ?? '';
    const candidates = includeCandidates(name, parent);
    if (candidates.length === 0) {
      throw new KernelError(parent, '', `include "${name}": ${kernelPathProblem(name) ?? 'it is no path'}`);
    }
    for (const candidate of candidates) {
      if ((await this.files.read(candidate)) !== null) {
        // A file's own last line feed would double the one of the line that includes it.
        return (await this.load(candidate, includedBy)).replace(/\n$/, '');
      }
    }
    throw new KernelError(parent, '', `include "${name}": there is no such file`);
  }
}

/** A shader's text without comments, for looking at its words. Block comments nest. */
function withoutComments(wgsl: string): string {
  let text = '';
  let depth = 0;
  for (let at = 0; at < wgsl.length; at += 1) {
    const two = wgsl.slice(at, at + 2);
    if (two === '/*' || (two === '*/' && depth > 0)) {
      depth += two === '/*' ? 1 : -1;
      at += 1;
      text += ' ';
    } else if (depth === 0 && two === '//') {
      const end = wgsl.indexOf('\n', at);
      if (end < 0) break;
      at = end - 1;
    } else if (depth === 0) text += wgsl.charAt(at);
  }
  return text;
}

const DIRECTIVES: readonly { readonly name: string; readonly usedBy: RegExp }[] = [
  { name: 'f16', usedBy: /\bf16\b|\bvec[234]h\b|\bmat[234]x[234]h\b|\b\d[\d.]*(?:e[+-]?\d+)?h\b/ },
  {
    name: 'subgroups',
    usedBy:
      /\b(?:subgroup(?!Matrix)[A-Z]\w*|quad(?:Broadcast|Swap\w+))\s*\(|\bsubgroup_(?:size|invocation_id|id)\b|@builtin\(\s*num_subgroups\b/,
  },
  { name: 'subgroup_size_control', usedBy: /@subgroup_size\b/ },
];

/** Puts an `enable` in front for each language extension that a shader uses and does not enable. */
export function enableMissing(wgsl: string): string {
  const code = withoutComments(wgsl);
  const enabled = new Set(
    [...code.matchAll(/\benable\s+([^;]*);/g)].flatMap((match) => (match[1] ?? '').split(',').map((n) => n.trim())),
  );
  const words = code.replace(/\benable\s+[^;]*;/g, ' ');
  const missing = DIRECTIVES.filter(({ name, usedBy }) => usedBy.test(words) && !enabled.has(name));
  return missing.map(({ name }) => `enable ${name};\n`).join('') + wgsl;
}
