import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorText } from './support/check-case.js';
import { Notebook } from './support/notebook.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gradoscope-ts7-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('stack traces on ts7', () => {
  const notebook = new Notebook('ts7', folder);
  afterAll(() => notebook.close());
  // The test runner's own reading of stacks would come first.
  const { prepareStackTrace } = Error;
  beforeEach(() => Reflect.deleteProperty(Error, 'prepareStackTrace'));
  afterEach(() => void (Error.prepareStackTrace = prepareStackTrace));
  const trace = async (code: string): Promise<string> =>
    ((await notebook.run(code)).error?.traceback ?? []).join('\n');

  it('name cell, line and column of the TypeScript, also of earlier cells', async () => {
    await notebook.run(
      '// first\ninterface Unused {\n  a: number;\n}\nfunction fails(x: number): never {\n  const text: string = `😀`;\n  throw new RangeError(text + x);\n}',
    );
    const found = await trace('\n  const y: number = 1;  fails(y);');
    expect(found).toContain('In[1], line 7:');
    expect(found).toContain('> 7 |   throw new RangeError(text + x);\n    |         ^');
    expect(found).toMatch(/at fails \(In\[1\]:7:9\)\n\s+at In\[2\]:2:25/);
  });

  it('follow awaits', async () => {
    const found = await trace(
      'const later = async () => {\n  await null;\n  throw new Error("late");\n};\nawait later();',
    );
    expect(found).toMatch(/at later \(In\[\d+\]:3:9\)\n\s+at async In\[\d+\]:5:1/);
  });

  it('show none of what stands around the cell', async () => {
    expect(await trace('null as never as () => void;\n(undefined as never as () => void)()')).not.toMatch(
      /\$\$|boxes|kernel\/dist/,
    );
  });

  it('of type errors come in order, each with its place', async () => {
    const found = await trace('const a: number = "x";\n\nconst b: string = 5;');
    expect(found.indexOf(':1:7 - error TS2322')).toBeGreaterThan(-1);
    expect(found.indexOf(':3:7 - error TS2322')).toBeGreaterThan(found.indexOf(':1:7'));
  });
});

describe('a cell with type errors on ts7, with typeErrors: warn', () => {
  const notebook = new Notebook('ts7', folder, { typeErrors: 'warn' });
  afterAll(() => notebook.close());

  it('runs after they are printed', async () => {
    const ran = await notebook.run('const wrong: number = "text"; wrong');
    expect(errorText(ran)).toBe('');
    expect(ran.value).toBe('text');
    expect(ran.stderr).toMatch(
      /In\[1\]:1:7 - error TS2322: Type 'string' is not assignable to type 'number'/,
    );
    expect(ran.stderr).toContain('> 1 | const wrong');
  });

  it('does not run when it is not even syntax', async () => {
    const ran = await notebook.run('const = ;');
    expect(errorText(ran)).toMatch(/TypeScriptError/);
  });
});

describe('a cell that must not begin, on ts7', () => {
  const notebook = new Notebook('ts7', folder);
  afterAll(() => notebook.close());

  it('does not run, and declares nothing', async () => {
    const ran = await notebook.run('const held = 1; console.log("ran")', () => false);
    expect([ran.status, ran.stdout]).toEqual(['ok', '']);
    expect(errorText(await notebook.run('held'))).toMatch(/Cannot find name 'held'/);
  });

  it('is asked for once all is compiled and checked, and not at all when it is wrong', async () => {
    let asked = 0;
    const begin = (): boolean => ++asked > 0;
    await notebook.run('const wrong: string = 1', begin);
    expect(asked).toBe(0);
    await notebook.run('const right: string = "1"', begin);
    expect(asked).toBe(1);
  });
});

describe('memory on ts7', () => {
  const notebook = new Notebook('ts7', folder);
  afterAll(() => notebook.close());

  it('does not grow with the number of cells', async () => {
    const count = process.env.GRADOSCOPE_FULL === '1' ? 5000 : 300;
    const run = async (from: number, to: number): Promise<void> => {
      for (let i = from; i < to; i++) {
        const ran = await notebook.run(
          `let v${i % 9} = ${i}; class K${i % 7} { m() { return v${i % 9} } } await new K${i % 7}().m()`,
        );
        expect(ran.value).toBe(i);
      }
    };
    await run(0, 500 < count / 2 ? 500 : count / 3);
    const before = process.memoryUsage().heapUsed;
    await run(1, count);
    // 50 MB at 5000 cells; what waits for the collector is in the smaller measure too.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50e6);
  }, 300_000);
});
