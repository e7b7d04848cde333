import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Each wall is one pattern of imports that a folder may not make. A file takes the walls of every folder it is in.
const editor = {
  regex: '^vscode$',
  message: 'Only src/extension.ts, src/panel/, src/sidebar/ and src/editor/ know the editor.',
};
const native = {
  regex: '^(webgpu|onnxruntime-web|@huggingface/jinja)(/|$)',
  message:
    'Kernels, Dawn and the oracle live in the worker process: ask it through src/profile/webgpu/workerClient.ts.',
};
const pure = {
  regex: '^(node:|undici)|^@huggingface/hub|/(hub|machine|profile|panel|sidebar|editor)/|/(extension|cli)$',
  message: 'What is known of kernels and of code needs no disk, no network and no process.',
};
const wings = {
  regex: '/(panel|sidebar|editor|extension)(/|$)',
  message: 'What serves the editor and the command line knows neither.',
};
/**
 * The wings of the extension do not import each other.
 * @param {string} own
 */
function apart(own) {
  const others = ['panel', 'sidebar', 'editor'].filter((wing) => wing !== own);
  return {
    regex: `/(${others.join('|')})/`,
    message: 'The panel, the sidebar and the editor meet in src/extension.ts and in commands.',
  };
}
const panel = { regex: '/((panel|sidebar|editor)/|extension$)', message: 'A profile knows nothing of the editor.' };
const source = { regex: '/src/', message: 'Scripts use what is built, not the sources.' };
const page = {
  regex: '^node:|/src/(?!profile/(report\\w*|format|accuracy|verdict|profileOptions)$|panel/(protocol|channel)$)',
  message:
    'The page imports types and pure functions only: src/profile/report*.ts, src/panel/protocol.ts and its channel.',
};

const exportsByName = [
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'ExportAllDeclaration', message: 'Import from the file that has it: no barrels.' },
];
const noModuleState = {
  selector:
    'Program > VariableDeclaration[kind="let"], Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
  message: 'State belongs to a value that somebody owns, not to a module.',
};

/**
 * The rule that keeps `walls` standing.
 * @param {{ regex: string, message: string }[]} walls
 * @returns {import('eslint').Linter.RulesRecord}
 */
function keep(walls) {
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns: walls }] };
}

export default defineConfig(
  globalIgnores(['dist/', 'out/', 'results/', '.*/']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300 }],
      'no-restricted-syntax': ['error', ...exportsByName, noModuleState],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Numbers in messages are the daily bread of a program that measures.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  { files: ['src/**/*.ts'], rules: keep([editor, native]) },
  { files: ['src/profile/**/*.ts'], rules: keep([editor, native, panel]) },
  { files: ['src/profile/webgpu/**/*.ts'], rules: keep([editor, panel]) },
  {
    files: ['kernels', 'code', 'insert', 'findings'].map((folder) => `src/${folder}/**/*.ts`),
    rules: keep([editor, native, pure]),
  },
  { files: ['src/hub/**/*.ts', 'src/machine/**/*.ts', 'src/scan/**/*.ts'], rules: keep([editor, native, wings]) },
  { files: ['src/extension.ts'], rules: keep([native]) },
  { files: ['src/panel/**/*.ts'], rules: keep([native, apart('panel')]) },
  { files: ['src/sidebar/**/*.ts'], rules: keep([native, apart('sidebar')]) },
  { files: ['src/editor/**/*.ts'], rules: keep([native, apart('editor')]) },
  { files: ['webview/**/*.ts'], rules: keep([editor, native, page]) },
  {
    files: [
      'test/unit/**/*.ts',
      'test/gpu/**/*.ts',
      'test/ui/**/*.ts',
      'test/python/**/*.ts',
      'test/pytorch/**/*.ts',
      'test/hub/**/*.ts',
    ],
    rules: keep([editor]),
  },
  { files: ['scripts/**'], rules: keep([editor, source]) },
  {
    // Their tools want a default export.
    files: ['*.config.mjs'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // JavaScript with types in JSDoc: the compiler reads those, ESLint does not.
    files: ['**/*.mjs'],
    rules: {
      'no-undef': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    // Nothing imports a test, so what it sets up before its cases may be a variable of its module.
    files: ['test/**/*.test.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...exportsByName],
      '@typescript-eslint/require-await': 'off',
    },
  },
);
