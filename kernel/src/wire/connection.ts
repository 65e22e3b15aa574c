import { readFileSync } from 'node:fs';
import { isRecord } from './message.js';

export type Channel = 'shell' | 'control' | 'stdin' | 'iopub' | 'hb';
export const CHANNELS: readonly Channel[] = ['shell', 'control', 'stdin', 'iopub', 'hb'];

export interface Connection {
  readonly transport: 'tcp' | 'ipc';
  readonly ip: string;
  readonly ports: Readonly<Record<Channel, number>>;
  readonly key: string;
  readonly signatureScheme: string;
}

/** Reads a Jupyter connection file. @throws Error that names the file and the field. */
export function readConnection(file: string): Connection {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `Cannot read the connection file ${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return parseConnection(value, file);
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
  const port = (channel: Channel): number => {
    const n = value[`${channel}_port`];
    if (!Number.isInteger(n) || (n as number) < 1 || (n as number) > 65535) {
      throw new Error(
        `${file}: ${channel}_port is ${JSON.stringify(n)}; allowed is an integer from 1 to 65535.`,
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
  return { transport, ip, ports, key, signatureScheme };
}

export function endpoint(connection: Connection, channel: Channel): string {
  const n = connection.ports[channel];
  return connection.transport === 'tcp' ? `tcp://${connection.ip}:${n}` : `ipc://${connection.ip}-${n}`;
}
