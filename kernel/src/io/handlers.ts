import { PROTOCOL_VERSION, type Content, type Incoming } from '../wire/message.js';
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

  connect_request: () => ({ status: 'ok' }),

  complete_request: (core, { content }) => core.ask('complete', text(content.code), cursor(content)),

  inspect_request: (core, { content }) => core.ask('inspect', text(content.code), cursor(content)),

  is_complete_request: (core, { content }) => core.ask('is_complete', text(content.code), 0),

  history_request: (core, { content }) => ({ status: 'ok', history: core.history.answer(content) }),

  comm_info_request: (core, { content }) => ({ status: 'ok', comms: core.comms.info(content.target_name) }),

  comm_open: (core, { content, header }) => {
    // A client may open what the kernel's side has registered; nothing else can be opened from outside.
    if (core.comms.has(content.comm_id) && core.comms.target(content.comm_id) === content.target_name)
      return undefined;
    const message = { comm_id: content.comm_id, data: {} };
    core.options.outbox.push({ type: 'comm_close', parent: header, content: message });
    return undefined;
  },

  comm_msg: (core, { content, metadata, buffers }) => {
    const { comm_id: id, data } = content;
    if (core.comms.has(id))
      core.options.urgent({ type: 'comm', id, data: (data ?? {}) as Content, metadata, buffers });
    return undefined;
  },

  // One client leaves; what the kernel's side has registered stays for the others.
  comm_close: () => undefined,

  interrupt_request: (core) => {
    core.options.interrupt(core.queue.given);
    return { status: 'ok' };
  },

  shutdown_request: (core, request) => {
    setImmediate(() => core.options.shutdown());
    return { status: 'ok', restart: request.content.restart === true };
  },
};
