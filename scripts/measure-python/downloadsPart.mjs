// What each tool fetches for a kernel of several variants, and what each does with a publisher whom the Hub does not trust.
import path from 'node:path';
import { runOurs } from './ours.mjs';
import { runPeer } from './peer.mjs';
import { table } from './tables.mjs';

const COMPILED = 'gpu-kernels/cuda-ops';
const UNTRUSTED = 'stranger/triton-ops';
/** What the untrusted script prints when it is run. */
const MARK = 'the script of an untrusted publisher was run';

/** @param {import('./setting.mjs').Setting} setting */
export async function downloadsPart(setting) {
  const { hub } = setting;
  const fetched = () => {
    const files = hub.requests.filter(({ path: asked, bytes }) => bytes > 0 && /\/repos\/|resolve/.test(asked));
    const variants = hub.requests.flatMap(
      ({ path: asked }) => /build(?:\/|%2F)(torch[\w-]+)(?:\/|%2F)/.exec(asked)?.[1] ?? [],
    );
    const bytes = (/** @type {readonly { bytes: number }[]} */ some) => some.reduce((sum, one) => sum + one.bytes, 0);
    return {
      requests: hub.requests.length,
      bytes: bytes(hub.requests),
      fileBytes: bytes(files),
      variants: new Set(variants).size,
    };
  };
  const home = (/** @type {string} */ name) => path.join(setting.home, `downloads-${name}`);
  hub.clearRequests();
  const theirRun = await runPeer(setting, COMPILED, home('peer'));
  const theirs = { ...fetched(), code: theirRun.code };
  hub.clearRequests();
  const ourRun = await runOurs(setting, COMPILED, { workloads: ['ReLU'], compile: false }, home('ours'));
  const ours = { ...fetched(), code: ourRun.code };
  const stranger = await runPeer(setting, UNTRUSTED, home('peer-stranger'));
  const refused = await runOurs(setting, UNTRUSTED, { compile: false }, home('ours-stranger'));
  const agreed = await runOurs(
    setting,
    UNTRUSTED,
    { trust: true, workloads: ['SiluAndMul'], compile: false },
    home('ours-agreed'),
  );
  return {
    theirs,
    ours,
    untrusted: {
      theirs: { code: stranger.code, last: stranger.last, ranScript: stranger.text.includes(MARK) },
      refused: { code: refused.code, ranScript: refused.text.includes(MARK), text: reasonOf(refused) },
      agreed: {
        code: agreed.code,
        timed: agreed.cases.flatMap((item) =>
          item.rows.filter((row) => row.kind === 'kernel' && row.status === 'timed'),
        ).length,
      },
    },
  };
}

/**
 * Why there is no time of the kernel.
 * @param {import('./ours.mjs').OurRun} run
 */
function reasonOf({ cases, text }) {
  const reasons = cases.flatMap((item) => item.rows.flatMap(({ kind, reason }) => (kind === 'kernel' ? [reason] : [])));
  return reasons.find((reason) => reason !== null) ?? text.trim().split('\n').at(-1) ?? '';
}

/** @param {Awaited<ReturnType<typeof downloadsPart>>} result */
export function downloadsText({ theirs, ours, untrusted }) {
  const kibibytes = (/** @type {number} */ bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
  const ran = (/** @type {boolean} */ script) =>
    script ? 'its benchmark script was run' : 'its benchmark script was not run';
  return [
    '## Downloads',
    table(
      ['cuda-ops, fresh cache', 'kernels benchmark', 'Kernel Lens'],
      [
        ['variants fetched', String(theirs.variants), String(ours.variants)],
        ['bytes of answers', kibibytes(theirs.bytes), kibibytes(ours.bytes)],
        ['bytes of files', kibibytes(theirs.fileBytes), kibibytes(ours.fileBytes)],
        ['requests', String(theirs.requests), String(ours.requests)],
      ],
    ),
    '## A publisher whom the Hub does not trust',
    table(
      ['', 'kernels benchmark', 'Kernel Lens'],
      [
        [
          'without consent',
          `code ${untrusted.theirs.code ?? 'none'}, ${ran(untrusted.theirs.ranScript)}: ${untrusted.theirs.last}`,
          `code ${untrusted.refused.code ?? 'none'}, ${ran(untrusted.refused.ranScript)}: ${untrusted.refused.text}`,
        ],
        [
          'with consent',
          'has no such option',
          `code ${untrusted.agreed.code ?? 'none'}, ${untrusted.agreed.timed} rows timed`,
        ],
      ],
    ),
  ].join('\n\n');
}
