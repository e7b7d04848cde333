// Reports as files: read at the door, written for people and programs alike.
import * as v from 'valibot';
import { shortKernel } from './reportCells';
import { REPORT_FILE_SUFFIX, REPORT_SCHEMA_ID, REPORT_VERSION, ReportError, ReportSchema, type Report } from './report';

const REMEDY = 'Profile again, or restore the file.';

/**
 * Reads a report from a file's text.
 * @param name the file's name, for messages.
 * @throws ReportError naming the file, what is wrong with it and what to do.
 */
export function readReport(text: string, name: string): Report {
  const value = parseJson(text, name);
  if (typeof value !== 'object' || value === null || !('schema' in value) || value.schema !== REPORT_SCHEMA_ID) {
    throw new ReportError(
      `${name} is JSON, but no Kernel Lens report: its "schema" is not "${REPORT_SCHEMA_ID}". Choose a file that ends with ${REPORT_FILE_SUFFIX}.`,
    );
  }
  const version = 'version' in value ? value.version : undefined;
  if (typeof version === 'number' && version > REPORT_VERSION) {
    throw new ReportError(
      `${name} is a report of version ${version}, and this Kernel Lens reads up to version ${REPORT_VERSION}. Update Kernel Lens to open it.`,
    );
  }
  // What version 2 added has a default, and nothing that version 1 had changed its meaning.
  const result = v.safeParse(ReportSchema, version === 1 ? { ...value, version: REPORT_VERSION } : value);
  if (result.success) return result.output;
  throw new ReportError(`${name} is damaged: ${describeIssues(result.issues)}. ${REMEDY}`);
}

/** The text of a report's file. Lists of numbers stay on one line, so that samples do not fill the page. */
export function serialiseReport(report: Report): string {
  const text = JSON.stringify(report, null, 2);
  // A line break inside a JSON string is escaped, so that this can only meet real lists.
  return `${text.replace(/\[\n\s+(-?\d[-+\d.eE,\n ]*?)\n\s+\]/g, (_, list: string) => `[${list.replace(/\s+/g, ' ')}]`)}\n`;
}

/**
 * A file name for a report, e.g. `Gelu-NVIDIA-H100-80GB-HBM3-2026-01-15-1020.kernel-lens.json`; of `org/name` its name.
 * Safe on every system.
 */
export function reportFileName(report: Report): string {
  const [kernel, ...others] = report.kernels;
  const what =
    kernel !== undefined && others.length === 0 ? shortKernel(kernel.id) : `${report.kernels.length}-kernels`;
  const when = report.createdAt.slice(0, 16).replace('T', '-').replace(':', '');
  const parts = [what, report.machine.adapter.name, when].map((part) => part.replace(/[^A-Za-z0-9]+/g, '-'));
  return `${parts.map((part) => part.replace(/^-|-$/g, '').slice(0, 60)).join('-')}${REPORT_FILE_SUFFIX}`;
}

function parseJson(text: string, name: string): unknown {
  const content = text.trim();
  if (content === '') throw new ReportError(`${name} is empty. ${REMEDY}`);
  try {
    return JSON.parse(content);
  } catch (error) {
    if (content.startsWith('{') && !content.endsWith('}')) {
      throw new ReportError(`${name} ends in the middle: it was cut short. ${REMEDY}`, { cause: error });
    }
    const detail = error instanceof Error ? error.message : String(error);
    throw new ReportError(`${name} is not JSON: ${detail}. Choose a file that ends with ${REPORT_FILE_SUFFIX}.`, {
      cause: error,
    });
  }
}

/** The first three problems, each with its place: `cases[0].rows[1].timing.medianNs: …`. */
function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  const shown = issues.slice(0, 3).map((issue) => `${placeOf(issue)}: ${lowerFirst(issue.message)}`);
  const more = issues.length - shown.length;
  return more > 0 ? `${shown.join('; ')}; and ${more} more` : shown.join('; ');
}

function placeOf(issue: v.BaseIssue<unknown>): string {
  let place = '';
  for (const { key } of issue.path ?? []) {
    place += typeof key === 'number' ? `[${key}]` : `${place === '' ? '' : '.'}${String(key)}`;
  }
  return place === '' ? 'the report' : place;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
