// What a person asks of a profile. The panel, the command line and the tests all fill in this one value.
import * as v from 'valibot';

const KernelRefSchema = v.variant('kind', [
  /** A kernel of media/kernels, by op id, e.g. `ai.onnx.Gelu`. */
  v.object({ kind: v.literal('bundled'), id: v.string() }),
  /** A folder in the Hub's layout: `<folder>/build/webgpu/manifest.json`, or the folder that holds manifest.json. */
  v.object({ kind: v.literal('folder'), path: v.string() }),
  /** A kernel of the Hub as it was at `commit`; what this adapter needs of it lies in `folder`, in the Hub's layout. */
  v.object({
    kind: v.literal('hub'),
    /** `org/name`. */
    id: v.string(),
    /** N of the branch `vN` that it was asked for by; null: by something else. */
    version: v.nullable(v.number()),
    /** 40 hexadecimal digits. */
    commit: v.string(),
    folder: v.string(),
  }),
]);

export const ProfileOptionsSchema = v.object({
  kernels: v.array(KernelRefSchema),
  /** `auto`: the best adapter there is, the software one when there is none. `software`. Or a part of an adapter's name. */
  adapter: v.string(),
  /** Variants to compare, the first being the baseline; empty: the manifest's baseline and what selection takes. */
  variants: v.array(v.string()),
  /** A regular expression over case ids; null: the cases that suit the adapter. */
  cases: v.nullable(v.string()),
  /** Dtypes wanted, `float32` and so on; empty: every one the adapter has. */
  dtypes: v.array(v.string()),
  /** Fewer and smaller cases, wider intervals. */
  quick: v.boolean(),
  /** Every contender against itself: a test of the measurement. */
  aa: v.boolean(),
  /** Another runtime that takes part in every case that it has the operator of; left out: none. */
  peer: v.optional(v.picklist(['onnxruntime'])),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff)),
});

export type KernelRef = v.InferOutput<typeof KernelRefSchema>;
export type HubKernelRef = Extract<KernelRef, { kind: 'hub' }>;
export type ProfileOptions = v.InferOutput<typeof ProfileOptionsSchema>;

export const DEFAULT_PROFILE_OPTIONS: ProfileOptions = {
  kernels: [],
  adapter: 'auto',
  variants: [],
  cases: null,
  dtypes: [],
  quick: false,
  aa: false,
  seed: 1,
};

/** What is being done now, for a progress line. */
export interface ProfileProgress {
  /** Cases finished and cases in all; total is 0 until the plan is made. */
  readonly done: number;
  readonly total: number;
  /** The case in work, e.g. `Gelu 16384×4096 f16`; empty before the first. */
  readonly label: string;
  /** e.g. `checking fused`, `timing`. */
  readonly phase: string;
  /** An estimate; null while there is nothing to base one on. */
  readonly secondsLeft: number | null;
}
