import { css } from 'lit';

/** What every part of the page shares. Colours are VS Code's own, so that each theme, high contrast too, decides them. */
export const sharedStyles = css`
  :host {
    display: block;
  }
  [hidden] {
    display: none !important;
  }
  .icon {
    display: inline-block;
    width: 16px;
    height: 16px;
    overflow: hidden;
    font: normal 16px/1 codicon;
    text-align: center;
    vertical-align: -3px;
    -webkit-font-smoothing: antialiased;
  }
  .good {
    color: var(--vscode-testing-iconPassed, var(--vscode-charts-green));
  }
  .bad {
    color: var(--vscode-errorForeground);
  }
  .caution {
    color: var(--vscode-editorWarning-foreground, var(--vscode-charts-yellow));
  }
  .notice {
    color: var(--vscode-editorInfo-foreground, var(--vscode-charts-blue));
  }
  .quiet {
    color: var(--vscode-descriptionForeground);
  }
  .number {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  a {
    color: var(--vscode-textLink-foreground);
  }
  button.link {
    padding: 0;
    border: none;
    background: none;
    color: var(--vscode-textLink-foreground);
    font: inherit;
    cursor: pointer;
  }
  button.link:hover {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }
  button.link:disabled {
    color: var(--vscode-disabledForeground);
    text-decoration: none;
    cursor: default;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  h2 {
    margin: 20px 0 8px;
    font-size: 1.1em;
    font-weight: 600;
  }
  p {
    margin: 0 0 8px;
    max-width: 80ch;
  }
`;
