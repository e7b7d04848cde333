import * as vscode from 'vscode';
import { hoverTarget } from '../code/hoverTarget';
import { judgedUse } from '../findings/judgedUse';
import type { CodeUnits } from './codeUnits';
import { functionHover, kernelHover, layerHover } from './hoverText';
import type { Judgements } from './judgements';
import { resultsAsked } from './kernelResults';
import type { MeasuredResults } from './measuredResults';
import { hoverLines } from './measuredWords';

/** What is known of the kernel, function or layer under the pointer. */
export class Hovers implements vscode.HoverProvider {
  constructor(
    private readonly units: CodeUnits,
    private readonly judgements: Judgements,
    private readonly measured: MeasuredResults,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | null> {
    const reading = await this.units.read(document);
    const source = reading?.source ?? null;
    if (reading === null || source === null || token.isCancellationRequested) return null;
    const offset = reading.offset(document, position);
    const target = offset === null ? null : hoverTarget(reading.code.uses, offset);
    if (target === null) return null;
    const range = reading.place(target.span)?.range;
    const judged = judgedUse(source, target.use, reading.code.uses, this.judgements.known(reading));
    const { known, version } = judged;
    if (known === null) return null;
    const { id } = target;
    if (target.kind === 'kernel') {
      const asked = resultsAsked(judged);
      const lines = asked === null ? [] : hoverLines(this.measured.of(asked), version);
      return hover(kernelHover({ id, known, version, measured: lines }), range);
    }
    const { name, path } = target.member;
    const functions = known.details?.functions ?? known.summary?.functions ?? [];
    const layers = known.details?.layers ?? known.summary?.layers ?? [];
    const found = path.length === 0 ? functions.find((one) => one.name === name) : undefined;
    if (found !== undefined) return hover(functionHover(id, version, found), range);
    return layers.includes(name) ? hover(layerHover(id, version, name), range) : null;
  }
}

/** Its parts are escaped where they are made; no command and no picture of it is followed. */
function hover(markdown: string, range: vscode.Range | undefined): vscode.Hover {
  const text = new vscode.MarkdownString(markdown);
  text.isTrusted = false;
  text.supportHtml = false;
  return new vscode.Hover(text, range);
}
