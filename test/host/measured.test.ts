import assert from 'node:assert/strict';
import { cpus } from 'node:os';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { PythonRequestSchema } from '../../src/profile/python/pythonRequest';
import { serialiseReport } from '../../src/profile/reportFile';
import type { Report } from '../../src/profile/report';
import { H100, measuredCase, measuredReport, pythonKernel, type Outcome } from '../unit/measuredReports';
import {
  ACTIVATION,
  closeAll,
  folder,
  lens,
  lenses,
  OFFER,
  openRig,
  set,
  show,
  SILU,
  type EditorRig,
} from './editorRig';

const RESULTS = 'measured results';
/** As a report names the CPU that the tests run on: torch of the tests has no GPU. */
const CPU = cpus()[0]?.model.trim() ?? 'unknown';

function report(version: number, at: string, outcome: Outcome, elsewhere = false): Report {
  const kernel = pythonKernel(ACTIVATION, { version });
  const cases = [
    measuredCase('activation.silu', { [ACTIVATION]: outcome }),
    measuredCase('SiluBenchmark.large', { [ACTIVATION]: outcome }),
    measuredCase('activation.gelu', { [ACTIVATION]: 30 }),
  ];
  const adapter = { name: CPU, backend: 'cpu', architecture: '', software: true };
  return measuredReport([kernel], cases, { createdAt: at, cpu: CPU, ...(elsewhere ? {} : { adapter }) });
}

async function write(one: Report): Promise<void> {
  const name = `${one.createdAt.slice(0, 19).replaceAll(':', '-')}-1f2e3d4c.kernel-lens.json`;
  const file = vscode.Uri.joinPath(folder(), RESULTS, name);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(serialiseReport(one)));
}

async function hoverAt(document: vscode.TextDocument, text: string): Promise<string> {
  const position = document.positionAt(document.getText().indexOf(text));
  const found = await vscode.commands.executeCommand<readonly vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return found
    .flatMap(({ contents }) => contents.map((part) => (part instanceof vscode.MarkdownString ? part.value : '')))
    .join('\n')
    .replaceAll('\\', '');
}

suite('what was measured', function () {
  this.timeout(120_000);
  let rig: EditorRig;

  suiteSetup(async () => {
    rig = await openRig();
    await set('results.folder', RESULTS);
  });
  suiteTeardown(async () => {
    await closeAll();
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder(), RESULTS), { recursive: true });
    await set('results.folder', undefined);
    await rig.close();
  });
  teardown(closeAll);

  const CALLS = [1, 2].map((version) => `v${version} = get_kernel("${ACTIVATION}", version=${version})\n`).join('\n\n');
  const CODE = `from kernels import get_kernel\n\n${CALLS}`;

  test('stands above calls and operations, once there is a report of this machine', async () => {
    const { document } = await show('a.py', CODE);
    const profile = await lens(document, /^profile$/);
    assert.equal(profile.command?.command, 'kernelLens.profileHubKernel');
    assert.deepEqual(profile.command.arguments, [{ id: ACTIVATION, version: 1 }]);
    await write(report(1, '2026-11-20T10:00:00.000Z', 2));
    await write(report(1, '2026-11-21T10:00:00.000Z', 7, true));
    const found = await lens(document, /on this CPU \(/);
    assert.match(found.command?.title ?? '', /4\.9× on this CPU/);
    assert.equal(found.range.start.line, 2);
    const above = (await lenses(document)).filter(({ command }) => /this CPU|this GPU/.test(command?.title ?? ''));
    assert.equal(above.length, 1, 'another version was not measured');
    const hover = await hoverAt(document, ACTIVATION);
    assert.match(hover, /^Measured here: 4\.9× FASTER than PyTorch on .*, 2026-11-20, 3 cases$/m);
    assert.ok(hover.includes(`Measured elsewhere: 11.4× FASTER than PyTorch on ${H100}, 2026-11-21, 3 cases`), hover);
  });

  test('is of the function that is offered, and its profile has the workload made for it', async () => {
    await write(report(2, '2026-11-21T11:00:00.000Z', 2));
    const { document } = await show('a.py', SILU);
    const offer = await lens(document, /has silu for this · 2\.0× here/);
    assert.match(offer.command?.title ?? '', OFFER);
    const profile = await lens(document, /^profile$/);
    assert.equal(profile.command?.command, 'kernelLens.profilePython');
    v.parse(v.tuple([PythonRequestSchema]), profile.command.arguments);
    assert.deepEqual(profile.command.arguments, [
      {
        kernels: [{ id: ACTIVATION, version: 2 }],
        work: { kind: 'kernels', workloads: ['activation.silu'], shapes: [] },
      },
    ]);
  });

  test('says that the kernel was wrong, and shows no speed-up from before', async () => {
    const { document } = await show('a.py', CODE);
    await lens(document, /4\.9× on this CPU/);
    await write(report(1, '2026-11-22T10:00:00.000Z', 'wrong'));
    await lens(document, /\$\(error\)\u00A0wrong on this CPU/);
    assert.match(await hoverAt(document, ACTIVATION), /^Measured here: WRONG in 2 of 3 cases on /m);
  });
});
