import type { RunModel } from '../model/run-model.js';
import { Controls } from './controls.js';
import { element } from './dom.js';
import { facts, fraction, standing } from './header-text.js';

/** The line above a chart: the run's name, how it stands, where it is, and its controls. */
export class Header {
  readonly node = element('div', { class: 'jp-gradoscope-header' });
  readonly #name = element('span', { class: 'jp-gradoscope-name' });
  readonly #status = element('span', { class: 'jp-gradoscope-status' });
  readonly #facts = element('span', { class: 'jp-gradoscope-facts' });
  /** Why it ended, or what keeps it from being followed. */
  readonly #reason = element('span', { class: 'jp-gradoscope-reason' });
  readonly #bar = element('div', {
    class: 'jp-gradoscope-progress',
    role: 'progressbar',
    'aria-label': 'Training progress',
  });
  readonly #done = element('div');
  readonly #controls: Controls;

  constructor(private readonly model: RunModel) {
    this.#controls = new Controls(model);
    const line = element('div', { class: 'jp-gradoscope-line' });
    line.append(this.#name, this.#status, this.#facts, this.#reason, this.#controls.node);
    this.#bar.append(this.#done);
    this.node.append(line, this.#bar);
    this.update();
  }

  update(): void {
    this.#controls.update();
    const { record, live, problem } = this.model;
    if (record === undefined) return;
    const { header } = record;
    const { status, tone, reason = '' } = standing(header, live);
    this.#name.textContent = header.name;
    this.#name.title = header.name;
    this.#status.textContent = problem === undefined ? status : 'not followed';
    this.#status.dataset['tone'] = problem === undefined ? tone : 'failed';
    this.#reason.textContent = problem ?? reason;
    this.#reason.title = problem ?? reason;
    this.#reason.hidden = (problem ?? reason) === '';
    this.#facts.replaceChildren(
      ...facts(header.progress, tone === 'busy').map((fact) => element('span', {}, fact)),
    );
    const part = fraction(header.progress);
    this.#bar.hidden = part === undefined || record.ended;
    if (part === undefined) return;
    this.#bar.setAttribute('aria-valuenow', String(Math.round(part * 100)));
    this.#bar.dataset['tone'] = tone;
    this.#done.style.width = `${(part * 100).toFixed(2)}%`;
  }
}
