/** `node dist/tensor/native/cli.js [PYTHON]`: provisions native TensorFlow and says how it went, one JSON value a line. */
import { NativeError } from './errors.js';
import { provisionNative } from './provision.js';

const [python] = process.argv.slice(2);
const say = (message: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(message)}\n`);

provisionNative({
  ...(python === undefined ? {} : { python }),
  onProgress: (line) => say({ progress: line }),
}).then(
  (done) => say({ done }),
  (error: unknown) => {
    const { code, message, remedy } =
      error instanceof NativeError ? error : { code: 'failed', message: String(error), remedy: '' };
    say({ failed: { code, message, remedy } });
  },
);
