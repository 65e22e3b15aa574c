import { Session, type Debugger, type InspectorNotification } from 'node:inspector';

/** A termination takes effect within this time, or it never does. */
const END_MS = 500;
/** In this time the main thread stops at its next statement, or it is terminated where it is. */
const PAUSE_MS = 2000;
/** From there to a statement of its code. */
const STEP_MS = 300;

/**
 * Ends what the main thread executes. Connected only for the moment: a session that stays slows the main thread.
 * @param late Variables of the running cell wait for their boxes (engine/ts7/syntax/loops.ts): they are put there first.
 */
export async function terminate(late: boolean): Promise<void> {
  const session = new Session();
  session.connectToMainThread();
  try {
    const paused = late && (await keep(session));
    // What is paused ends where it stands; asked in the other way it would go on a little.
    const end = paused
      ? post(session, 'Debugger.resume', { terminateOnResume: true })
      : post(session, 'Runtime.terminateExecution');
    await within(END_MS, end);
  } finally {
    session.disconnect();
  }
}

type Frame = Debugger.CallFrame;

/** Stops the main thread and fills the boxes that wait. @returns Whether it stands still */
async function keep(session: Session): Promise<boolean> {
  const names = new Map<string, string>();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => names.set(scriptId, url));
  const stop = async (method: string): Promise<void> => {
    const frames = new Promise<readonly Frame[]>((resolve) => {
      session.once('Debugger.paused', (event: InspectorNotification<Debugger.PausedEventDataType>) =>
        resolve(event.params.callFrames),
      );
    });
    post(session, method).catch(() => undefined);
    for (const frame of await frames) await fill(session, frame, names);
  };
  post(session, 'Debugger.enable').catch(() => undefined);
  if (!(await within(PAUSE_MS, stop('Debugger.pause')))) return false;
  // There it stands at the end of a loop's turn, say, and would begin the next; at a statement it ends at once.
  return within(STEP_MS, stop('Debugger.stepInto'));
}

/** Runs, in the frame of a cell, what its script says. */
async function fill(session: Session, frame: Frame, names: ReadonlyMap<string, string>): Promise<void> {
  const { scriptId = '', lineNumber = -1, columnNumber = 0 } = frame.functionLocation ?? {};
  if (lineNumber !== 0 || !names.get(scriptId)?.startsWith('gradoscope-cell-')) return;
  const { scriptSource = '' } = await post<{ scriptSource?: string }>(session, 'Debugger.getScriptSource', {
    scriptId,
  });
  const found = LATE.exec(scriptSource);
  // Only the cell's own function begins in front of its source.
  if (found?.[1] === undefined || columnNumber > found.index + found[0].length) return;
  for (const statement of found[1].split('; ')) {
    // One that is not there yet keeps what it was.
    const expression = `try { ${statement} } catch {}`;
    const { callFrameId } = frame;
    await post(session, 'Debugger.evaluateOnCallFrame', { callFrameId, expression, silent: true });
  }
}

const LATE = /^.*?\/\*late (.*?)\*\/ return (?:async )?function \(\) \{/;

function post<T>(session: Session, method: string, params: object = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    session.post(method, params, (error, result) => {
      if (error) reject(error);
      else resolve(result as T);
    });
  });
}

/** Waits for work that may fail or never end. @returns Whether it was done. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  const done = work.then(
    () => true,
    () => false,
  );
  try {
    return await Promise.race([done, over]);
  } finally {
    clearTimeout(timer);
  }
}
