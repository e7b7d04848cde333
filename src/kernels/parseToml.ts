// The one way to the reader of TOML: a bundle of its own, which the extension loads when this is first called.
import { parse, type ParseOptions } from '@decimalturn/toml-patch';

/** Throws what the reader throws where `text` is no TOML. */
export function parseToml(text: string, options: ParseOptions = {}): unknown {
  return parse(text, options);
}
