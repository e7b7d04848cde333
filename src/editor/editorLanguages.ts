// The languages whose code is read, as VS Code calls them. No parser in here: this is loaded when the window opens.

export const EDITOR_LANGUAGES: readonly string[] = [
  'python',
  'javascript',
  'javascriptreact',
  'typescript',
  'typescriptreact',
];
