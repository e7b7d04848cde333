import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, inject, it } from 'vitest';
import type { KernelMetadata } from '../../src/kernels/kernelDetails';
import { kernelIdProblem } from '../../src/kernels/kernelId';
import { kernelVersions } from '../../src/kernels/kernelVersions';
import { resolveVariants, VARIANT_CHECKS } from '../../src/kernels/variantResolution';
import { loadProblem } from '../../src/kernels/variantVerdicts';
import { askLibrary } from './libraryAnswers';
import { branchName, metadataFile } from './metadataFiles';
import { machineWithBuilds, pythonSystem } from './pythonSystems';

const PAIRS = 24_000;
/** Parts of the errors that the library refuses a build with. */
const REFUSALS = [
  'unsupported kernel',
  'requires Python',
  'kernels>=',
  'CUDA cap',
  'ROCm arch',
  'invalid lit',
  'Exceeds',
];
const python = inject('python');

/** Cases drawn with a seed, so that a failure comes back. */
function draw<T>(arbitrary: fc.Arbitrary<T>, count: number): T[] {
  return fc.sample(arbitrary, { seed: 20_260, numRuns: count });
}

const resolution = v.union([
  v.strictObject({ error: v.string() }),
  v.strictObject({
    chosen: v.nullable(v.string()),
    trace: v.array(v.tuple([v.string(), v.nullable(v.string())])),
    skipped: v.array(v.string()),
  }),
]);

describe('the library and this program', () => {
  it(`take the same build of ${PAIRS} sets on ${PAIRS} machines, in the same order, for the same reasons`, async () => {
    const cases = draw(machineWithBuilds, PAIRS);
    const theirs = await askLibrary(python, 'variants', cases, resolution);
    const seen = new Map<string, number>();
    const count = (what: string): unknown => seen.set(what, (seen.get(what) ?? 0) + 1);
    for (const [i, { names: folders, system }] of cases.entries()) {
      const { chosen, decisions, skipped } = resolveVariants(folders, system);
      const answer = theirs[i];
      for (const { failed } of decisions) count(failed ?? 'accepted');
      if (skipped.length > 0) count('skipped');
      if (chosen !== null) count('chosen');
      if (answer === undefined || 'error' in answer) {
        expect({ i, reasons: new Set(decisions.map(({ reason }) => reason)), chosen }).toEqual({
          i,
          reasons: new Set(decisions.length === 0 ? [] : [answer?.error]),
          chosen: null,
        });
        continue;
      }
      const ours = {
        chosen: decisions.find(({ folder }) => folder === chosen)?.name ?? null,
        trace: decisions.map(({ name, reason }) => [name, reason]),
        skipped,
      };
      // Comparing texts first: thousands of deep comparisons take longer than the library does.
      if (JSON.stringify(ours) !== JSON.stringify(answer)) expect({ i, ...ours }).toEqual({ i, ...answer });
    }
    // Every check was met often enough for its words to count.
    for (const what of [...VARIANT_CHECKS, 'accepted', 'skipped', 'chosen']) {
      expect({ what, often: (seen.get(what) ?? 0) >= 50 }).toEqual({ what, often: true });
    }
  });

  it('refuse the same builds after reading their metadata, in the same words', async () => {
    const known = pythonSystem.filter(({ backend: { version }, kernelsVersion }) => {
      // A later library has another table of dependencies than the one that is asked here.
      return (version === null || /^\d+(\.\d+)+$/.test(version)) && /^0\.1[67]\./.test(kernelsVersion ?? '');
    });
    const cases = draw(fc.record({ metadata: metadataFile, system: known, variant: fc.constant('torch-cuda') }), 8000);
    const theirs = await askLibrary(python, 'metadata', cases, v.nullable(v.string()));
    const ours = cases.map(({ metadata, system, variant }) => {
      const read: KernelMetadata = {
        id: metadata.id,
        name: metadata.name,
        version: 1,
        license: metadata.license,
        upstream: null,
        source: null,
        kernelsMinver: metadata['kernels-minver'] ?? null,
        pythonDepends: metadata['python-depends'],
        kernelDepends: [],
        backendType: metadata.backend.type,
        archs: metadata.backend.archs ?? null,
      };
      return loadProblem(
        { variants: [variant], metadata: { [variant]: read } },
        { folder: variant, name: variant },
        system,
      );
    });
    expect(ours.map((problem) => problem?.text ?? null)).toEqual(theirs);
    for (const words of REFUSALS) {
      const often = theirs.filter((text) => text?.includes(words) === true).length >= 5;
      expect({ words, often }).toEqual({ words, often: true });
    }
    expect(theirs.filter((text) => text === null).length).toBeGreaterThan(500);
  });

  it('find the same versions among the same branches', async () => {
    const commit = fc.stringMatching(/^[0-9a-f]{40}$/);
    const cases = draw(fc.array(fc.record({ name: branchName, commit }), { maxLength: 8 }), 3000);
    const theirs = await askLibrary(python, 'versions', cases, v.array(v.tuple([v.string(), v.string(), v.string()])));
    const ours = cases.map((branches) =>
      kernelVersions(branches).map(({ version, branch, commit: at }) => [String(version), branch, at]),
    );
    expect(ours).toEqual(theirs);
    expect(new Set(theirs.flat().map(([, branch]) => branch)).size).toBeGreaterThan(30);
  });

  it('let the same ids through', async () => {
    const part = fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/),
      fc.constantFrom(...'.. . -a a- a--b a..b x.git é _ a.'.split(' '), '', 'a b', 'a\n', 'a\u202e'),
      fc.constantFrom('a'.repeat(96), 'a'.repeat(97)),
      fc.string({ maxLength: 8 }),
    );
    const cases = [
      ...draw(fc.tuple(part, part), 5000).map((parts) => parts.join('/')),
      'a/b/c',
      '/',
      'a/'.repeat(5000),
    ];
    const theirs = await askLibrary(python, 'ids', cases, v.boolean());
    expect(cases.map((id) => [id, kernelIdProblem(id) === null])).toEqual(cases.map((id, i) => [id, theirs[i]]));
    expect(theirs.filter(Boolean).length).toBeGreaterThan(200);
  });
});
