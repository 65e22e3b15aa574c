/** A process of its own: loads the preload that it is given, and prints what it provides. */
import { Preloads } from '../../preload/preloads.js';

const [file = ''] = process.argv.slice(2);

async function load(): Promise<void> {
  const preloads = new Preloads([file], process.cwd());
  const names = preloads.specifiers;
  await preloads.prepare(names);
  process.stdout.write(`${names.join(', ')}\n`);
}

load().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
