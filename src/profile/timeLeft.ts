/** The time left, from the planner's guesses, scaled by how far off they were so far. */
export class TimeLeft {
  private guessedMs = 0;
  private tookMs = 0;

  constructor(private readonly cases: readonly { readonly estimatedMs: number }[]) {}

  finished(index: number, tookMs: number): void {
    this.guessedMs += this.cases[index]?.estimatedMs ?? 0;
    this.tookMs += tookMs;
  }

  /** Seconds from the beginning of case `index`. */
  secondsLeft(index: number): number {
    const guess = this.cases.slice(index).reduce((sum, planned) => sum + planned.estimatedMs, 0);
    return ((this.guessedMs > 0 ? this.tookMs / this.guessedMs : 1) * guess) / 1000;
  }
}
