// How a place in code is found again after the code has changed. No vscode in here.
import type { Span } from '../code/span';
import type { LineIndex } from '../code/lineIndex';

/** A place that a click can be for. */
export interface Site {
  readonly kind: string;
  readonly span: Span;
}

/** What a click carries of the place that it is for. */
export interface SiteKey {
  readonly kind: string;
  /** The code at the place. */
  readonly text: string;
  /** The lines that it begins and ends on, with the one above and the one below, to tell equal ones apart. */
  readonly around: readonly string[];
  /** Which of those that are equal in all this, from 0, and how many of them there were. */
  readonly ordinal: number;
  readonly count: number;
  /** How many places had this code, whatever stood around them. */
  readonly alike: number;
}

/** The places of one text, by what they look like. */
export class SiteTable<T extends Site> {
  private readonly groups = new Map<string, T[]>();

  constructor(
    private readonly text: string,
    private readonly lines: LineIndex,
    readonly sites: readonly T[],
  ) {
    for (const site of sites) {
      const name = groupName(site.kind, this.textOf(site));
      const group = this.groups.get(name);
      if (group === undefined) this.groups.set(name, [site]);
      else group.push(site);
    }
  }

  /** @param site one of `sites` */
  key(site: T): SiteKey {
    const { kind } = site;
    const text = this.textOf(site);
    const around = this.aroundOf(site);
    const alike = this.groups.get(groupName(kind, text)) ?? [];
    const equal = this.equal(alike, around);
    return { kind, text, around, ordinal: equal.indexOf(site), count: equal.length, alike: alike.length };
  }

  /**
   * The place that is meant, in a text that may be another by now. Null: it is not there any more, or it cannot be told
   * from others that look the same.
   * @param unchanged the text is still the one that the key was made from
   */
  find(key: SiteKey, unchanged: boolean): T | null {
    const alike = this.groups.get(groupName(key.kind, key.text)) ?? [];
    const equal = this.equal(alike, key.around);
    if (unchanged) return equal.length === key.count ? (equal[key.ordinal] ?? null) : null;
    // Of several that look the same, nobody can say which of them the click was for.
    if (key.count > 1 || equal.length > 1) return null;
    if (equal[0] !== undefined) return equal[0];
    // The lines around it have changed; where the code stood only once, and does, it is still the one.
    return key.alike === 1 && alike.length === 1 ? (alike[0] ?? null) : null;
  }

  private equal(alike: readonly T[], around: readonly string[]): readonly T[] {
    return alike.filter((site) => {
      const own = this.aroundOf(site);
      return own.length === around.length && own.every((line, at) => line === around[at]);
    });
  }

  private textOf({ span }: Site): string {
    return this.text.slice(span.from, span.to);
  }

  private aroundOf({ span }: Site): readonly string[] {
    const first = this.lines.lineAt(span.from);
    const last = this.lines.lineAt(span.to);
    return [first - 1, first, last, last + 1].map((line) => (line < 0 ? '' : this.lines.line(line)));
  }
}

function groupName(kind: string, text: string): string {
  return `${kind}\n${text}`;
}
