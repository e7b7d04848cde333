// Text by strangers, on its way to a terminal.
import { describe, expect, test } from 'vitest';
import { formatVerified, ProgressLine } from '../../src/cliOutput';
import { terminalText } from '../../src/cliTerminal';

/** What a terminal would do something for. */
const OBEYED = /[\p{Cc}\p{Cf}]/u;

describe('terminalText', () => {
  test.each([
    ['a\u001b]0;owned\u0007b', 'a\ufffd]0;owned\ufffdb'],
    ['a\u001b[2J\r\u202eb\u009b1m', 'a\ufffd[2J\ufffd\ufffdb\ufffd1m'],
    ['\u001b[1mbold\u001b[0m \u001b[31mred\u001b[0m\n', '\u001b[1mbold\u001b[0m \u001b[31mred\u001b[0m\n'],
    ['\u001b[8mhidden', '\ufffd[8mhidden'],
  ])('%j', (text, shown) => {
    expect(terminalText(text)).toBe(shown);
  });
});

test('the line of a case is one line, whatever the case is called', () => {
  const detail = 'bad\u001b[2J\n✓ passed';
  const name = 'x\u001b]0;owned\u0007\n✓ passed';
  const line = formatVerified({ index: 0, kernel: 'k\u0007', name, variant: 'v\u202e', status: 'failed', detail });
  expect(line).not.toMatch(OBEYED);
});

test('the progress line obeys nobody but this program', () => {
  const written: string[] = [];
  const line = new ProgressLine({ isTTY: true, write: (text) => written.push(text) });
  line.show({ done: 0, total: 1, label: 'x\u001b[2Jy\u0007', phase: 'timing', secondsLeft: null });
  expect(written.join('').slice('\r\u001b[2K'.length)).not.toMatch(OBEYED);
});
