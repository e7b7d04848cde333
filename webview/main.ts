import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import '@vscode-elements/elements/dist/vscode-tab-header/index.js';
import '@vscode-elements/elements/dist/vscode-tab-panel/index.js';
import '@vscode-elements/elements/dist/vscode-tabs/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import './page';

// The page keeps its own margins, so that its headings can stick to the window's edge.
const sheet = new CSSStyleSheet();
sheet.replaceSync('body { margin: 0; padding: 0; }');
document.adoptedStyleSheets.push(sheet);
