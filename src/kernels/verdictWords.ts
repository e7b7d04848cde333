// Whether a kernel runs here, as people say it.
import { shownText } from './shownText';
import type { WorksHere } from './worksHere';

/** `runs here`, or why not. */
export function verdictWords(verdict: WorksHere): string {
  switch (verdict.state) {
    case 'works':
      return 'runs here';
    case 'likely':
      return 'should run here';
    case 'fails':
      return `does not run here: ${shownText(verdict.reason)}`;
    case 'unknown':
      return `not known whether it runs here: ${shownText(verdict.reason)}`;
  }
}
