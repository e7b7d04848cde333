import { runMocha } from '../mochaRun';

/** VS Code's extension host calls this: all the tests beside this file. */
export async function run(): Promise<void> {
  const outcomes = await runMocha('host', __dirname, '.test.js');
  if (outcomes.every((outcome) => outcome.state !== 'passed')) throw new Error('No test passed.');
  if (outcomes.some((outcome) => outcome.state === 'failed')) throw new Error('Tests failed.');
}
