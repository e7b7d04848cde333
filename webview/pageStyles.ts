import { css } from 'lit';
import { accuracyStyles } from './accuracyView';
import { barStyles } from './bars';
import { callCostStyles } from './callCostView';
import { caseFilterStyles } from './caseFilter';
import { caseHeadingStyles } from './caseHeading';
import { chartStyles } from './chartView';
import { gridStyles } from './dataGrid';
import { emptyStyles } from './emptyView';
import { machineStyles } from './machineView';
import { pageHeadStyles } from './pageHead';
import { pagePartsStyles } from './pageParts';
import { overviewStyles } from './overviewTable';
import { passDiagramStyles } from './passDiagram';
import { plotStyles } from './plot';
import { languageSwitchStyles } from './languageSwitch';
import { popoverStyles } from './popover';
import { pythonSetupStyles } from './pythonSetup';
import { resultTableStyles } from './resultTable';
import { rooflineStyles } from './rooflineView';
import { runProgressStyles } from './runProgress';
import { savingsStyles } from './savingsView';
import { seriesStyles } from './seriesMark';
import { setupBarStyles } from './setupBar';
import { sharedStyles } from './sharedStyles';

/** All views are drawn into one tree, so this is one sheet. */
export const pageStyles = [
  sharedStyles,
  pageHeadStyles,
  setupBarStyles,
  languageSwitchStyles,
  runProgressStyles,
  pagePartsStyles,
  popoverStyles,
  pythonSetupStyles,
  emptyStyles,
  gridStyles,
  barStyles,
  caseHeadingStyles,
  caseFilterStyles,
  overviewStyles,
  resultTableStyles,
  chartStyles,
  plotStyles,
  seriesStyles,
  rooflineStyles,
  savingsStyles,
  passDiagramStyles,
  callCostStyles,
  accuracyStyles,
  machineStyles,
  css`
    main {
      box-sizing: border-box;
      max-width: 1400px;
      min-height: 100vh;
      padding: 0 24px 40px;
      font-family: var(--vscode-font-family);
      font-size: var(--vscode-font-size);
      color: var(--vscode-foreground);
    }
    vscode-tab-panel {
      /* The heading of the table sticks to the window, which a scrolling box in between would prevent. */
      overflow: visible;
    }
    /* A line that high contrast shows too. */
    vscode-tab-header[active] {
      box-shadow: inset 0 -2px var(--vscode-panelTitle-activeBorder, var(--vscode-focusBorder));
    }
    @media (max-width: 900px) {
      main {
        padding: 0 12px 32px;
      }
      .answer {
        font-size: 1.2em;
      }
    }
  `,
];
