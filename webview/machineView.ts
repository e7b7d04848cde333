import { css, html, nothing, type TemplateResult } from 'lit';
import { formatBytes, formatCount, formatFlops, formatRate, formatTime, plural } from '../src/profile/format';
import type {
  MachineReading,
  PythonRuntime,
  Report,
  ReportKernel,
  ReportMachine,
  ReportReference,
  TimerKind,
} from '../src/profile/report';
import { backendName } from './backendName';
import { icon } from './icon';

type Fact = readonly [name: string, value: TemplateResult | string];

/** The machine, the method and the kernels: what somebody needs to judge or repeat the run. */
export function machineView(report: Report): TemplateResult {
  const { machine, method, tool } = report;
  const { adapter, python } = machine;
  return html`<div class="machine">
    <h2>${python === null ? 'Adapter' : 'Device'}</h2>
    ${facts(python === null ? adapterFacts(machine) : deviceFacts(machine))}
    ${
      Object.keys(adapter.limits).length === 0
        ? nothing
        : html`<details>
            <summary>Limits</summary>
            ${facts(Object.entries(adapter.limits).map(([name, value]): Fact => [name, formatCount(value)]))}
          </details>`
    }
    ${
      python === null
        ? nothing
        : html`<h2>Python</h2>
            ${facts(pythonFacts(python))}`
    }
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

function adapterFacts({ adapter, reference, timer }: ReportMachine): Fact[] {
  return [
    ['Name', adapter.software ? `${adapter.name}, runs on the CPU` : adapter.name],
    ['Graphics API', backendName(adapter.backend)],
    ['Description', descriptionOf(adapter)],
    ['Copy rate', copyText(reference)],
    ...Object.entries(reference.products).map(([dtype, rate]): Fact => [`Product, ${dtype}`, productText(rate)]),
    ['Empty dispatch', reference.dispatchNs === null ? 'not measured' : formatTime(reference.dispatchNs)],
    ['Timer', timerText(timer)],
    ['Features', adapter.features.toSorted().join(', ') || 'none'],
  ];
}

function deviceFacts({ adapter, reference, timer, python }: ReportMachine): Fact[] {
  const products = Object.entries(reference.products);
  return [
    ['Name', adapter.name],
    ['Kind', adapter.backend === 'cpu' ? 'CPU: its times say nothing about a GPU' : backendName(adapter.backend)],
    ['Capability', python?.capability ?? ''],
    ['Description', descriptionOf(adapter)],
    ['Copy rate', copyText(reference)],
    ...(products.length === 0 ? ([['Product', 'not measured']] satisfies Fact[]) : []),
    ...products.map(([dtype, rate]): Fact => [`Product, ${dtype}`, productText(rate)]),
    ['Timer', timerText(timer)],
  ];
}

function pythonFacts({ python, torch, platform, kernels, triton }: PythonRuntime): Fact[] {
  return [
    ['Python', python],
    ['PyTorch', platform === null ? torch : `${torch}, ${platform}`],
    ['kernels', kernels ?? 'not installed'],
    ['Triton', triton ?? 'not installed'],
  ];
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

function descriptionOf({ vendor, architecture, device, description }: ReportMachine['adapter']): string {
  return [vendor, architecture, device, description].filter(Boolean).join(' · ');
}

function copyText({ copyBytesPerSecond, copyBytes }: ReportReference): string {
  if (copyBytesPerSecond === null) return 'not measured';
  return `${formatRate(copyBytesPerSecond)}, read plus written, copying ${formatBytes(copyBytes)}`;
}

function productText({ flopsPerSecond, size }: ReportReference['products'][string]): string {
  return `${formatFlops(flopsPerSecond)}, of two matrices of ${formatCount(size)} × ${formatCount(size)}`;
}

const TIMERS: Readonly<Record<TimerKind, string>> = {
  'timestamp-query': "the GPU's own clock",
  'cuda-events': "the GPU's own clock, by CUDA events",
  'rocm-events': "the GPU's own clock, by ROCm events",
  'xpu-events': "the GPU's own clock, by events of its stream",
  'mps-events': "the GPU's own clock, by Metal events",
  host: "the CPU's clock, launch cost included",
};

function timerText({ kind, resolutionNs }: ReportMachine['timer']): string {
  return `${TIMERS[kind]}, steps of ${formatTime(resolutionNs)}`;
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
  const { id, version, license, commit = null, source, variant, manifestSpec, digest, problem } = kernel;
  const parts = [
    commit === null ? source : `${source} · commit ${commit.slice(0, 12)}`,
    variant ?? '',
    license ?? '',
    manifestSpec === '' ? '' : `manifest ${manifestSpec}`,
  ];
  const shown = parts.filter((part) => part !== '').join(' · ');
  return html`<strong>${id}</strong>${version === null || id.endsWith(`@v${version}`) ? '' : ` v${version}`} · ${shown}
    ${digest === '' ? nothing : html`· <code title="sha256 ${digest}">${digest.slice(0, 12)}</code>`}
    ${problem === null ? nothing : html`<div class="line">${icon('error', 'bad')} <span>${problem}</span></div>`}`;
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
