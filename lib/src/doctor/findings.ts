import path from 'node:path';
import { setUpCommand } from '../tensor/native/errors.js';
import type { Finding, ReportData } from './report.js';
import { isSlow, usualRatio } from './speed/usual.js';

type Data = Omit<ReportData, 'findings'>;

const GIGABYTE = 1e9;
/** Below this much memory a model and its batches soon have no room. */
const LITTLE_MEMORY = 2 * GIGABYTE;
/** What setting native TensorFlow up takes for a while. */
const SET_UP = 1.5 * GIGABYTE;

const gb = (bytes: number): string => `${(bytes / GIGABYTE).toFixed(1)} GB`;
const wrong = (text: string, remedy: string): Finding => ({ level: 'wrong', text, remedy });
const advice = (text: string, remedy: string): Finding => ({ level: 'advice', text, remedy });

/** What is wrong or could be better, the most important first. */
export function findingsOf(data: Data): Finding[] {
  return [broken, backend, gpu, threads, memory, packages, older, speed].flatMap((look) => look(data));
}

function broken({ backend: { name, reason, remedy }, copies, cache }: Data): Finding[] {
  const found: Finding[] = [];
  if (name === undefined) found.push(wrong(reason, remedy ?? 'Unset GRADOSCOPE_BACKEND and restart.'));
  for (const [variant, { state, problem }] of Object.entries(cache.builds)) {
    if (state !== 'damaged' && state !== 'unsafe-cache') continue;
    if (name === undefined && problem === reason) continue; // said above
    const repair =
      state === 'damaged'
        ? `${setUpCommand}${variant === 'gpu' ? ' --gpu' : ''} (it repairs the folder)`
        : '';
    found.push(wrong(problem ?? state, repair || `chmod -R go-w ${cache.folder}, if the folder is yours`));
  }
  if (copies.loaded.length > 1) {
    const list = copies.loaded.map(({ folder, version }) => `${version} (${folder})`).join(', ');
    const text = `This process has loaded ${copies.loaded.length} copies of @tensorflow/tfjs-core: ${list}. Their tensors do not mix.`;
    found.push(wrong(text, 'Import gradoscope before anything else that loads TensorFlow.js.'));
  }
  return found;
}

function backend({ backend: { name, asked, simd }, cache, versions }: Data): Finding[] {
  if (name !== 'wasm' && name !== 'cpu') return [];
  const found: Finding[] = [];
  if (asked === name && cache.builds.cpu.state === 'ready')
    found.push(
      advice(
        `GRADOSCOPE_BACKEND asks for '${asked}', and native TensorFlow, which is faster, is set up.`,
        'Unset GRADOSCOPE_BACKEND and restart.',
      ),
    );
  else if (cache.builds.cpu.state === 'unsupported-platform')
    found.push(
      advice(
        `Native TensorFlow is not to be had here (${versions.platform}): ${cache.builds.cpu.problem ?? ''}`,
        'Train convolutional nets on a machine that has it; dense and recurrent nets are fine here.',
      ),
    );
  else if (!['damaged', 'unsafe-cache'].includes(cache.builds.cpu.state)) {
    found.push(advice('Native TensorFlow, which is many times faster, has not been set up.', setUpCommand));
    if (cache.free !== undefined && cache.free < SET_UP)
      found.push(
        advice(
          `The disk of ${cache.folder} has ${gb(cache.free)} free; setting native TensorFlow up takes ${gb(SET_UP)} for a while.`,
          'Free some, or set XDG_CACHE_HOME to a folder on another disk.',
        ),
      );
  }
  if (simd === false)
    found.push(
      advice(
        'WebAssembly runs without SIMD on this processor, so that it is several times slower.',
        'Use native TensorFlow, or a processor with SSE4.1.',
      ),
    );
  return found;
}

