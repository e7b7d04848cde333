import { runMocha } from '../mochaRun';

// Tests that drive VS Code from outside, through its page: clicks, keys, what a person sees.
const outcomes = await runMocha('ui', import.meta.dirname, '.test.mjs');
process.exit(outcomes.some((outcome) => outcome.state === 'failed') ? 1 : 0);
