// The secret, kept so that nothing prints it by accident.
import { createHash } from 'node:crypto';

/** An access token. Neither JSON, nor a template string, nor the inspector shows what is in it. */
export class HubToken {
  readonly #value: string;

  /** @param source where it came from, for people: `HF_TOKEN`, a file's path. */
  constructor(
    value: string,
    readonly source: string,
  ) {
    this.#value = value;
  }

  /** The value of an Authorization header. */
  get authorization(): string {
    return `Bearer ${this.#value}`;
  }

  /** A name for what this token has seen at `endpoint`, from which the token cannot be had: 16 hexadecimal digits. */
  fingerprint(endpoint: string): string {
    return createHash('sha256').update(`${endpoint}\n${this.#value}`).digest('hex').slice(0, 16);
  }

  toString(): string {
    return 'token';
  }
}
