import path from 'node:path';

/** The way from a folder to a file below it, its steps; null: the file is not below. */
export function stepsBelow(folder: string, file: string): readonly string[] | null {
  const relative = path.relative(folder, file);
  const steps = relative.split(path.sep);
  return relative === '' || path.isAbsolute(relative) || steps[0] === '..' ? null : steps;
}
