import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isRecord } from './message.js';

export type Channel = 'shell' | 'control' | 'stdin' | 'iopub' | 'hb';
/** In the order in which the sockets are bound: clients look at the shell first. */
export const CHANNELS: readonly Channel[] = ['hb', 'iopub', 'control', 'stdin', 'shell'];

export interface Connection {
  readonly transport: 'tcp' | 'ipc';
  readonly ip: string;
  /** 0: any free one, with tcp. */
  readonly ports: Readonly<Record<Channel, number>>;
  readonly key: string;
  readonly signatureScheme: string;
  /** Keys (Z85) of the kernel's sockets, which then speak CurveZMQ only. */
  readonly curve: { readonly publicKey: string; readonly secretKey: string } | undefined;
}

/** Reads a Jupyter connection file. @throws Error that names the file and the field. */
export function readConnection(file: string): Connection {
  return parseConnection(readJson(file), file);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `Cannot read the connection file ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

export function parseConnection(value: unknown, file = 'the connection file'): Connection {
  if (!isRecord(value)) throw new Error(`${file} does not hold a JSON object.`);
  const {
    transport = 'tcp',
    ip = '127.0.0.1',
    key = '',
    signature_scheme: signatureScheme = 'hmac-sha256',
  } = value;
  if (transport !== 'tcp' && transport !== 'ipc') {
    throw new Error(`${file}: transport is ${JSON.stringify(transport)}; allowed are "tcp" and "ipc".`);
  }
  if (typeof ip !== 'string' || typeof key !== 'string' || typeof signatureScheme !== 'string') {
    throw new Error(`${file}: ip, key and signature_scheme must be strings.`);
  }
  const least = transport === 'tcp' ? 0 : 1;
  const port = (channel: Channel): number => {
    const n = value[`${channel}_port`];
    if (!Number.isInteger(n) || (n as number) < least || (n as number) > 65535) {
      throw new Error(
        `${file}: ${channel}_port is ${JSON.stringify(n)}; allowed is an integer from ${least} to 65535.`,
      );
    }
    return n as number;
  };
  const ports = {
    shell: port('shell'),
    control: port('control'),
    stdin: port('stdin'),
    iopub: port('iopub'),
    hb: port('hb'),
  };
  return { transport, ip, ports, key, signatureScheme, curve: curveKeys(value, file) };
}

function curveKeys(value: Record<string, unknown>, file: string): Connection['curve'] {
  const { curve_publickey: publicKey, curve_secretkey: secretKey } = value;
  if ((publicKey ?? secretKey) === undefined || (publicKey === null && secretKey === null)) return undefined;
  const isKey = (key: unknown): key is string => typeof key === 'string' && /^[\x21-\x7e]{40}$/.test(key);
  if (!isKey(publicKey) || !isKey(secretKey)) {
    throw new Error(`${file}: curve_publickey and curve_secretkey must both be 40 characters of Z85.`);
  }
  return { publicKey, secretKey };
}

export function endpoint(connection: Connection, channel: Channel): string {
  const n = connection.ports[channel];
  if (connection.transport === 'ipc') return `ipc://${connection.ip}-${n}`;
  // ZeroMQ binds to addresses, not to names.
  const ip = connection.ip === 'localhost' ? '127.0.0.1' : connection.ip;
  return `tcp://${ip.includes(':') ? `[${ip}]` : ip}:${n === 0 ? '*' : n}`;
}

export function withPort(connection: Connection, channel: Channel, port: number): Connection {
  return { ...connection, ports: { ...connection.ports, [channel]: port } };
}

/** Tells the client, which reads the file, the ports that were chosen. All else in the file stays. */
export function writePorts(file: string, connection: Connection): void {
  const value = readJson(file);
  const ports = Object.fromEntries(CHANNELS.map((channel) => [`${channel}_port`, connection.ports[channel]]));
  const next = `${file}.${process.pid}`;
  writeFileSync(next, `${JSON.stringify({ ...(isRecord(value) ? value : {}), ...ports }, null, 2)}\n`, {
    mode: 0o600,
  });
  renameSync(next, file);
}
