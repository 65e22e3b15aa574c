import { describe, expect, it } from 'vitest';
import { Prompts } from '../../kernel/dist/io/prompts.js';
import type { Header, Incoming, Outgoing } from '../../kernel/dist/wire/message.js';

const header = (id: string, type: string): Header => ({
  msg_id: id,
  msg_type: type,
  session: 's',
  username: '',
  date: '',
  version: '5.4',
});

const incoming = (client: string, id: string, content: object, parent?: Header): Incoming => ({
  identities: [Buffer.from(client)],
  header: header(id, 'input_reply'),
  parent,
  metadata: {},
  content: content as Incoming['content'],
  buffers: [],
});

const make = () => {
  const sent: { to: string; message: Outgoing; failed: () => void }[] = [];
  const answers: [number, string][] = [];
  let count = 0;
  const prompts = new Prompts({
    header: (type) => header(`q${++count}`, type),
    send: (identities, message, failed) => void sent.push({ to: String(identities[0]), message, failed }),
    answer: (id, answer) =>
      void answers.push([id, 'value' in answer ? answer.value : `error: ${answer.error}`]),
  });
  const ask = (id: number, client: string, seq = 1): void =>
    prompts.ask({ id, seq, prompt: `${id}?`, password: false }, incoming(client, `execute-${seq}`, {}));
  return { prompts, sent, answers, ask };
};

describe('Prompts', () => {
  it('asks one question at a time, of the client whose cell asks', () => {
    const { prompts, sent, answers, ask } = make();
    ask(1, 'a');
    ask(2, 'a');
    expect(sent.map((s) => [s.to, s.message.content])).toEqual([['a', { prompt: '1?', password: false }]]);
    prompts.take(incoming('b', 'x', { value: 'of another client' }));
    prompts.take(incoming('a', 'y', { value: 'one' }));
    prompts.take(incoming('a', 'z', { value: 'two' }));
    prompts.take(incoming('a', 'z', { value: 'too many' }));
    expect(answers).toEqual([
      [1, 'one'],
      [2, 'two'],
    ]);
  });

  it('drops an answer to a question that is over', () => {
    const { prompts, sent, answers, ask } = make();
    ask(1, 'a', 1);
    const first = sent[0]?.message.header;
    prompts.cancel(1);
    prompts.take(incoming('a', 'x', { value: 'late' }, first));
    ask(2, 'a', 2);
    prompts.take(incoming('a', 'x', { value: 'later still' }, first));
    expect(answers).toEqual([]);
    prompts.take(incoming('a', 'x', { value: 'right' }, sent[1]?.message.header));
    expect(answers).toEqual([[2, 'right']]);
  });

  it('forgets the questions of a cell that has ended, and goes on with the next', () => {
    const { prompts, sent, answers, ask } = make();
    ask(1, 'a', 1);
    ask(2, 'a', 1);
    ask(3, 'b', 2);
    prompts.cancel(1);
    expect(sent.map((s) => s.to)).toEqual(['a', 'b']);
    prompts.take(incoming('b', 'x', { value: 'yes' }));
    expect(answers).toEqual([[3, 'yes']]);
  });

  it('tells the cell when the client has gone', () => {
    const { sent, answers, ask } = make();
    ask(1, 'a');
    sent[0]?.failed();
    expect(answers[0]?.[1]).toContain('has gone');
  });

  it.each([
    [5, '5'],
    [null, ''],
    [{ a: 1 }, ''],
  ])('makes a string of %j', (value, expected) => {
    const { prompts, answers, ask } = make();
    ask(1, 'a');
    prompts.take(incoming('a', 'x', { value }));
    expect(answers).toEqual([[1, expected]]);
  });
});
