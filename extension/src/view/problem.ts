import { Widget } from '@lumino/widgets';
import { element } from './dom.js';

/** Says in place of a chart why a run cannot be shown; `fallback` is the output's own line of text. */
export class Problem extends Widget {
  constructor(error: unknown, fallback?: string) {
    super();
    this.addClass('jp-gradoscope-problem');
    this.node.setAttribute('role', 'alert');
    this.node.append(
      element('strong', {}, 'This training run cannot be shown.'),
      element('p', {}, error instanceof Error ? error.message : String(error)),
    );
    if (fallback !== undefined) this.node.append(element('pre', {}, fallback.slice(0, 2000)));
  }
}
