// Spec 1.0 put into the words of 2.1, so that everything after this knows one format.
import { isRecord, joinPath } from './kernelJson';
import { KernelError } from './program';

type Json = Readonly<Record<string, unknown>>;

/** Bare values got a `default`. */
function withDefaults(values: unknown): unknown {
  if (!isRecord(values)) return values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isRecord(value) ? value : { default: value }]),
  );
}

/** `constants` became `derive`, one `when` became a list, bare tunables got a `default`. */
function renamed(object: Json): Record<string, unknown> {
  const { constants, ...rest } = object;
  const result: Record<string, unknown> = { ...rest };
  if (constants !== undefined) result['derive'] = constants;
  for (const key of ['when', 'demoteWhen']) {
    if (typeof result[key] === 'string') result[key] = [result[key]];
  }
  if ('tunables' in result) result['tunables'] = withDefaults(result['tunables']);
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

/** A tensor argument: its call name, and what it says about its port. */
interface TensorArgument {
  readonly name: string;
  readonly port: Json;
}

function isOptional(argument: Json): boolean {
  return argument['required'] === false || argument['optional'] === true;
}

function describeWith(argument: Json): Json {
  const description = argument['description'] ?? argument['semantic'];
  return description === undefined ? {} : { description };
}

/** A scalar argument: `semantic` describes it, `optional` is the opposite of `required`. */
function scalarArgument(argument: unknown): unknown {
  if (!isRecord(argument)) return argument;
  const rest = Object.entries(argument).filter(([key]) => key !== 'semantic' && key !== 'optional');
  return {
    ...Object.fromEntries(rest),
    ...describeWith(argument),
    ...(isOptional(argument) ? { required: false } : {}),
  };
}

/** Ports by call name: tensor arguments name the roles, a role without one is its own call name. */
function ports(entries: unknown, tensors: ReadonlyMap<string, TensorArgument>, file: string, key: string): unknown {
  if (!Array.isArray(entries)) return entries;
  return Object.fromEntries(
    entries.map((entry: unknown, index) => {
      const { role, ...port } = isRecord(entry) ? entry : {};
      if (typeof role !== 'string') {
        throw new KernelError(file, joinPath(key, index), 'expected an object with a `role`');
      }
      const argument = tensors.get(role);
      return [argument?.name ?? role, { onnx: role, ...argument?.port, ...port }];
    }),
  );
}

/** A 1.0 manifest as a 2.1 one. Throws KernelError for what cannot be put so. */
export function manifestFromSpec1(manifest: Json, file: string): Json {
  const result = renamed(manifest);
  const { args, bindings, variants } = result;
  const tensors = new Map<string, TensorArgument>();
  if (isRecord(args)) {
    const rest: Record<string, unknown> = {};
    for (const [name, argument] of Object.entries(args)) {
      if (!isRecord(argument) || argument['kind'] !== 'tensor') rest[name] = scalarArgument(argument);
      else if (typeof argument['role'] === 'string') {
        const port = { ...describeWith(argument), ...(isOptional(argument) ? { optional: true } : {}) };
        tensors.set(argument['role'], { name, port });
      } else throw new KernelError(file, joinPath('args', name, 'role'), 'it is missing');
    }
    result['args'] = rest;
  }
  if ('attributes' in result) result['attributes'] = withDefaults(result['attributes']);
  for (const key of ['inputs', 'outputs']) result[key] = ports(result[key], tensors, file, key);
  if (isRecord(bindings)) {
    result['bindings'] = Object.fromEntries(Object.entries(bindings).map(([name, entry]) => [name, binding(entry)]));
  }
  if (Array.isArray(variants)) {
    result['variants'] = variants.map((entry, index) => variant(entry, file, joinPath('variants', index)));
  }
  return result;
}
