import { backend, loadTensorFlow, NativeError, type TensorFlow } from '../tensor/index.js';
import { findingsOf } from './findings.js';
import { cache, copies, versions } from './installed.js';
import { accelerators, memory } from './machine.js';
import { processor } from './processor.js';
import type { BackendState, ReportData } from './report.js';
import { reportHtml, reportText } from './sections.js';
import { checkSpeed, type Speed } from './speed/index.js';

export type { Finding as DoctorFinding } from './report.js';

export interface DoctorOptions {
  /** Measure how fast this machine trains, for about ten seconds. Default true. */
  readonly speed?: boolean;
  /** Called with what is being measured, as it begins. */
  readonly onProgress?: (line: string) => void;
}

/** Plain data; as the value of a cell it shows itself as tables, elsewhere as text. */
export type DoctorReport = ReportData & { toString(): string };

/**
 * Looks at what TensorFlow runs on: versions, the backend and why, processor, memory, GPUs and cache, and how fast it trains
 * beside this machine's own limit, the speed of large products of matrices. It says what to do next. It works with every
 * backend, and with none; what cannot be found out is left out. Nothing is changed, no tensor is left behind. The speed check
 * keeps the process busy; the event loop turns between its steps.
 * @throws TypeError when an option is of another type
 */
export async function doctor(options: DoctorOptions = {}): Promise<DoctorReport> {
  const { speed = true, onProgress = () => undefined } = options;
  if (typeof speed !== 'boolean')
    throw new TypeError(`doctor: options.speed must be true or false; it is ${String(speed)}.`);
  const { tf, state } = await load();
  const data: Omit<ReportData, 'findings'> = {
    versions: versions(tf),
    backend: state,
    processor: processor(state.name),
    memory: memory(),
    accelerators: await accelerators(tf),
    cache: cache(),
    copies: copies(process.cwd()),
    ...(speed && tf && { speed: await measure(tf, onProgress) }),
  };
  return presentable({ ...data, findings: findingsOf(data) });
}

const measure = (tf: TensorFlow, onProgress: (line: string) => void): Promise<Speed> =>
  checkSpeed(tf, (what) => onProgress(`measuring ${what}`));

/** What does not load is a finding, not an end. */
async function load(): Promise<{ tf?: TensorFlow; state: BackendState }> {
  const asked = process.env['GRADOSCOPE_BACKEND'];
  const wish = asked ? { asked } : {};
  try {
    // What the process computes with already stays, whatever the environment says.
    const { tf, name, reason, howToGetNative: remedy } = backend() ?? (await loadTensorFlow());
    const simd = name === 'wasm' ? { simd: (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true } : {};
    return { tf, state: { name, reason, ...(remedy !== undefined && { remedy }), ...simd, ...wish } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = error instanceof NativeError ? { remedy: error.remedy } : {};
    return { state: { reason, ...remedy, ...wish } };
  }
}

/** Adds what shows it, out of the way of who reads its data. */
function presentable(data: ReportData): DoctorReport {
  const add = (key: PropertyKey, value: () => unknown): void => {
    Object.defineProperty(data, key, { value, enumerable: false });
  };
  const text = (): string => reportText(data);
  add('toString', text);
  add(Symbol.for('nodejs.util.inspect.custom'), text);
  add(Symbol.for('Jupyter.display'), () => ({ 'text/html': reportHtml(data), 'text/plain': text() }));
  return data;
}
