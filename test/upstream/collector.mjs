import fs from 'node:fs';

/** @typedef {{ message: string }[]} Expectations */

/** Notes what becomes of each spec of a jasmine runner. */
export class Collector {
  /** @type {import('./judge.mjs').Spec[]} */
  #specs = [];
  /** Failures outside of specs. @type {string[]} */
  #errors = [];

  /** @param {string} file where the report goes */
  constructor(file) {
    this.file = file;
  }

  /** In the place of jasmine's own reporter. @param {any} runner */
  attach(runner) {
    runner.clearReporters();
    runner.exitOnCompletion = false;
    runner.addReporter({
      specDone: (/** @type {any} */ { fullName, status, failedExpectations }) =>
        this.#specs.push({ name: fullName, status, messages: texts(failedExpectations) }),
      suiteDone: (/** @type {any} */ { failedExpectations }) => this.add(...texts(failedExpectations)),
    });
  }

  /** @param {string[]} errors */
  add(...errors) {
    this.#errors.push(...errors);
  }

  /** @param {any} result of jasmine's `execute` */
  finish({ failedExpectations, incompleteReason }) {
    this.add(...texts(failedExpectations), ...(incompleteReason ? [incompleteReason] : []));
    fs.writeFileSync(this.file, JSON.stringify({ specs: this.#specs, errors: this.#errors }));
  }
}

/** @param {Expectations} [failed] */
const texts = (failed = []) => failed.map(({ message }) => message);
