import type { Command } from 'gradoscope/run';
import type { RunModel } from '../model/run-model.js';
import { element, icon } from './dom.js';

const PAUSE = 'M4 3h3v10H4zM9 3h3v10H9z';
const PLAY = 'M4 2.5v11l9-5.5z';
const STOP = 'M3.5 3.5h9v9h-9z';

const DONE: Partial<Record<Command, string>> = { pause: 'Paused', resume: 'Resumed', stop: 'Stopping' };
const DOING: Partial<Record<Command, string>> = { pause: 'Pausing…', resume: 'Resuming…', stop: 'Stopping…' };

interface Button {
  readonly node: HTMLButtonElement;
  readonly caption: HTMLSpanElement;
}

/** Pause/Resume and Stop, and what the kernel answered. They work while a live kernel holds the run. */
export class Controls {
  readonly node = element('div', {
    class: 'jp-gradoscope-controls',
    role: 'toolbar',
    'aria-label': 'Training run',
  });
  readonly #note = element('span', { class: 'jp-gradoscope-note', role: 'status', 'aria-live': 'polite' });
  readonly #pause: Button;
  readonly #stop: Button;
  #waiting = false;

  constructor(private readonly model: RunModel) {
    this.#pause = this.#button(PAUSE, 'Pause', 'pause', () => (this.#paused ? 'resume' : 'pause'));
    this.#stop = this.#button(STOP, 'Stop', 'stop', () => 'stop');
    this.node.append(this.#note, this.#pause.node, this.#stop.node);
    this.update();
  }

  get #paused(): boolean {
    return this.model.record?.header.status === 'paused';
  }

  update(): void {
    const { live, record } = this.model;
    const usable = live && record !== undefined && !record.ended;
    const why = usable
      ? ''
      : record?.ended === true
        ? 'The run has ended.'
        : 'No live kernel holds this run.';
    const paused = this.#paused;
    const [path, caption] = paused ? [PLAY, 'Resume'] : [PAUSE, 'Pause'];
    if (this.#pause.caption.textContent !== caption) {
      this.#pause.caption.textContent = caption;
      this.#pause.node.replaceChild(icon(path), this.#pause.node.firstChild as Node);
    }
    this.#pause.node.title = why || (paused ? 'Go on with this run' : 'Hold this run at its next step');
    this.#stop.node.title = why || 'End this run at its next step; what it has learned is kept';
    for (const { node } of [this.#pause, this.#stop]) node.disabled = !usable || this.#waiting;
    this.node.hidden = record === undefined || (record.ended && this.#note.textContent === '');
  }

  #button(path: string, text: string, name: string, command: () => Command): Button {
    const node = element('button', { type: 'button', class: 'jp-gradoscope-button', 'data-command': name });
    const caption = element('span', {}, text);
    node.append(icon(path), caption);
    node.addEventListener('click', () => void this.#send(command()));
    return { node, caption };
  }

  async #send(command: Command): Promise<void> {
    this.#waiting = true;
    this.#say(DOING[command] ?? '');
    try {
      const { ok, step, message } = await this.model.command(command);
      this.#say(
        ok
          ? `${DONE[command] ?? 'Done'} at step ${step.toLocaleString('en-US')}`
          : (message ?? 'The kernel refused.'),
      );
    } catch (error) {
      this.#say(error instanceof Error ? error.message : String(error));
    }
    this.#waiting = false;
    this.update();
  }

  #say(text: string): void {
    this.#note.textContent = text;
    this.#note.title = text;
    this.update();
  }
}
