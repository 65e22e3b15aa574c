import { workerData } from 'node:worker_threads';

const { file, flags } = workerData as { file: string; flags: number };
try {
  process.dlopen({ exports: {} } as NodeJS.Module, file, flags);
} catch {
  // It always says that the library is no addon; should it be damaged, the real load says so.
}
