"""One table of code for every language: what a test needs a cell to do. What a kernel has no way for is left out."""

GO = "go"

TYPESCRIPT = {
    "value": "20 + 1",
    "value text": "21",
    "variable": "var kept = 123",
    "read variable": "console.log(kept)",
    "print": "console.log({text!r})",
    "print many": "for (let i = 0; i < {n}; i++) console.log('line', i)",
    "mixed": "console.log('a'); console.error('b'); console.log('c')",
    "error": "throw new RangeError('bad')",
    "error name": "RangeError",
    "sleep then error": "await new Promise((r) => setTimeout(r, 300)); throw new Error('bad')",
    "sleep": "console.log('go'); await new Promise((r) => setTimeout(r, {seconds} * 1000))",
    "busy": "console.log('go'); for (const end = Date.now() + {seconds} * 1000; Date.now() < end; ) {{}}",
    "background": "void (async () => {{ for (let i = 0; i < 10; i++) {{ await new Promise((r) => setTimeout(r, 40)); console.log('tick'); }} }})(); 0",
    "foreground": "for (let i = 0; i < 5; i++) {{ await new Promise((r) => setTimeout(r, 40)); console.log('mine'); }}",
    "child": "import {{ spawn }} from 'node:child_process'; const child = spawn('sleep', ['100']); console.log(child.pid)",
    "loops": {
        "synchronous loop": "console.log('go'); while (true) {}",
        "loop after await": "await null; console.log('go'); while (true) {}",
        "pending await": "console.log('go'); await new Promise(() => {})",
        "endless async loop": "console.log('go'); for (;;) await new Promise((r) => setTimeout(r, 5))",
        "timer callback": "console.log('go'); setTimeout(() => { while (true) {} }, 50); await new Promise(() => {})",
    },
}

HOST = "const host = (globalThis as any)[Symbol.for('gradoscope.host')];"

GRADOSCOPE = {
    **TYPESCRIPT,
    "input": "const answer{n} = await input('Name? '); console.log('got', answer{n})",
    "input later": "await new Promise((r) => setTimeout(r, 50)); console.log('got', await input('Later? '))",
    "password": "console.log('got', await password('Secret? '))",
    "comm open": HOST
    + "const comm = host.openComm('front.target', {{ data: {{ a: 1 }}, metadata: {{ m: 2 }}, buffers: [new Uint8Array([1, 2])] }});"
    "comm.onMessage((m: any) => comm.send({{ echo: m.data.n, bytes: [...m.buffers[0]] }}, [new Uint8Array([9, 8])]));"
    "comm.onClose(() => console.log('closed')); console.log(comm.id)",
    "comm target": HOST
    + "host.commTarget('kernel.target', (comm: any, open: any) => {{ comm.send({{ hello: open.data.n }});"
    "comm.onMessage((m: any) => comm.send({{ echo: m.data.n }})); }}); 0",
    "comm close": "comm.close({{ bye: 1 }})",
    "comm many": HOST
    + "{{ const many = host.openComm('many'); console.log('go'); const data = 'x'.repeat(1000);"
    "for (let i = 0; i < {n}; i++) many.send({{ i, data }}); for (const end = Date.now() + 300; Date.now() < end; ) {{}} }}",
}

DENO = {
    **TYPESCRIPT,
    "input": "const answer{n} = prompt('Name? '); console.log('got', answer{n})",
    "comm open": "const id = crypto.randomUUID(); await Deno.jupyter.broadcast('comm_open', {{ comm_id: id, target_name: 'front.target', data: {{ a: 1 }} }},"
    "{{ metadata: {{ m: 2 }}, buffers: [new Uint8Array([1, 2])] }}); console.log(id)",
    "comm many": "{{ const id = crypto.randomUUID(); await Deno.jupyter.broadcast('comm_open', {{ comm_id: id, target_name: 'many', data: {{}} }}); console.log('go');"
    "const data = 'x'.repeat(1000); for (let i = 0; i < {n}; i++) void Deno.jupyter.broadcast('comm_msg', {{ comm_id: id, data: {{ i, data }} }});"
    "for (const end = Date.now() + 300; Date.now() < end; ) {{}} }}",
}

