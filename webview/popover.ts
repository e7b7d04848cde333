import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { icon } from './icon';

/**
 * A button with something that opens below it. Escape, a click elsewhere and leaving it with the keyboard close it; the
 * focus goes back to the button.
 */
@customElement('kernel-lens-popover')
export class Popover extends LitElement {
  @property() label = '';
  /** What is chosen, on the button beside the label. */
  @property() value = '';
  /** `menu` closes when something in it is chosen; `dialog` stays open for more choices. */
  @property() kind: 'menu' | 'dialog' = 'dialog';
  @property({ type: Boolean }) disabled = false;
  @property({ attribute: false }) content: () => TemplateResult = () => html``;
  @state() private open = false;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.closeOutside);
  }

  override disconnectedCallback(): void {
    document.removeEventListener('pointerdown', this.closeOutside);
    super.disconnectedCallback();
  }

  protected override render(): TemplateResult {
    return html`<button
        class="opener"
        aria-haspopup=${this.kind}
        aria-expanded=${this.open ? 'true' : 'false'}
        ?disabled=${this.disabled}
        @click=${this.toggle}
        @keydown=${this.openByKey}
      >
        ${this.label}${this.value === '' ? nothing : html`<span class="value">${this.value}</span>`}${icon('chevron-down')}
      </button>
      ${
        this.open
          ? html`<div
              class="sheet"
              role=${this.kind}
              aria-label=${this.label}
              @keydown=${this.steer}
              @click=${this.chosen}
              @focusout=${this.left}
            >
              ${this.content()}
            </div>`
          : nothing
      }`;
  }

  private readonly toggle = (): void => {
    if (this.open) this.close();
    else void this.show();
  };

  private readonly openByKey = (event: KeyboardEvent): void => {
    if (event.key !== 'ArrowDown' || this.open) return;
    event.preventDefault();
    void this.show();
  };

  private async show(): Promise<void> {
    this.open = true;
    await this.updateComplete;
    this.items()[0]?.focus();
  }

  private close(): void {
    this.open = false;
    this.querySelector<HTMLElement>('.opener')?.focus();
  }

  private readonly chosen = (event: Event): void => {
    if (this.kind === 'menu' && (event.target as HTMLElement).closest('[role=menuitem]') !== null) this.close();
  };

  private readonly steer = (event: KeyboardEvent): void => {
    const items = this.items();
    const target = event.target as HTMLElement;
    const index = items.indexOf(target);
    // In a field these keys move the cursor.
    if (target.matches('vscode-textfield') && (event.key === 'Home' || event.key === 'End')) return;
    if (event.key === 'Escape') this.close();
    else if (event.key === 'ArrowDown') items[(index + 1) % items.length]?.focus();
    else if (event.key === 'ArrowUp') items.at(index - 1)?.focus();
    else if (event.key === 'Home') items[0]?.focus();
    else if (event.key === 'End') items.at(-1)?.focus();
    else return;
    event.preventDefault();
  };

  private readonly left = (event: FocusEvent): void => {
    if (event.relatedTarget instanceof Node && !this.contains(event.relatedTarget)) this.open = false;
  };

  private readonly closeOutside = (event: Event): void => {
    if (this.open && !event.composedPath().includes(this)) this.open = false;
  };

  private items(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('.sheet :is(button, input, vscode-textfield):not(:disabled)')];
  }
}

export const popoverStyles = css`
  kernel-lens-popover {
    position: relative;
    display: inline-block;
  }
  .opener {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    box-sizing: border-box;
    height: 26px;
    padding: 0 6px 0 10px;
    border: 1px solid var(--vscode-dropdown-border, var(--vscode-contrastBorder, transparent));
    border-radius: 2px;
    background: var(--vscode-dropdown-background);
    color: var(--vscode-dropdown-foreground);
    font: inherit;
    white-space: nowrap;
    cursor: pointer;
  }
  .opener .value {
    font-weight: 600;
  }
  .opener:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .sheet {
    position: absolute;
    z-index: 3;
    top: calc(100% + 2px);
    left: 0;
    box-sizing: border-box;
    min-width: 100%;
    width: max-content;
    max-width: min(420px, 90vw);
    max-height: 60vh;
    overflow: auto;
    padding: 4px 0;
    border: 1px solid var(--vscode-menu-border, var(--vscode-widget-border, var(--vscode-contrastBorder)));
    border-radius: 4px;
    background: var(--vscode-menu-background);
    color: var(--vscode-menu-foreground);
    box-shadow: 0 2px 8px var(--vscode-widget-shadow);
  }
  .align-end .opener {
    border-color: var(--vscode-button-border, var(--vscode-contrastBorder, transparent));
    border-radius: 4px;
    background: var(--vscode-button-secondaryBackground);
    color: var(--vscode-button-secondaryForeground);
  }
  .align-end .sheet {
    right: 0;
    left: auto;
  }
  .sheet label,
  .sheet button {
    display: flex;
    gap: 8px;
    box-sizing: border-box;
    width: 100%;
    padding: 4px 12px;
    border: none;
    background: none;
    color: inherit;
    font: inherit;
    text-align: left;
    cursor: pointer;
  }
  .sheet :is(label, button):is(:hover, :focus-visible, :focus-within) {
    background: var(--vscode-menu-selectionBackground);
    color: var(--vscode-menu-selectionForeground);
    outline: 1px solid var(--vscode-menu-selectionBorder, transparent);
    outline-offset: -1px;
  }
  .sheet label.refused {
    cursor: default;
    opacity: 0.75;
  }
  .sheet input {
    flex: none;
    margin: 2px 0 0;
    accent-color: var(--vscode-focusBorder);
  }
  .sheet .detail {
    display: block;
    font-size: 0.9em;
    opacity: 0.85;
  }
  .sheet .divider {
    margin: 4px 0;
    border-top: 1px solid var(--vscode-menu-separatorBackground, var(--vscode-contrastBorder));
  }
  .sheet .legend {
    padding: 6px 12px 2px;
    font-size: 0.9em;
    font-weight: 600;
  }
`;
