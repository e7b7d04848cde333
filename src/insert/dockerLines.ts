// Lines of a Dockerfile that download the locked kernels while an image is built.

export interface DockerWish {
  /** Where kernels.lock lies, as seen from the folder that the image is built from: `.`, `services/api`. */
  readonly projectFolder: string;
  /** Of `kernels`; null: not known. */
  readonly kernelsVersion: string | null;
  /** The image to begin with, `pytorch/pytorch:2.11.0-cuda13.0-cudnn9-runtime`; left out: the lines go into a Dockerfile. */
  readonly base?: string;
}

/** Kept between builds, and no part of an image. */
const KEPT = '/var/cache/kernels';
/** Of the image. */
const FOLDER = '/opt/kernels';

/**
 * The downloads are kept between builds. Only the commits of the lock file go into the image, as plain files: links would
 * point into what is kept, and huggingface_hub's own record of it, `trees`, would mislead kernels 0.17.2.
 */
export function dockerLines({ projectFolder, kernelsVersion, base }: DockerWish): string {
  const lines = [
    ...(base === undefined ? [] : head(base, kernelsVersion)),
    '# The kernels of kernels.lock. These lines belong behind those that install torch and kernels.',
    ...telemetry(kernelsVersion),
    copyLine(projectFolder),
    `RUN --mount=type=cache,target=${KEPT} \\`,
    '    set -e; \\',
    `    KERNELS_CACHE=${KEPT} kernels download ${FOLDER}; \\`,
    `    cd ${KEPT}; \\`,
    '    for commit in */snapshots/*; do \\',
    `      if grep -q "\${commit##*/}" ${FOLDER}/kernels.lock; then \\`,
    `        mkdir -p "${FOLDER}/\${commit%/*}"; \\`,
    `        cp -RL "$commit" "${FOLDER}/$commit"; \\`,
    '      fi; \\',
    '    done',
    `ENV KERNELS_CACHE=${FOLDER}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function head(base: string, kernelsVersion: string | null): readonly string[] {
  const release = kernelsVersion === null ? '' : `==${kernelsVersion}`;
  return ['# syntax=docker/dockerfile:1', `FROM ${oneLine(base)}`, `RUN pip install kernels${oneLine(release)}`, ''];
}

/** Measured: that release sends an empty name of itself then, which huggingface_hub 2 refuses. */
function telemetry(kernelsVersion: string | null): readonly string[] {
  return kernelsVersion === '0.17.2'
    ? ['# HF_HUB_DISABLE_TELEMETRY=1 keeps kernels 0.17.2 from downloading: leave it out of this image.']
    : [];
}

function copyLine(folder: string): string {
  const inside = folder.replaceAll('\\', '/').replace(/^(?:\.\/)+|\/+$/gu, '');
  const isOutside = inside.startsWith('/') || /^[A-Za-z]:/u.test(inside) || inside.split('/').includes('..');
  const file = inside === '' || inside === '.' || isOutside ? 'kernels.lock' : `${inside}/kernels.lock`;
  // In the form of a list a path may hold spaces; a dollar sign would still stand for a variable.
  if (/^[\w./@+-]+$/u.test(file) && !file.startsWith('-')) return `COPY ${file} ${FOLDER}/`;
  return `COPY [${JSON.stringify(file.replaceAll('$', '\\$'))}, "${FOLDER}/"]`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, '');
}
