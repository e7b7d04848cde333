// README.md: the front matter, and what people read.

export interface KernelCard {
  readonly license: string | null;
  /** Markdown. */
  readonly body: string;
}

const FRONT_MATTER = /^\ufeff?---[ \t]*\r?\n([\s\S]*?\r?\n)?---[ \t]*(?:\r?\n|$)/;

export function readCard(bytes: Uint8Array): KernelCard {
  const text = new TextDecoder().decode(bytes);
  const front = FRONT_MATTER.exec(text);
  // Of the YAML only this one plain line is of use.
  const license = /^license:[ \t]*["']?([\w.+-]{1,60})["']?[ \t]*\r?$/m.exec(front?.[1] ?? '')?.[1] ?? null;
  return { license, body: text.slice(front?.[0].length ?? 0).trim() };
}
