import { PROTOCOL_VERSION, type Content, type Incoming } from '../wire/message.js';
import { CHANNELS } from '../wire/connection.js';
import type { Core, RequestChannel } from './core.js';

/** Answers one type of request: the reply's content, or nothing where none is due. */
export type Handler = (
  core: Core,
  request: Incoming,
  channel: RequestChannel,
) => Promise<Content | undefined> | Content | undefined;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function cursor(content: Content): number {
  const { cursor_pos: at, code } = content;
  return typeof at === 'number' && at >= 0 ? at : [...text(code)].length;
}

/** Every request but execute_request, which waits in the queue. */
export const handlers: Readonly<Record<string, Handler>> = {
  kernel_info_request: ({ options: { info } }) => ({
    status: 'ok',
    protocol_version: PROTOCOL_VERSION,
    implementation: 'gradoscope',
    implementation_version: info.implementationVersion,
    language_info: {
      name: 'typescript',
      version: info.languageVersion,
      mimetype: 'text/typescript',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
      codemirror_mode: { name: 'javascript', typescript: true },
      nbconvert_exporter: 'script',
    },
    banner: info.banner,
    debugger: false,
    supported_features: [],
    help_links: [{ text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/' }],
  }),

  connect_request: ({ options: { connection } }) => ({
    status: 'ok',
    ...Object.fromEntries(CHANNELS.map((channel) => [`${channel}_port`, connection.ports[channel]])),
  }),

  complete_request: (core, { content }) => core.ask('complete', text(content.code), cursor(content)),

  inspect_request: (core, { content }) => core.ask('inspect', text(content.code), cursor(content)),

  is_complete_request: (core, { content }) => core.ask('is_complete', text(content.code), 0),

  history_request: async (core, { content }) => ({
    status: 'ok',
    history: await core.history.answer(content),
  }),

  comm_info_request: (core, { content }) => ({ status: 'ok', comms: core.comms.info(content.target_name) }),

  comm_open: (core, request) => core.comms.opened(core, request),

  comm_msg: (core, request) => core.comms.message(core, request),

  comm_close: (core, request) => core.comms.closed(core, request),

  usage_request: (core) => core.usage.read(),

  // No debugger is advertised; a client that asks all the same is told so.
  debug_request: (_core, { content }) => ({
    type: 'response',
    success: false,
    request_seq: content.seq ?? 0,
    command: text(content.command),
    message: 'This kernel has no debugger.',
  }),

  interrupt_request: (core) => {
    core.options.interrupt(core.queue.given);
    return { status: 'ok' };
  },

  shutdown_request: (core, request) => {
    setImmediate(() => core.options.shutdown());
    return { status: 'ok', restart: request.content.restart === true };
  },
};
