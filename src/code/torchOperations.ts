// Finds the operations of PyTorch in a file that a kernel can take over.
import type { SyntaxNode } from '@lezer/common';
import { ACTIVATION_NAMES, activationModule, appliedActivation, madeActivation, onlyInput } from './activations';
import { callsOf } from './callSearch';
import { causalConvolution } from './causalConvolution';
import { isByKernel } from './definitions';
import { argumentsOf, calledName, ownAttribute, unwrapped, type ReadCode } from './expressionShape';
import { gatedActivation } from './gatedActivations';
import { handWrittenNorm } from './handWrittenNorms';
import { WRITTEN_OUT_NAMES, writtenActivation } from './handWrittenActivations';
import { KERNEL_LOADERS, kernelFunctions } from './kernelFunctions';
import { linearActivation } from './linearActivation';
import type { OperationSite } from './operation';
import { CALL_NAMES, directCall } from './operationCalls';
import { appliedAlone, type AppliedActivation, type OperationDraft } from './operationDraft';
import { classAround, functionAround, placed } from './operationPlace';
import type { ParsedSource } from './parsedSource';
import type { PythonNames } from './pythonNames';
import { int8Linear, QUANTISED_NAMES, quantisedCall } from './quantisedLinear';
import { ROTARY_NAME, rotaryCall } from './rotaryForms';
import { SelfModules } from './selfModules';
import { transformersModel } from './transformersModels';

/** In the order of the file. Only what the code tells for sure: where a name may be something else, there is no site. */
export function torchOperations(source: ParsedSource, names: PythonNames): readonly OperationSite[] {
  if (source.language !== 'python' || !LIBRARIES.some((library) => source.text.includes(library))) return [];
  const code = { source, names };
  return new OperationFinder(code).sites();
}

const LIBRARIES = ['torch', 'transformers', 'bitsandbytes'] as const;

const MODULES = ['torch.nn.Linear', 'torch.nn.Conv1d'] as const;
const MODULE_TYPES: ReadonlySet<string> = new Set([...MODULES, 'torch.nn.GELU', 'torch.nn.SiLU']);
/** Those whose calls are looked at; a Linear's where an activation is applied to them. */
const CALLED_TYPES: ReadonlySet<string> = new Set(['torch.nn.Conv1d', 'torch.nn.GELU', 'torch.nn.SiLU']);
const WRITTEN_OUT: ReadonlySet<string> = new Set(WRITTEN_OUT_NAMES);
const ROOTS = ['sqrt', 'rsqrt'] as const;
const OTHERS = ['torch.nn.functional.conv1d', 'torch.nn.functional.linear', ROTARY_NAME, 'from_pretrained'] as const;
const LAST_NAMES: readonly string[] = [
  ...new Set(
    [...CALL_NAMES, ...ACTIVATION_NAMES, ...WRITTEN_OUT_NAMES, ...QUANTISED_NAMES, ...MODULES, ...OTHERS].map((name) =>
      name.slice(name.lastIndexOf('.') + 1),
    ),
  ),
];

class OperationFinder {
  private readonly modules: SelfModules;
  private readonly drafts: OperationDraft[] = [];
  /** Expressions that are part of an operation that was found. */
  private readonly claimed = new Set<string>();

  constructor(private readonly code: ReadCode) {
    this.modules = new SelfModules(code);
  }

  sites(): readonly OperationSite[] {
    const { code } = this;
    const resolved = callsOf(code, LAST_NAMES).map((call) => ({ call, name: this.resolved(call) }));
    for (const { call, name } of resolved) if (name !== null && MODULE_TYPES.has(name)) this.modules.learn(call, name);
    const own = callsOf(code, this.modules.names(CALLED_TYPES)).filter(
      (call) => call.firstChild && ownAttribute(code, call.firstChild),
    );
    // What takes in another operation goes first: it claims the other.
    for (const { call, name } of resolved) this.convolution(call, name);
    for (const call of own) this.convolution(call, null);
    for (const { call, name } of resolved) this.named(call, name);
    for (const call of own) this.own(call);
    for (const call of callsOf(code, ROOTS)) {
      const definition = functionAround(call);
      if (definition !== null) this.add(handWrittenNorm(code, definition));
    }
    const loads = callsOf(code, KERNEL_LOADERS).filter((call) => this.resolved(call)?.startsWith('kernels.'));
    return this.placedOnce(kernelFunctions(code, loads));
  }

