// What a stranger can have said in a notification.
import { expect, test } from 'vitest';
import { noticeText } from '../../src/kernels/noticeText';

test.each([
  [
    '[Fix it](command:workbench.action.terminal.new): the path must stay inside',
    '[Fix it] (command:workbench.action.terminal.new): the path must stay inside',
  ],
  ['[a]\u200b(command:x) [b]\n(https://x)', '[a]\ufffd(command:x) [b] (https://x)'],
  ['x must be in [0, 1] (it is 2).', 'x must be in [0, 1] (it is 2).'],
])('%j holds no link', (message, shown) => {
  expect(noticeText(message)).toBe(shown);
  expect(noticeText(message)).not.toContain('](');
});
