import type { MessagePort } from 'node:worker_threads';
import type { Connection } from '../wire/connection.js';
import type { Content } from '../wire/message.js';

/** The messages between the worker (sockets) and the main thread (user code). */

export interface ErrorReport {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

export interface ExecuteJob {
  readonly type: 'execute';
  /** Number of the cell within this process, from 1; counts silent ones too. */
  readonly seq: number;
  readonly msgId: string;
  readonly cellId: string | undefined;
  readonly code: string;
  readonly silent: boolean;
  /** The client answers input_request. */
  readonly allowStdin: boolean;
  readonly executionCount: number;
  readonly userExpressions: Readonly<Record<string, string>>;
}

export interface Query {
  readonly type: 'query';
  readonly id: number;
  readonly kind: 'complete' | 'inspect' | 'is_complete';
  readonly code: string;
  /** In Unicode code points, as the protocol counts. */
  readonly cursor: number;
}

/** The answer to a question of a cell's. */
export type InputAnswer = { readonly type: 'input'; readonly id: number } & (
  { readonly value: string } | { readonly error: string }
);

export type ToMain = ExecuteJob | Query | InputAnswer | { readonly type: 'shutdown' };

/** Over a port of its own, which `host.pump()` drains while user code computes. */
export type ToMainUrgent =
  /** `seq`: the cell that shall end; 0: none runs. */
  { readonly type: 'interrupt'; readonly id: number; readonly seq: number } | CommEvent;

/** What a client did with a comm. */
export type CommEvent = {
  readonly type: 'comm';
  readonly id: string;
  readonly data: Content;
  readonly metadata: Content;
  readonly buffers: readonly Uint8Array[];
} & ({ readonly event: 'open'; readonly target: string } | { readonly event: 'message' | 'close' });

export interface Done {
  readonly type: 'done';
  readonly seq: number;
  readonly error?: ErrorReport;
  /** Output that waits may be cut: the cell was interrupted. */
  readonly interrupted: boolean;
  readonly result?: string;
  readonly userExpressions: Content;
  readonly payload?: readonly Content[];
  /** The process ends: no cell runs after this one. */
  readonly last?: true;
}

/** `mark` names the barrier in the ring of text at which the message stands; `kick` has none. */
export type FromMain = { readonly mark: number } & (
  | { readonly type: 'kick' }
  | Done
  | { readonly type: 'answer'; readonly id: number; readonly content: Content }
  | {
      readonly type: 'publish';
      readonly seq: number;
      readonly msgType: string;
      readonly content: string;
      readonly metadata?: Content;
      readonly buffers?: readonly Uint8Array[];
      /** Sent in an order of its own, such as a comm's. */
      readonly lane?: string;
    }
  | {
      readonly type: 'comm-register';
      readonly id: string;
      readonly target: string;
      /** A client's comm_close ends it. */
      readonly closable: boolean;
    }
  | { readonly type: 'comm-target'; readonly target: string; readonly open: boolean }
  | {
      readonly type: 'input';
      readonly id: number;
      readonly seq: number;
      readonly prompt: string;
      readonly password: boolean;
    }
  | { readonly type: 'comm-remove'; readonly id: string }
  /** The main thread begins to wait for a child process. `known`: its other ones. */
  | { readonly type: 'waiting'; readonly known: readonly number[] }
  /** The process ends. `flush`: only when all output has left. */
  | { readonly type: 'close'; readonly flush: boolean }
);

export interface WorkerSetup {
  readonly connection: Connection;
  readonly connectionFile: string;
  readonly flags: SharedArrayBuffer;
  readonly ring: SharedArrayBuffer;
  readonly main: MessagePort;
  readonly urgent: MessagePort;
  readonly info: KernelInfo;
}

/** What kernel_info_reply tells of the language. */
export interface KernelInfo {
  readonly implementationVersion: string;
  readonly languageVersion: string;
  readonly banner: string;
}
