import fs from 'node:fs';

/**
 * What a runner reports.
 * @typedef {{ name: string, date?: string, passed: number, failed: number, skipped: number, seconds: number, notRun?: string, failures?: string[], skips?: Record<string, number> }} Result
 * `skips`: how many were skipped for which reason
 */

/**
 * Counts from vitest's JSON report. A file that could not even be loaded counts as one failure.
 * @param {string} file
 */
export function readVitest(file) {
  const report = JSON.parse(fs.readFileSync(file, 'utf8'));
  const counts = { passed: 0, failed: 0, skipped: 0, failures: /** @type {string[]} */ ([]) };
  for (const suite of report.testResults) {
    const tests = suite.assertionResults;
    for (const { status, fullName } of tests) {
      if (status === 'passed') counts.passed++;
      else if (status === 'failed') {
        counts.failed++;
        counts.failures.push(fullName);
      } else counts.skipped++;
    }
    const silent =
      suite.status === 'failed' &&
      !tests.some((/** @type {{ status: string }} */ t) => t.status === 'failed');
    if (silent) {
      counts.failed++;
      counts.failures.push(suite.name);
    }
  }
  return counts;
}

/** Counts from a JUnit report (pytest's). @param {string} file */
export function readJunit(file) {
  const xml = fs.readFileSync(file, 'utf8');
  const suites = [...xml.matchAll(/<testsuite\b[^>]*>/g)].map(([tag]) => tag);
  const sum = (/** @type {string} */ attribute) =>
    suites.reduce(
      (total, tag) => total + Number(new RegExp(`\\b${attribute}="(\\d+)"`).exec(tag)?.[1] ?? 0),
      0,
    );
  const failed = sum('failures') + sum('errors');
  const skipped = sum('skipped');
  return { passed: sum('tests') - failed - skipped, failed, skipped };
}

/** @param {readonly Result[]} results */
export function total(results) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    results.reduce((n, result) => n + result[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/** The table at the end. @param {readonly Result[]} results */
export function printResults(results) {
  console.log('\nWhat ran');
  for (const { name, passed, failed, skipped, seconds, notRun } of results) {
    const counts = notRun ? `NOT RUN: ${notRun}` : `${passed} passed, ${failed} failed, ${skipped} skipped`;
    console.log(`  ${name.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s  ${counts}`);
  }
  for (const { name, failures = [] } of results)
    for (const failure of failures) console.log(`  failed in ${name}: ${failure}`);
}
