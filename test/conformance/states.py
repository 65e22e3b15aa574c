"""The states in which a cell is interrupted. Each prints 'go' when it is there, or soon after."""

STATES = {
    "synchronous loop": "console.log('go'); while (true) {}",
    "loop after await": "await null; console.log('go'); while (true) {}",
    "pending await": "console.log('go'); await new Promise(() => {})",
    "endless async loop": "console.log('go'); for (;;) await new Promise((r) => setImmediate(r))",
    "timer callback": "console.log('go'); setTimeout(() => { while (true) {} }, 50); await new Promise(() => {})",
    "input": "console.log('go'); await input('name? ')",
}

# Runs in the state before it are to end with the cell: none of these may print later.
LATER = """
setInterval(() => console.log('later'), 20); setTimeout(() => console.log('later'), 400);
(async () => { await new Promise((r) => setTimeout(r, 300)); console.log('later'); })();
new Promise((r) => setTimeout(r, 350)).then(() => console.log('later'));
"""
