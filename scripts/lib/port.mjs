import net from 'node:net';
import { Problem } from './problem.mjs';

/**
 * The value of an option, given as `--name value` or `--name=value`; the last one counts.
 * @param {readonly string[]} options
 * @param {readonly string[]} names
 * @returns {string | undefined}
 */
export function optionValue(options, names) {
  let value;
  options.forEach((option, i) => {
    for (const name of names) {
      if (option === name) value = options[i + 1];
      else if (option.startsWith(`${name}=`)) value = option.slice(name.length + 1);
    }
  });
  return value;
}

/** @param {string} text @throws Problem when the port is no port, or is taken */
export async function checkPort(text) {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Problem(`--port ${text}: a port is a whole number from 0 to 65535.`);
  }
  const failure = await new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', resolve);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(undefined)));
  });
  if (!failure) return;
  if (failure.code === 'EADDRINUSE') {
    throw new Problem(
      `Port ${port} is taken by another program.`,
      `Choose another (npm start -- --port ${port + 1}), or leave --port out.`,
    );
  }
  throw new Problem(`Port ${port} cannot be used: ${failure.message}.`);
}
