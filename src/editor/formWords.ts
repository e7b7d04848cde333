// How the ways to write a kernel are called and explained where one is chosen. No vscode in here.
import type { Form } from '../insert/insertTypes';

export const FORM_WORDS: Readonly<Record<Form, { readonly label: string; readonly description: string }>> = {
  plain: { label: 'Plain call', description: 'loads the kernel where it is used; the shortest to read' },
  module: { label: 'Loaded once', description: 'loads the kernel when the module is imported' },
  fallback: {
    label: 'With fall-back',
    description: 'PyTorch computes where the kernel cannot be loaded or refuses the input',
  },
  switch: {
    label: 'Behind a switch',
    description: 'an environment variable says for which share of calls it runs',
  },
  locked: { label: 'Locked', description: 'loads the commit in kernels.lock and no other; pins the kernel' },
  kernelize: { label: 'Whole model', description: "maps the kernel's layer to the module and kernelizes the model" },
  'attention implementation': {
    label: 'Attention of the model',
    description: 'transformers loads the kernel as the attention of the whole model',
  },
};
