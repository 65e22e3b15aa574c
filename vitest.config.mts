import { defineConfig } from 'vitest/config';

// The tests do not write into the user's history of cells.
process.env.GRADOSCOPE_HISTORY ??= '0';

/** One project a folder of test/. Tests import what ships (built files), so these are left to node. */
const project = (name: string, options: object = {}) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    environment: 'node',
    server: { deps: { external: [/\/(lib|kernel)\/dist\//] } },
    ...options,
  },
});

export default defineConfig({
  test: {
    projects: [
      project('lib', { testTimeout: 120_000, setupFiles: ['test/lib/setup.ts'] }),
      project('kernel', { testTimeout: 60_000, hookTimeout: 60_000 }),
      project('extension', { testTimeout: 60_000 }),
      project('conformance', { testTimeout: 300_000, hookTimeout: 60_000, fileParallelism: false }),
      project('browser', {
        globalSetup: ['test/browser/support/global-setup.ts'],
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      }),
      project('upstream'),
      project('install', { testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false }),
    ],
  },
});
