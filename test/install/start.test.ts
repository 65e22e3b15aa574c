import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, Running } from './support/checkout.js';

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const script = (name: string) => path.join(root, 'scripts', `${name}.mjs`);

describe('in a checkout that is set up', () => {
  it('a second set-up finds all up to date, quickly', async () => {
    expect(await new Running(script('setup'), ['--tests']).ended).toBe(0);
    const running = new Running(script('setup'), ['--tests']);
    expect(await running.ended).toBe(0);
    expect(running.output.match(/up to date/g)).toHaveLength(8);
    const took = Number(/in all\s+([\d.]+) s/.exec(running.output)?.[1]);
    expect(took).toBeLessThan(30);
  });

  it('npm start serves JupyterLab with the kernel, to who has the token, and Ctrl-C ends it', async () => {
    const port = await freePort();
    const running = new Running(script('start'), ['--no-browser', '--port', String(port)]);
    try {
      const [, token] = await running.until(/http:\/\/127\.0\.0\.1:\d+\/lab\S*\?token=(\w+)/);
      const specs = (headers: Record<string, string>) =>
        fetch(`http://127.0.0.1:${port}/api/kernelspecs`, { headers });
      const answer = await specs({ Authorization: `token ${token ?? ''}` });
      const { kernelspecs } = (await answer.json()) as {
        kernelspecs: Record<string, { spec: { display_name: string } }>;
      };
      expect(kernelspecs['gradoscope']?.spec.display_name).toBe('TypeScript (Gradoscope)');
      expect((await specs({})).status).toBe(403);
    } finally {
      running.child.kill('SIGINT');
    }
    expect(await running.ended).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/api`)).rejects.toThrow();
  });
});
