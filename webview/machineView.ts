import { css, html, nothing, type TemplateResult } from 'lit';
import { formatBytes, formatCount, formatRate, formatTime, plural } from '../src/profile/format';
import type { MachineReading, Report, ReportKernel } from '../src/profile/report';
import { backendName } from './backendName';
import { icon } from './icon';

type Fact = readonly [name: string, value: TemplateResult | string];

/** The machine, the method and the kernels: what somebody needs to judge or repeat the run. */
export function machineView(report: Report): TemplateResult {
  const { machine, method, tool } = report;
  const { adapter, timer, reference } = machine;
  return html`<div class="machine">
    <h2>Adapter</h2>
    ${facts([
      ['Name', adapter.software ? `${adapter.name}, runs on the CPU` : adapter.name],
      ['Graphics API', backendName(adapter.backend)],
      [
        'Description',
        [adapter.vendor, adapter.architecture, adapter.device, adapter.description].filter(Boolean).join(' · '),
      ],
      [
        'Copy rate',
        reference.copyBytesPerSecond === null
          ? 'not measured'
          : copyText(reference.copyBytesPerSecond, reference.copyBytes),
      ],
      ['Empty dispatch', reference.dispatchNs === null ? 'not measured' : formatTime(reference.dispatchNs)],
      ['Timer', timerText(timer)],
      ['Features', adapter.features.toSorted().join(', ') || 'none'],
    ])}
    <details>
      <summary>Limits</summary>
      ${facts(Object.entries(adapter.limits).map(([name, value]): Fact => [name, formatCount(value)]))}
    </details>
    <h2>Machine</h2>
    ${facts([
      ['System', machine.os],
      ['CPU', `${machine.cpu}, ${machine.cores} cores`],
      ['Memory', formatBytes(machine.memoryBytes)],
      ['Runtime', machine.runtime],
      ['Dawn', tool.dawn],
      ['Before the run', readingText(machine.before)],
      ...(machine.after === null ? [] : [['After the run', readingText(machine.after)] as const]),
    ])}
    <h2>Method</h2>
    <ul>
      ${method.text.map((line) => html`<li>${line}</li>`)}
    </ul>
    <h2>Kernels</h2>
    <ul>
      ${report.kernels.map((kernel) => html`<li>${kernelText(kernel)}</li>`)}
    </ul>
    <h2>This report</h2>
    ${facts([
      ['Made', new Date(report.createdAt).toLocaleString()],
      ['By', `${tool.name} ${tool.version}`],
      ['Took', formatTime(report.durationMs * 1e6)],
      ['Again', html`<code>${report.command.join(' ')}</code>`],
      ['Id', report.id],
    ])}
  </div>`;
}

function facts(list: readonly Fact[]): TemplateResult {
  return html`<dl>
    ${list.map(([name, value]) =>
      value === ''
        ? nothing
        : html`<dt>${name}</dt>
            <dd>${value}</dd>`,
    )}
  </dl>`;
}

function copyText(rate: number, bytes: number): string {
  return `${formatRate(rate)}, read plus written, copying ${formatBytes(bytes)}`;
}

function timerText({ kind, resolutionNs }: Report['machine']['timer']): string {
  const name = kind === 'timestamp-query' ? "the GPU's own clock" : "the CPU's clock, launch cost included";
  return `${name}, steps of ${formatTime(resolutionNs)}`;
}

function readingText(reading: MachineReading): string {
  const parts = [
    reading.driver === null ? '' : `driver ${reading.driver}`,
    reading.gpuClockMhz === null ? '' : `GPU clock ${formatCount(Math.round(reading.gpuClockMhz))} MHz`,
    reading.temperatureC === null ? '' : `${Math.round(reading.temperatureC)} °C`,
    reading.throttled.length === 0 ? '' : `held down: ${reading.throttled.join(', ')}`,
    reading.otherProcesses === null
      ? ''
      : `${plural(reading.otherProcesses, 'other process', 'other processes')} on the GPU`,
    reading.onBattery === null ? '' : reading.onBattery ? 'on battery' : 'on mains',
  ];
  return parts.filter((part) => part !== '').join(' · ') || 'this machine does not tell';
}

function kernelText(kernel: ReportKernel): TemplateResult {
  const version = kernel.version === null ? '' : ` v${kernel.version}`;
  const licence = kernel.license === null ? '' : ` · ${kernel.license}`;
  const commit = kernel.commit?.slice(0, 12);
  const place = commit === undefined ? kernel.source : `${kernel.source} · commit ${commit}`;
  return html`<strong>${kernel.id}</strong>${version} · ${place}${licence} · manifest ${kernel.manifestSpec} ·
    <code title="sha256 ${kernel.digest}">${kernel.digest.slice(0, 12)}</code>
    ${kernel.problem === null ? nothing : html`<div class="line">${icon('error', 'bad')} <span>${kernel.problem}</span></div>`}`;
}

export const machineStyles = css`
  .machine dl {
    display: grid;
    grid-template-columns: 120px 1fr;
    gap: 3px 18px;
    margin: 0;
  }
  .machine dt {
    color: var(--vscode-descriptionForeground);
  }
  .machine dd {
    margin: 0;
    max-width: 100ch;
    overflow-wrap: anywhere;
  }
  .machine ul {
    margin: 0;
    padding-left: 18px;
    line-height: 1.55;
    max-width: 110ch;
  }
  .machine details {
    margin-top: 8px;
  }
  .machine details dl {
    grid-template-columns: minmax(120px, max-content) 1fr;
    margin-top: 6px;
  }
  .machine summary {
    width: fit-content;
    color: var(--vscode-descriptionForeground);
    cursor: pointer;
  }
  code {
    font-family: var(--vscode-editor-font-family);
    overflow-wrap: anywhere;
  }
`;
