import { describe, expect, it } from 'vitest';
import { Audience } from '../../kernel/dist/io/audience.js';

/** A header as jupyter_client makes it, in the process `pid`. */
const header = (pid: number, session = 'abc-def') => ({ msg_id: `${session}_${pid}_7`, session });

describe('Audience', () => {
  it('takes a client for a direct one when its process has started the kernel', () => {
    const audience = new Audience({ JPY_PARENT_PID: '12' });
    expect(audience.direct).toBe(false);
    audience.heard(header(12));
    expect(audience.direct).toBe(true);
  });

  it('paces from the first request of another client on', () => {
    const audience = new Audience({ JPY_PARENT_PID: '12' });
    audience.heard(header(12));
    // As a page makes it; a server passes it on.
    audience.heard({ msg_id: '0f8e7a3c-1111-2222-3333-444444444444', session: 'abc-def' });
    expect(audience.direct).toBe(false);
    audience.heard(header(12));
    expect(audience.direct).toBe(false);
  });

  it.each([
    [{ JPY_PARENT_PID: '12', JPY_SESSION_NAME: 'a.ipynb' }, header(12)],
    [{ JPY_PARENT_PID: '12' }, header(123)],
    [{ JPY_PARENT_PID: '12' }, { msg_id: 'other_12_1', session: 'abc' }],
    [{}, header(12)],
  ])('paces with %j and %j', (env, first) => {
    const audience = new Audience(env);
    audience.heard(first);
    expect(audience.direct).toBe(false);
  });
});
