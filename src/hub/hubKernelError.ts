/** A kernel that cannot be profiled, though the Hub answered. `message` says why, and what to do. */
export class HubKernelError extends Error {
  override readonly name = 'HubKernelError';
  constructor(
    readonly kind:
      | 'no-such-version'
      /** It has builds for Python, or none. */
      | 'not-webgpu'
      /** The repository has moved. */
      | 'moved'
      /** Nobody agreed to run it. */
      | 'refused'
      /** No variant of it can run on this adapter. */
      | 'unfit',
    message: string,
  ) {
    super(message);
  }
}
