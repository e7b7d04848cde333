// Spec 1.0 put into the words of 2.1, so that everything after this knows one format.
import { isRecord, joinPath } from './kernelJson';
import { KernelError } from './program';

type Json = Readonly<Record<string, unknown>>;

/** `constants` became `derive`, one `when` became a list, bare tunables got a `default`. */
function renamed(object: Json): Record<string, unknown> {
  const { constants, ...rest } = object;
  const result: Record<string, unknown> = { ...rest };
  if (constants !== undefined) result['derive'] = constants;
  for (const key of ['when', 'demoteWhen']) {
    if (typeof result[key] === 'string') result[key] = [result[key]];
  }
  const { tunables } = result;
  if (isRecord(tunables)) {
    result['tunables'] = Object.fromEntries(
      Object.entries(tunables).map(([name, value]) => [name, isRecord(value) ? value : { default: value }]),
    );
  }
  return result;
}

function binding(entry: unknown): unknown {
  if (!isRecord(entry)) return entry;
  const { buffer, struct, ...rest } = entry;
  const result: Record<string, unknown> = { ...rest };
  if (buffer !== undefined) result['buffer'] = isRecord(buffer) ? buffer['type'] : buffer;
  if (isRecord(struct)) {
    const { name, fields, ...unknownKeys } = struct;
    Object.assign(result, unknownKeys, { struct: fields });
    if (name !== undefined) result['structName'] = name;
  } else if (struct !== undefined) result['struct'] = struct;
  return result;
}

function pass(entry: unknown, file: string, path: string): unknown {
  if (!isRecord(entry)) return entry;
  const result = renamed(entry);
  const { passes, bindings, source } = result;
  if (Array.isArray(passes)) result['passes'] = passes.map((inner) => pass(inner, file, path));
  if (Array.isArray(bindings)) result['bindings'] = bindings.map(binding);
  if (isRecord(source)) {
    const { shader, inputs, ...unknownKeys } = source;
    const [unknownKey] = Object.keys(unknownKeys);
    if (unknownKey !== undefined) throw new KernelError(file, joinPath(path, 'source', unknownKey), 'unknown key');
    result['shader'] = shader;
    result['source'] = inputs ?? {};
  }
  return result;
}

function variant(entry: unknown, file: string, path: string): unknown {
  if (!isRecord(entry)) return entry;
  const result = renamed(entry);
  const { passes, variants } = result;
  if (Array.isArray(passes)) {
    result['passes'] = passes.map((inner, index) => pass(inner, file, joinPath(path, 'passes', index)));
  }
  if (Array.isArray(variants)) result['variants'] = variants.map((inner) => variant(inner, file, path));
  return result;
}

/** Ports by call name: tensor arguments name the roles, a role without one is its own call name. */
function ports(entries: unknown, callNames: ReadonlyMap<string, string>, file: string, key: string): unknown {
  if (!Array.isArray(entries)) return entries;
  return Object.fromEntries(
    entries.map((entry: unknown, index) => {
      const { role, ...port } = isRecord(entry) ? entry : {};
      if (typeof role !== 'string') {
        throw new KernelError(file, joinPath(key, index), 'expected an object with a `role`');
      }
      return [callNames.get(role) ?? role, { onnx: role, ...port }];
    }),
  );
}

/** A 1.0 manifest as a 2.1 one. Throws KernelError for what cannot be put so. */
export function manifestFromSpec1(manifest: Json, file: string): Json {
  const result = renamed(manifest);
  const { args, bindings, variants } = result;
  const callNames = new Map<string, string>();
  if (isRecord(args)) {
    const rest: Record<string, unknown> = {};
    for (const [name, argument] of Object.entries(args)) {
      if (!isRecord(argument) || argument['kind'] !== 'tensor') rest[name] = argument;
      else if (typeof argument['role'] === 'string') callNames.set(argument['role'], name);
      else throw new KernelError(file, joinPath('args', name, 'role'), 'it is missing');
    }
    result['args'] = rest;
  }
  for (const key of ['inputs', 'outputs']) result[key] = ports(result[key], callNames, file, key);
  if (isRecord(bindings)) {
    result['bindings'] = Object.fromEntries(Object.entries(bindings).map(([name, entry]) => [name, binding(entry)]));
  }
  if (Array.isArray(variants)) {
    result['variants'] = variants.map((entry, index) => variant(entry, file, joinPath('variants', index)));
  }
  return result;
}
