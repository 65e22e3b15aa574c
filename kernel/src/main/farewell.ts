import type { ErrorReport } from '../shared/protocol.js';
import type { Context } from './context.js';
import type { Output } from './output.js';

/** Signals that end a process which does not handle them, and that it can send to itself. */
const FATAL = new Set([
  'SIGABRT',
  'SIGALRM',
  'SIGBUS',
  'SIGFPE',
  'SIGHUP',
  'SIGILL',
  'SIGKILL',
  'SIGQUIT',
  'SIGSEGV',
  'SIGSYS',
  'SIGTERM',
  'SIGTRAP',
  'SIGUSR2',
  'SIGXCPU',
  'SIGXFSZ',
]);
const NUMBERS: Readonly<Record<number, string>> = {
  1: 'SIGHUP',
  3: 'SIGQUIT',
  6: 'SIGABRT',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

/**
 * Lets nobody wait for a kernel that a cell ends: `process.exit()`, `process.abort()` and a fatal signal to itself first
 * send all output, an error that says so, and the reply.
 * @param report How the engine shows an error, with its places in the cells; undefined: there is no engine yet.
 * @param close Blocks until the sockets are closed; `said`: and all output has left before.
 */
export function sayGoodbye(
  context: Context,
  output: Output,
  report: (error: Error) => ErrorReport | undefined,
  close: (said: boolean) => void,
): void {
  let said = false;
  const goodbye = (call: string): void => {
    if (said) return;
    said = true;
    const farewell = new KernelExit(call);
    const error = report(farewell) ?? {
      ename: farewell.name,
      evalue: farewell.message,
      traceback: [String(farewell)],
    };
    const { running, current } = context;
    if (running && (current === undefined || current === running)) {
      output.post({
        type: 'done',
        seq: running.seq,
        interrupted: false,
        userExpressions: {},
        error,
        last: true,
      });
    } else {
      // Background code of a cell that has ended.
      output.note(current ?? context.fallback, `${error.traceback.join('\n')}\n`);
      if (running)
        output.post({
          type: 'done',
          seq: running.seq,
          interrupted: false,
          userExpressions: {},
          error,
          last: true,
        });
    }
  };

  process.on('exit', () => {
    if (!said) close(false);
  });
  const exit = process.exit.bind(process);
  process.exit = ((code?: number | string | null) => {
    const given = code ?? process.exitCode;
    goodbye(`process.exit(${given === undefined || given === null ? '' : String(given)})`);
    // Last: what listeners of the user's for 'exit' print is still sent.
    process.on('exit', () => close(true));
    return exit(code);
  }) as typeof process.exit;

  const abort = process.abort.bind(process);
  process.abort = (): never => {
    goodbye('process.abort()');
    close(true);
    return abort();
  };

  const kill = process.kill.bind(process);
  process.kill = (pid: number, signal: string | number = 'SIGTERM'): true => {
    const name = typeof signal === 'number' ? NUMBERS[signal] : signal;
    const own = pid === process.pid || pid === 0;
    if (own && name !== undefined && FATAL.has(name) && process.listenerCount(name) === 0) {
      goodbye(`process.kill(process.pid, '${name}')`);
      close(true);
    }
    return kill(pid, signal);
  };
}

class KernelExit extends Error {
  override readonly name = 'KernelExit';
  constructor(call: string) {
    super(`${call} was called: the kernel ends, and its variables are lost. JupyterLab starts it anew.`);
  }
}