function gpu({ backend: { name, asked }, accelerators, cache }: Data): Finding[] {
  const there = accelerators.visible || (accelerators.nvidia?.length ?? 0) > 0;
  if (!there || name === 'gpu' || asked !== undefined) return [];
  if (!accelerators.visible)
    return [
      advice('There is a GPU, but CUDA_VISIBLE_DEVICES or the container hides it.', 'Show it, and restart.'),
    ];
  if (cache.builds.gpu.state === 'ready')
    return [
      advice(
        "There is a GPU and TensorFlow's build with CUDA, but TensorFlow does not list it.",
        'See whether nvidia-smi works and its driver is new enough for CUDA 12 (525 or newer).',
      ),
    ];
  if (cache.builds.gpu.state !== 'not-provisioned') return [];
  return [
    advice(
      'There is a GPU, and it is not used.',
      `${setUpCommand} --gpu (TensorFlow's build with CUDA; not yet run on a GPU)`,
    ),
  ];
}

function threads({ processor, backend: { name } }: Data): Finding[] {
  const { allowed, limit, threads: used, logical, load, features } = processor;
  const found: Finding[] = [];
  const native = name === 'native' || name === 'gpu';
  const fair = Math.max(1, Math.round(limit ?? allowed));
  if (native && limit !== undefined && used > Math.ceil(limit))
    found.push(
      advice(
        `TensorFlow starts ${used} threads, but the container gives it the time of ${limit} processors.`,
        `Set TF_NUM_INTRAOP_THREADS=${fair} and OMP_NUM_THREADS=${fair}, and restart.`,
      ),
    );
  else if (native && used < fair)
    found.push(
      advice(
        `TensorFlow uses ${used} of ${fair} processors, as TF_NUM_INTRAOP_THREADS says.`,
        'Unset it and restart, unless that is meant.',
      ),
    );
  if (allowed < logical)
    found.push(
      advice(
        `This process may run on ${allowed} of the machine's ${logical} processors.`,
        'See taskset, or the options of the container, if that is not meant.',
      ),
    );
  if (process.platform === 'linux' && load > fair + 0.5)
    found.push(
      advice(
        `The machine is busy: ${load.toFixed(1)} processes on average for ${fair} processor${fair === 1 ? '' : 's'}.`,
        'Training shares the time with them; what is measured now is slower than on an idle machine.',
      ),
    );
  if (native && features && process.arch === 'x64' && !features.includes('avx2'))
    found.push(
      advice(
        "The processor has no AVX2, by which TensorFlow's kernels are several times faster.",
        'Train on a newer one (from 2013 on), or have the virtual machine pass the host’s features on.',
      ),
    );
  return found;
}

function memory({ memory: { available, limit } }: Data): Finding[] {
  const least = Math.min(available, limit ?? Infinity);
  if (least >= LITTLE_MEMORY) return [];
  const text = `${gb(least)} of memory ${least === limit ? 'is all that the container has' : 'are available'}.`;
  return [advice(text, 'Close other programs, use smaller batches, or dispose of tensors that you hold.')];
}

function packages({ copies: { unused }, versions }: Data): Finding[] {
  if (!unused) return [];
  const text = `The project's own @tensorflow/tfjs ${unused.version} (${unused.folder}) is not used; ${versions.tfjs ?? 'another'} is.`;
  return [advice(text, 'npm install @tensorflow/tfjs@^4.22.0 in the project, or remove it there.')];
}

function older({ cache: { older: names, folder } }: Data): Finding[] {
  if (names.length === 0) return [];
  const many = names.length === 1 ? 'a folder' : `${names.length} folders`;
  const where = path.dirname(names[0] ?? folder);
  const list = names.map((name) => path.basename(name)).join(', ');
  return [
    advice(`An earlier version left ${many} in the cache that nothing uses.`, `In ${where}, remove ${list}.`),
  ];
}

function speed({ speed: measured, backend: { name }, processor: { load, allowed } }: Data): Finding[] {
  if (!measured || !name) return [];
  return measured.steps
    .filter((step) => isSlow(name, step))
    .map((step) =>
      advice(
        `A step of the ${step.model} takes ${step.ratio.toFixed(1)} times its limit; ${String(usualRatio(name, step))} is usual.`,
        load > allowed + 0.5
          ? 'Measure again when the machine is less busy.'
          : step.mode === 'eager' && name === 'native'
            ? 'Its step did not compile: please report this with the output of gradoscope doctor --json.'
            : 'Try TF_NUM_INTRAOP_THREADS=1, or as many as there are physical cores, and measure again.',
      ),
    );
}
