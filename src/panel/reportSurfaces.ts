import type { Report } from '../profile/report';

/** A page that shows a report. */
export interface ReportSurface {
  readonly report: Report | null;
}

/** Knows which of the open pages a command such as `Copy Report as Markdown` means: the one used last. */
export class ReportSurfaces {
  private readonly open: ReportSurface[] = [];

  activate(surface: ReportSurface): void {
    this.leave(surface);
    this.open.push(surface);
  }

  leave(surface: ReportSurface): void {
    const index = this.open.indexOf(surface);
    if (index >= 0) this.open.splice(index, 1);
  }

  /** The report of the page used last, or of the one before when that has none; null when no page has one. */
  get report(): Report | null {
    return this.open.findLast((surface) => surface.report !== null)?.report ?? null;
  }
}
