// A scan as SARIF 2.1.0, for code scanning of CI. https://docs.oasis-open.org/sarif/sarif/v2.1.0/
import { pathToFileURL } from 'node:url';
import { FINDING_CODES, type FindingSeverity } from '../findings/finding';
import { FINDING_TITLES } from '../findings/findingTitles';
import type { CodePlace } from './codeFile';
import { stepsBelow } from './relativePath';
import type { Scan, ScannedFinding } from './scan';
import type { Unread } from './walkFiles';

const LEVELS: Readonly<Record<FindingSeverity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
};

interface SarifSetting {
  readonly toolVersion: string;
  /** What addresses are relative to. */
  readonly folder: string;
}

/** The value to be written as JSON. */
export function sarifLog(scan: Scan, setting: SarifSetting): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Kernel Lens',
            semanticVersion: setting.toolVersion,
            rules: FINDING_CODES.map((code) => ({ id: code, shortDescription: { text: `${FINDING_TITLES[code]}.` } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: scan.findings.map((one) => result(one, setting)),
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: [...scan.unread, ...scan.notes].map((one) => notification(one, setting)),
          },
        ],
      },
    ],
  };
}

function result({ file, place, finding, edits }: ScannedFinding, setting: SarifSetting): object {
  const artifactLocation = location(file, setting);
  const where = place.cell === null ? '' : `In cell ${place.cell}, line ${place.start.line}: `;
  const fixes = finding.fixes.map(({ title }, at) => ({
    description: { text: title },
    artifactChanges: [
      {
        artifactLocation,
        replacements: (edits[at] ?? []).map((edit) => ({
          deletedRegion: region(edit.place),
          insertedContent: { text: edit.text },
        })),
      },
    ],
  }));
  return {
    ruleId: finding.code,
    ruleIndex: FINDING_CODES.indexOf(finding.code),
    level: LEVELS[finding.severity],
    message: { text: `${where}${finding.message}` },
    // A line of a cell is no line of the notebook's file.
    locations: [{ physicalLocation: { artifactLocation, ...(place.cell === null ? { region: region(place) } : {}) } }],
    ...(place.cell === null && fixes.length > 0 ? { fixes } : {}),
  };
}

function region({ start, end }: CodePlace): object {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
}

function notification({ path: file, why }: Unread, setting: SarifSetting): object {
  return {
    level: 'note',
    message: { text: `Not read as it should be: ${why}.` },
    locations: [{ physicalLocation: { artifactLocation: location(file, setting) } }],
  };
}

/** Below the folder a relative address, elsewhere an absolute one. */
function location(file: string, { folder }: SarifSetting): object {
  const steps = stepsBelow(folder, file);
  if (steps === null) return { uri: pathToFileURL(file).href };
  // Half a surrogate pair, which Windows lets into a name, has no address.
  return {
    uri: steps.map((step) => encodeURIComponent(step.replace(/\p{Cs}/gu, '\ufffd'))).join('/'),
    uriBaseId: '%SRCROOT%',
  };
}
