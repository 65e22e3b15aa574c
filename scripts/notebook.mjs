/** `npm run notebook -- FILE...`: the set-up, then executes notebooks without a browser; the executed copies go to out/. */
import { runMain } from './lib/main.mjs';
import { executeNotebook } from './lib/notebooks.mjs';
import { Problem } from './lib/problem.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  const files = process.argv.slice(2);
  if (files.length === 0)
    throw new Problem('Which notebook?', 'npm run notebook -- notebooks/00-welcome.ipynb');
  await setup();
  let failed = 0;
  for (const file of files) {
    console.log(file);
    const { ok, copy } = await executeNotebook(file);
    if (!ok) failed++;
    console.log(`  ${ok ? 'executed' : 'failed'}: ${copy}\n`);
  }
  return failed > 0 ? 1 : 0;
});