PYTHON = {
    "value": "20 + 1",
    "value text": "21",
    "variable": "kept = 123",
    "read variable": "print(kept)",
    "print": "print({text!r})",
    "print many": "for i in range({n}): print('line', i)",
    "mixed": "import sys\nprint('a', flush=True); print('b', file=sys.stderr, flush=True); print('c', flush=True)",
    "error": "raise LookupError('bad')",
    "error name": "LookupError",
    "sleep then error": "import time; time.sleep(0.3); raise LookupError('bad')",
    "sleep": "import time; print('go', flush=True); time.sleep({seconds})",
    "busy": "import time; print('go', flush=True)\nend = time.time() + {seconds}\nwhile time.time() < end: pass",
    "background": "import asyncio\nasync def tick():\n  for _ in range(10):\n    await asyncio.sleep(0.04); print('tick')\ntask = asyncio.create_task(tick())",
    "foreground": "import asyncio\nfor _ in range(5):\n  await asyncio.sleep(0.04); print('mine')",
    "child": "import subprocess; child = subprocess.Popen(['sleep', '100']); print(child.pid)",
    "input": "answer = input('Name? '); print('got', answer)",
    "input later": "import asyncio; await asyncio.sleep(0.05); print('got', input('Later? '))",
    "password": "from getpass import getpass; print('got', getpass('Secret? '))",
    "comm open": "import comm as comms\ncomm = comms.create_comm(target_name='front.target', data={{'a': 1}}, metadata={{'m': 2}}, buffers=[b'\\x01\\x02'])\n"
    "comm.on_msg(lambda m: comm.send({{'echo': m['content']['data']['n'], 'bytes': list(bytes(m['buffers'][0]))}}, buffers=[b'\\x09\\x08']))\n"
    "comm.on_close(lambda m: print('closed'))\nprint(comm.comm_id)",
    "comm target": "import comm as comms\ndef opened(comm, message):\n  comm.send({{'hello': message['content']['data']['n']}})\n"
    "  comm.on_msg(lambda m: comm.send({{'echo': m['content']['data']['n']}}))\ncomms.get_comm_manager().register_target('kernel.target', opened)",
    "comm close": "comm.close({{'bye': 1}})",
    "comm many": "import comm as comms, time\nmany = comms.create_comm(target_name='many')\nprint('go', flush=True)\ndata = 'x' * 1000\n"
    "for i in range({n}): many.send({{'i': i, 'data': data}})\nend = time.time() + 0.3\nwhile time.time() < end: pass",
    "loops": {
        "synchronous loop": "print('go', flush=True)\nwhile True: pass",
        "loop after await": "import asyncio\nawait asyncio.sleep(0)\nprint('go', flush=True)\nwhile True: pass",
        "pending await": "import asyncio\nprint('go', flush=True)\nawait asyncio.Future()",
        "endless async loop": "import asyncio\nprint('go', flush=True)\nwhile True: await asyncio.sleep(0.005)",
        "timer callback": "import asyncio\ndef spin():\n  while True: pass\nprint('go', flush=True)\nasyncio.get_running_loop().call_later(0.05, spin)\nawait asyncio.Future()",
    },
}


def snippets_for(info):
    """The table for a kernel, by its kernel_info_reply."""
    implementation = info.get("implementation", "").lower()
    if implementation == "gradoscope":
        return GRADOSCOPE
    if "deno" in implementation:
        return DENO
    language = info["language_info"]["name"].lower()
    tables = {"python": PYTHON, "typescript": TYPESCRIPT}
    if language not in tables:
        raise LookupError(f"There are no snippets for {language}; add them to {__file__}.")
    return tables[language]