  private resolved(call: SyntaxNode): string | null {
    return call.firstChild === null ? null : this.code.names.resolve(call.firstChild);
  }

  private convolution(call: SyntaxNode, name: string | null): void {
    if (name !== null && name !== 'torch.nn.functional.conv1d') return;
    this.add(causalConvolution(this.code, call, name, this.modules));
  }

  private named(call: SyntaxNode, name: string | null): void {
    const { code } = this;
    const called = calledName(call);
    if (called !== null && (name === null || name.endsWith(`.${ROTARY_NAME}`))) this.add(rotaryCall(code, call));
    if (name === null) return;
    const activation = WRITTEN_OUT.has(name)
      ? writtenActivation(code, call, name)
      : appliedActivation(code, call, name);
    if (activation !== null) this.activation(activation, true);
    else if (name === 'torch.nn.functional.linear') this.add(int8Linear(code, call));
    else {
      this.add(
        activationModule(code, call, name) ??
          directCall(code, call, name) ??
          quantisedCall(code, call, name) ??
          transformersModel(code, call, name),
      );
    }
  }

  /** `self.act(…)` with `self.act = nn.SiLU()`, as part of something larger: alone it is found where it is made. */
  private own(call: SyntaxNode): void {
    const callee = call.firstChild;
    const kept = callee === null ? null : this.modules.of(callee);
    const kind = kept === null ? null : madeActivation(this.code, kept.made, kept.type);
    const input = kind === null ? null : onlyInput(argumentsOf(this.code, call));
    if (callee !== null && kind !== null && input !== null) this.activation({ kind, node: call, input, callee }, false);
  }

  private activation(activation: AppliedActivation, alone: boolean): void {
    const { code } = this;
    // The one behind a convolution.
    if (this.claimed.has(keyOf(activation.node))) return;
    const larger = gatedActivation(code, activation) ?? linearActivation(code, activation, this.modules);
    if (larger !== null) {
      this.add(larger);
      this.claimed.add(keyOf(unwrapped(activation.input)));
    } else if (alone) this.add(appliedAlone(code, activation));
    this.claimed.add(keyOf(activation.node));
  }

  private add(draft: OperationDraft | null): void {
    if (draft === null || this.claimed.has(keyOf(draft.node))) return;
    this.claimed.add(keyOf(draft.node));
    this.drafts.push(draft);
  }

  private placedOnce(byKernel: ReadonlySet<number>): readonly OperationSite[] {
    const found = this.drafts.filter((draft) => !this.isTaken(draft.node, byKernel));
    return found.map((draft) => placed(this.code, draft)).sort((one, other) => one.span.from - other.span.from);
  }

  /** Whether a kernel works in a function around it, or takes the place of its class. */
  private isTaken(node: SyntaxNode, byKernel: ReadonlySet<number>): boolean {
    for (let at = functionAround(node); at !== null; at = functionAround(at)) {
      if (byKernel.has(at.from) || isByKernel(this.code, at)) return true;
    }
    for (let at = classAround(node); at !== null; at = classAround(at)) if (isByKernel(this.code, at)) return true;
    return hasError(node);
  }
}

function keyOf({ from, to }: SyntaxNode): string {
  return `${String(from)} ${String(to)}`;
}

/** Half-typed code: what is there may not be what is meant. */
function hasError(node: SyntaxNode): boolean {
  let found = false;
  node.cursor().iterate((part) => {
    if (part.type.isError) found = true;
    return !found;
  });
  return found;
}
