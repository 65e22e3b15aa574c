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
    line.append(this.#name, this.#status, this.#facts, this.#controls.node);
    this.#bar.append(this.#done);
    this.node.append(line, this.#bar);
    this.update();
  }

  update(): void {
    this.#controls.update();
    const { record, live, problem } = this.model;
    if (record === undefined) return;
    const { header } = record;
    const { status, tone } = standing(header, live);
    this.#name.textContent = header.name;
    this.#name.title = header.name;
    this.#status.textContent = problem ?? status;
    this.#status.title = problem ?? status;
    this.#status.dataset['tone'] = problem === undefined ? tone : 'failed';
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
