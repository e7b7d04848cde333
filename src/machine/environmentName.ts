/** `.venv` for an environment, the folder of the program for a plain interpreter. */
export function environmentName(interpreter: string): string {
  const parts = interpreter.split(/[\\/]/);
  const below = /^(bin|Scripts)$/i.test(parts.at(-2) ?? '') ? parts.slice(0, -2) : parts.slice(0, -1);
  const name = below.at(-1) ?? '';
  return name === '' || name === 'usr' || name === 'local' ? interpreter : name;
}
