import js from '@eslint/js';
import ts from 'typescript-eslint';

/** The rooms of lib/src and what each may import. */
const rooms = {
  run: [],
  figures: ['run'],
  tensor: [],
  data: ['tensor'],
  training: ['data', 'tensor', 'run'],
  diagnosis: ['training', 'run', 'figures'],
  selection: ['training'],
  dynamics: ['tensor', 'figures'],
  host: ['run', 'figures'],
  display: ['host', 'tensor'],
  accelerate: ['data', 'tensor'],
  doctor: ['tensor', 'display'],
  cli: ['tensor', 'doctor'],
};

const roomRule = (room, allowed) => ({
  files: [`lib/src/${room}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: Object.keys(rooms)
              .filter((other) => other !== room && !allowed.includes(other))
              .map((other) => `**/${other}/**`),
            message: `lib/src/${room} may import ${allowed.join(', ') || 'no other room'} only (see CONTRIBUTING).`,
          },
          {
            group: ['gradoscope-kernel*', 'gradoscope-labextension*'],
            message: 'lib never imports kernel or extension.',
          },
        ],
      },
    ],
  },
});

export default ts.config(
  {
    ignores: [
      '**/node_modules',
      '.venv',
      '**/dist',
      '**/esm',
      '**/labextension',
      'out',
      'runs',
      '**/fixtures',
      '**/bin/*.cjs',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        URL: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        performance: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
        __filename: 'readonly',
        AbortController: 'readonly',
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    // CommonJS by design: what these load depends on what is installed, and on the order.
    files: ['lib/src/tensor/**/*.ts', 'lib/src/preload.ts', 'lib/src/accelerate/index.ts'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  ...Object.entries(rooms).map(([room, allowed]) => roomRule(room, allowed)),
  {
    files: ['kernel/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['gradoscope', 'gradoscope/*', '@tensorflow/*'],
              message: 'The kernel knows nothing of lib or TensorFlow.js.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['extension/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(gradoscope$|@tensorflow/|gradoscope-kernel)',
              message: "The extension imports lib's run and figures only.",
            },
          ],
        },
      ],
    },
  },
);
