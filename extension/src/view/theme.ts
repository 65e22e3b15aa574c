import type { IThemeManager } from '@jupyterlab/apputils';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';

/** JupyterLab's theme as charts need it. */
export class Theme {
  readonly #changed = new Signal<this, void>(this);

  /** @param manager JupyterLab's theme manager, where there is one */
  constructor(manager: IThemeManager | null) {
    manager?.themeChanged.connect(() => this.#changed.emit());
  }

  get dark(): boolean {
    return document.body.dataset['jpThemeLight'] === 'false';
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  /** The page's own colours and font, read from where a chart stands. */
  read(node: Element): { background: string; font: string } {
    const style = getComputedStyle(node);
    const value = (name: string, otherwise: string): string =>
      style.getPropertyValue(name).trim() || otherwise;
    return {
      background: value('--jp-layout-color0', this.dark ? '#111111' : '#ffffff'),
      font: value('--jp-ui-font-family', 'system-ui, sans-serif'),
    };
  }
}
