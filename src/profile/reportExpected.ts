// What two contenders should take by what their passes launch and move, to be held against what they took.
import { formatTime, shortRatio } from './format';
import { leastTimes } from './reportLimits';
import type { Report, ReportCase, RowWork } from './report';

/**
 * `658 µs and 187 µs, 3.5× less: bytes at the copy rate, and 1.86 µs a launch.` null in software and where the run's rates
 * are not known.
 * @param from the passes of the baseline, `to` those of the contender
 */
export function expectedText({ machine }: Report, item: ReportCase, from: RowWork, to: RowWork): string | null {
  const { copyBytesPerSecond: copy, dispatchNs } = machine.reference;
  if (machine.adapter.software || copy === null || copy === 0 || dispatchNs === null) return null;
  const { productNs } = leastTimes(item, machine.reference);
  const operationsNs = productNs ?? 0;
  const copyNs = [from, to].map(({ bytesMoved }) => (bytesMoved / copy) * 1e9);
  const [fromNs = 0, toNs = 0] = [from, to].map(
    ({ launches }, index) => launches * dispatchNs + Math.max(copyNs[index] ?? 0, operationsNs),
  );
  const longer = copyNs.filter((ns) => operationsNs > ns).length;
  const rates = [
    'bytes at the copy rate',
    'bytes at the copy rate, or operations at the product rate where those take longer',
    'operations at the product rate',
  ];
  const parts = `${rates[longer] ?? ''}, and ${formatTime(dispatchNs)} a launch`;
  const ratio = fromNs / toNs;
  if (ratio > 0.99 && ratio < 1.01) return `${formatTime(toNs)} both: ${parts}.`;
  const beside = ratio > 1 ? `${shortRatio(ratio)} less` : `${shortRatio(1 / ratio)} as much`;
  return `${formatTime(fromNs)} and ${formatTime(toNs)}, ${beside}: ${parts}.`;
}
