// npm run package: makes the VSIX for one platform.
//   node scripts/package.mjs [PLATFORM]
// The platform is one that VS Code names, e.g. linux-x64, win32-x64, darwin-arm64. Default: this machine's.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './child.mjs';
import { install } from './install.mjs';
import { modulesFolder, root } from './paths.mjs';
import { program } from './program.mjs';

/** Where node_modules/webgpu/dist/ has the addon for each platform. */
const addons = new Map([
  ['linux-x64', 'linux-x64'],
  ['linux-arm64', 'linux-arm64'],
  ['win32-x64', 'win32-x64'],
  ['win32-arm64', 'win32-arm64'],
  ['darwin-x64', 'darwin-universal'],
  ['darwin-arm64', 'darwin-universal'],
]);

/**
 * Builds and packages the extension.
 * @param {{ platform?: string, folder?: string }} [options] `folder` takes the VSIX. Default: out/
 * @returns {Promise<string>} the VSIX file's path
 */
export async function packageExtension({
  platform = `${process.platform}-${process.arch}`,
  folder = path.join(root, 'out'),
} = {}) {
  const addon = addons.get(platform);
  if (addon === undefined) {
    throw new Error(`There is no package for ${platform}: choose from ${[...addons.keys()].join(', ')}.`);
  }
  const { build } = await import('./build.mjs');
  await build();
  await mkdir(folder, { recursive: true });
  const ignoreFile = path.join(folder, `${platform}.vscodeignore`);
  const common = await readFile(path.join(root, '.vscodeignore'), 'utf8');
  await writeFile(ignoreFile, `${common}!node_modules/webgpu/dist/${addon}/**\n`);
  const vsix = path.join(folder, `kernel-lens-${platform}.vsix`);
  const options = ['--target', platform, '--out', vsix, '--ignoreFile', ignoreFile];
  // The page that these would serve is the Marketplace's; there is no address to give it yet.
  options.push('--allow-missing-repository', '--no-rewrite-relative-links');
  const { code, output } = await run(
    process.execPath,
    [path.join(modulesFolder, '@vscode/vsce/vsce'), 'package', ...options],
    {
      cwd: root,
    },
  );
  if (code !== 0) throw new Error(`The extension could not be packaged:\n${output.trim()}`);
  return vsix;
}

await program(import.meta.url, async () => {
  await install();
  const [platform] = process.argv.slice(2);
  const vsix = await packageExtension(platform === undefined ? {} : { platform });
  const { size } = await stat(vsix);
  console.log(`${path.relative(process.cwd(), vsix)}  ${(size / 1e6).toFixed(1)} MB`);
  return 0;
});
