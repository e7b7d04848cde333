// A Python for pictures: it says what it has, and nobody loads any of it.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './child.mjs';
import { setUpPython } from './setup-python.mjs';

/**
 * What says which torch and which library an environment has.
 * @param {string | null} cuda null: torch for the CPU
 * @returns {Record<string, string>} contents by path
 */
function packages(cuda) {
  const version = `2.10.0+${cuda === null ? 'cpu' : `cu${cuda.replace('.', '')}`}`;
  const named = cuda === null ? 'None' : `'${cuda}'`;
  return {
    'torch/version.py': `__version__ = '${version}'\ndebug = False\ncuda = ${named}\nhip = None\nxpu = None\n`,
    'torch/__init__.py': 'def compiled_with_cxx11_abi():\n    r"""Of this build"""\n    return True\n',
    'torch/_C.cpython-311-x86_64-linux-gnu.so': '',
    'torch-2.10.0.dist-info/METADATA': `Metadata-Version: 2.1\nName: torch\nVersion: ${version}\n`,
    'kernels/__init__.py': '',
    'kernels-0.17.2.dist-info/METADATA': 'Metadata-Version: 2.1\nName: kernels\nVersion: 0.17.2\n',
  };
}

/**
 * An environment that says it has torch, and the `kernels` library.
 * @param {string} folder where its own is made
 * @param {string | null} cuda null: torch for the CPU
 * @returns {Promise<string>} its interpreter
 */
export async function makePicturePython(folder, cuda) {
  const environment = path.join(folder, '.venv');
  await run(await setUpPython(), ['-m', 'venv', '--without-pip', environment]);
  const interpreter = path.join(environment, 'bin', 'python');
  const { output } = await run(interpreter, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  for (const [name, content] of Object.entries(packages(cuda))) {
    const file = path.join(output.trim(), name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return interpreter;
}
