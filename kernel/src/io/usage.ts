import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import type { Content } from '../wire/message.js';

/** Ticks a second of the times in /proc, the same on all Linux systems that node runs on. */
const TICKS = 100;

interface Process {
  /** Seconds of processor time. */
  readonly cpu: number;
  /** Bytes in memory. */
  readonly memory: number;
}

/** What the processes of the kernel and the machine use: the reply to usage_request. */
export class Usage {
  #at = performance.now();
  #cpu = new Map<number, number>();
  #host = hostTimes();

  read(): Content {
    const processes = tree(process.pid);
    const now = performance.now();
    const seconds = Math.max(1e-3, (now - this.#at) / 1000);
    let cpu = 0;
    for (const [pid, { cpu: total }] of processes) cpu += total - (this.#cpu.get(pid) ?? 0);
    this.#at = now;
    this.#cpu = new Map([...processes].map(([pid, { cpu: total }]) => [pid, total]));
    const host = hostTimes();
    const idle = host.idle - this.#host.idle;
    const total = host.total - this.#host.total;
    this.#host = host;
    const memory = { total: os.totalmem(), available: available() };
    return {
      status: 'ok',
      hostname: os.hostname(),
      pid: process.pid,
      kernel_cpu: Math.round((1000 * Math.max(0, cpu)) / seconds) / 10,
      kernel_memory: [...processes.values()].reduce((sum, p) => sum + p.memory, 0),
      cpu_count: os.cpus().length,
      ...(total > 0 && { host_cpu_percent: Math.round((1000 * (total - idle)) / total) / 10 }),
      host_virtual_memory: {
        ...memory,
        used: memory.total - memory.available,
        free: os.freemem(),
        percent: Math.round((1000 * (memory.total - memory.available)) / memory.total) / 10,
      },
    };
  }
}

/** The process and its descendants; where there is no /proc, itself only. */
function tree(root: number): Map<number, Process> {
  const { user, system } = process.cpuUsage();
  const found = new Map([[root, { cpu: (user + system) / 1e6, memory: process.memoryUsage.rss() }]]);
  const children = new Map<number, [number, Process][]>();
  for (const name of processIds()) {
    const pid = Number(name);
    const read = pid === root ? undefined : readProcess(pid);
    if (!read) continue;
    const siblings = children.get(read.parent) ?? [];
    siblings.push([pid, read]);
    children.set(read.parent, siblings);
  }
  for (const [pid] of found) for (const [child, usage] of children.get(pid) ?? []) found.set(child, usage);
  return found;
}

function processIds(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function readProcess(pid: number): (Process & { readonly parent: number }) | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in parentheses, may hold anything.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const cpu = ((fields[11] ?? 0) + (fields[12] ?? 0)) / TICKS;
    const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return { parent, cpu, memory: Number(resident?.[1] ?? 0) * 1024 };
  } catch {
    return undefined;
  }
}

function hostTimes(): { idle: number; total: number } {
  let [idle, total] = [0, 0];
  for (const { times } of os.cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.irq + times.idle;
  }
  return { idle, total };
}

function available(): number {
  try {
    const kib = /^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    if (kib !== undefined) return Number(kib) * 1024;
  } catch {
    // Not Linux.
  }
  return os.freemem();
}
