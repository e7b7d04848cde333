// The outcome of `kernel-lens scan` as text and as JSON.
import path from 'node:path';
import type { FindingSeverity } from './findings/finding';
import { problemJson } from './cliJson';
import type { CodePlace } from './scan/codeFile';
import { stepsBelow } from './scan/relativePath';
import type { Scan, ScannedFinding, ScannedOperation } from './scan/scan';
import { shownText } from './kernels/shownText';

const LONGEST_PATH = 400;
const LONGEST_MESSAGE = 700;
/** As many offers as a line has room for. */
const OFFERS = 3;

/** Lines for a terminal, a file's together; the last one is the answer. */
export function scanText(scan: Scan, folder: string): string {
  const lines: string[] = [];
  const rows = [
    ...scan.findings.map((one) => ({ file: one.file, place: one.place, text: findingText(one) })),
    ...scan.operations.map((one) => ({ file: one.file, place: one.place, text: operationText(one) })),
  ];
  for (const file of [...new Set(rows.map((row) => row.file))].toSorted()) {
    const shown = shownText(shownPath(file, folder), LONGEST_PATH);
    const own = rows.filter((row) => row.file === file).toSorted((a, b) => comparePlaces(a.place, b.place));
    lines.push(...own.map(({ place, text }) => `${shown}:${placeText(place)}: ${text}`), '');
  }
  return `${[...lines, summaryText(scan)].join('\n')}\n`;
}

function comparePlaces(a: CodePlace, b: CodePlace): number {
  const key = ({ cell, start }: CodePlace): readonly number[] => [cell ?? 0, start.line, start.column];
  const [left, right] = [key(a), key(b)];
  const at = left.findIndex((value, index) => value !== right[index]);
  return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
}

function findingText({ finding: { severity, code, message } }: ScannedFinding): string {
  return `${severity} ${code} ${shownText(message, LONGEST_MESSAGE)}`;
}

function operationText({ site, offers }: ScannedOperation): string {
  const names = offers.slice(0, OFFERS).map(({ id, member }) => `${id} (${member.name})`);
  const more = offers.length > OFFERS ? ` and ${offers.length - OFFERS} more` : '';
  return shownText(`operation ${site.kind}: ${site.name} can be ${names.join(', ')}${more}`, LONGEST_MESSAGE);
}

function placeText({ cell, start }: CodePlace): string {
  const place = `${start.line}:${start.column}`;
  return cell === null ? place : `cell ${cell}:${place}`;
}

/** `2 errors, 1 warning and 3 suggestions in 514 files of 102394 lines.` */
export function summaryText(scan: Scan): string {
  const parts = [
    counted(countOf(scan, 'error'), 'error'),
    counted(countOf(scan, 'warning'), 'warning'),
    counted(countOf(scan, 'information'), 'suggestion'),
    counted(scan.operations.length, 'operation'),
  ].filter((part) => part !== null);
  const what = parts.length === 0 ? 'Nothing to say' : joined(parts);
  const quiet = scan.suppressed === 0 ? '' : `; ${scan.suppressed} kept quiet by comments`;
  const unread = scan.unread.length === 0 ? '' : `; ${scan.unread.length} not read`;
  const files = scan.files === 1 ? '1 file' : `${scan.files} files`;
  return `${what} in ${files} of ${scan.lines} ${scan.lines === 1 ? 'line' : 'lines'}${quiet}${unread}.`;
}

function counted(count: number, what: string): string | null {
  return count === 0 ? null : `${count} ${what}${count === 1 ? '' : 's'}`;
}

function joined(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

export function countOf({ findings }: Pick<Scan, 'findings'>, severity: FindingSeverity): number {
  return findings.filter(({ finding }) => finding.severity === severity).length;
}

/** With forward slashes; below the folder relative to it. */
export function shownPath(file: string, folder: string): string {
  return (stepsBelow(folder, file) ?? file.split(path.sep)).join('/');
}

/** The object that `--json` prints; docs/cli.md describes it. */
export function scanJson(scan: Scan, folder: string, endpoint: string): object {
  return {
    schema: 'kernel-lens/scan',
    version: 1,
    endpoint,
    files: scan.files,
    lines: scan.lines,
    suppressed: scan.suppressed,
    problems: scan.problems.map(problemJson),
    unread: [...scan.unread].map(({ path: file, why }) => ({ path: shownPath(file, folder), why })),
    notes: scan.notes.map(({ path: file, why }) => ({ path: shownPath(file, folder), why })),
    findings: scan.findings.map(({ file, place, finding, edits }) => ({
      path: shownPath(file, folder),
      ...placeJson(place),
      severity: finding.severity,
      code: finding.code,
      kernel: finding.kernel,
      message: finding.message,
      fixes: finding.fixes.map(({ title, preferred }, at) => ({
        title,
        preferred,
        edits: (edits[at] ?? []).map((edit) => ({ ...placeJson(edit.place), text: edit.text })),
      })),
    })),
    operations: scan.operations.map(({ file, place, site, offers }) => ({
      path: shownPath(file, folder),
      ...placeJson(place),
      kind: site.kind,
      form: site.form,
      name: site.name,
      kernels: offers.map(({ id, version, member }) => ({ id, version, kind: member.kind, name: member.name })),
    })),
  };
}

function placeJson({ cell, start, end }: CodePlace): object {
  return { cell, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}
