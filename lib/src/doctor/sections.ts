import { gridHtml, gridText, short, type Grid } from '../display/grid.js';
import type { ReportData } from './report.js';
import type { Speed } from './speed/index.js';
import { isSlow, usualRatio } from './speed/usual.js';

/** The report as tables, each with its title. */
function tables(report: ReportData): Grid[] {
  const { speed, backend } = report;
  return [
    pairs('Versions', versionRows(report)),
    pairs('Where TensorFlow runs', backendRows(report)),
    pairs('Machine', machineRows(report)),
    ...(speed && backend.name ? speedGrids(speed, backend.name) : []),
  ];
}

export const reportText = (report: ReportData): string =>
  [...tables(report).map(gridText), findingsText(report)].join('\n\n');

export const reportHtml = (report: ReportData): string =>
  `<div>${[...tables(report), findingsGrid(report)].map(gridHtml).join('<br>')}</div>`;

type Row = readonly [name: string, value: string | undefined];

/** Rows without a value are left out. */
function pairs(title: string, rows: readonly Row[]): Grid {
  const there = rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]]));
  return { title, head: [], rows: there, right: [false, false] };
}

function versionRows({ versions }: ReportData): Row[] {
  return [
    ['gradoscope', versions.gradoscope],
    ['node', versions.node],
    ['TensorFlow.js', versions.tfjs],
    ['TensorFlow', versions.tensorflow],
    ['addon', versions.addon && `of ${versions.addon}`],
    ['system', versions.platform + (versions.glibc === undefined ? '' : `, glibc ${versions.glibc}`)],
  ];
}

function backendRows({ backend, cache, accelerators }: ReportData): Row[] {
  const state = (variant: 'cpu' | 'gpu'): string => {
    const code = cache.builds[variant].state;
    return code === 'not-provisioned' ? 'not set up' : code.replaceAll('-', ' ');
  };
  const gpus = accelerators.nvidia?.map(({ name, memory, driver }) => `${name}, ${memory}, driver ${driver}`);
  const none = accelerators.visible ? 'one is there, but nvidia-smi says nothing' : 'none found';
  const unseen = accelerators.nvidia?.length && !accelerators.visible ? ' (hidden from this process)' : '';
  return [
    ['backend', backend.name ?? 'none'],
    ['why', backend.reason],
    ['for a faster one', backend.name === undefined ? undefined : backend.remedy],
    ['SIMD', backend.simd === undefined ? undefined : backend.simd ? 'yes' : 'no'],
    ['NVIDIA GPUs', (gpus?.join('; ') || none) + unseen + (accelerators.used ? '; used' : '')],
    ['native TensorFlow', `for the processor: ${state('cpu')}; with CUDA: ${state('gpu')}`],
    [
      'cache folder',
      `${cache.folder}, ${bytes(cache.bytes)}${cache.free === undefined ? '' : `; ${bytes(cache.free)} free on its disk`}`,
    ],
  ];
}

function machineRows({ processor, memory }: ReportData): Row[] {
  const { model, logical, allowed, limit, threads, features, load } = processor;
  const limits = [
    allowed === logical ? '' : `, ${allowed} of them for this process`,
    limit === undefined ? '' : `, the time of ${short(limit, 3)} by the container's limit`,
  ].join('');
  return [
    ['processor', model],
    [
      'instruction sets',
      features ? features.join(' ') || 'none of those that matter' : 'not known on this system',
    ],
    ['processors', `${logical}${limits}; load ${load.toFixed(1)}`],
    ['threads of an operation', String(threads)],
    [
      'memory',
      `${bytes(memory.total)}, ${bytes(memory.available)} available` +
        (memory.limit === undefined ? '' : `, ${bytes(memory.limit)} by the container's limit`),
    ],
  ];
}

function speedGrids(
  { matMul, copyGBps, steps, seconds }: Speed,
  name: NonNullable<ReportData['backend']['name']>,
): Grid[] {
  const limits = pairs('Speed: the limits', [
    [
      `product of float32 matrices, ${matMul.size} × ${matMul.size}`,
      `${short(matMul.gflops, 3)} GFLOP/s (median of ${matMul.runs})`,
    ],
    ['copying memory, one thread', `${short(copyGBps, 3)} GB/s`],
  ]);
  const rows = steps.map((step) => {
    const usual = usualRatio(name, step);
    const slow = isSlow(name, step);
    return [
      `${step.model}: ${step.description}`,
      String(step.batch),
      step.mode === 'eager' ? 'by operation' : `compiled (${step.mode})`,
      ms(step.firstMs),
      ms(step.ms),
      ms(step.limitMs),
      `${short(step.ratio, 2)} ×`,
      usual === undefined ? '–' : `${usual} ×`,
      slow === undefined ? 'not judged' : slow ? 'slow' : 'as usual',
    ];
  });
  const head = ['', 'batch', 'runs', 'first, ms', 'step, ms', 'limit, ms', 'ratio', 'usual', 'verdict'];
  const right = head.map((_, i) => i === 1 || (i > 2 && i < 8));
  const note = `The limit is the time of a step's products at the speed above. Measured for ${seconds.toFixed(1)} s.`;
  return [limits, { title: 'Speed: training steps', head, rows, right, note }];
}

const NEXT = 'What to do next';
const NOTHING = 'Nothing: all is well.';

function findingsText({ findings }: ReportData): string {
  const lines = findings.flatMap(({ level, text, remedy }) => [
    `${level === 'wrong' ? 'WRONG' : '  -  '} ${text}`,
    `      → ${remedy}`,
  ]);
  return [NEXT, ...(lines.length > 0 ? lines : [NOTHING])].join('\n');
}

function findingsGrid({ findings }: ReportData): Grid {
  if (findings.length === 0) return { title: NEXT, head: [], rows: [[NOTHING]], right: [false] };
  return {
    title: NEXT,
    head: ['', 'found', 'to do'],
    rows: findings.map(({ level, text, remedy }) => [level === 'wrong' ? 'WRONG' : '', text, remedy]),
    right: [false, false, false],
  };
}

const ms = (n: number): string => short(n, 3);
const bytes = (n: number): string => (n >= 1e9 ? `${(n / 1e9).toFixed(1)} GB` : `${Math.ceil(n / 1e6)} MB`);
