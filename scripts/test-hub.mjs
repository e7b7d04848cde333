// Starts the Hub of the tests, for use by hand, until it is interrupted.
//   node scripts/test-hub.mjs [--port N] [--prefix /path] [--generated N] [--hostile] [--torch-kernels]
//     [--repositories FOLDER] [--models]
// Give what it prints to a client as HF_ENDPOINT.
import { once } from 'node:events';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildHub } from './build-hub.mjs';
import { program } from './program.mjs';

await program(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '0' },
      prefix: { type: 'string', default: '' },
      generated: { type: 'string', default: '0' },
      hostile: { type: 'boolean', default: false },
      'torch-kernels': { type: 'boolean', default: false },
      repositories: { type: 'string' },
      models: { type: 'boolean', default: false },
    },
  });
  const { startHub } = await buildHub();
  const { prefix, hostile, models, 'torch-kernels': torchKernels } = values;
  const more = values.repositories === undefined ? {} : { repositories: path.resolve(values.repositories) };
  const numbers = { port: Number(values.port), generated: Number(values.generated) };
  const hub = await startHub({ prefix, hostile, models, torchKernels, ...more, ...numbers });
  console.log(hub.endpoint);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await hub.close();
  return 0;
});
