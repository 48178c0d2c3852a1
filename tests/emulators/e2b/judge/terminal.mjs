import assert from 'node:assert/strict'
import { collector, withSandbox } from './support.mjs'

function withTerminal(work) {
  return (context) =>
    withSandbox(context, async (sandbox) => {
      const seen = collector()
      const decoder = new TextDecoder()
      const terminal = await sandbox.pty.create({
        cols: 80,
        rows: 24,
        timeoutMs: 0,
        envs: { OWN: 'value' },
        onData: (data) => seen.add(decoder.decode(data, { stream: true })),
      })
      const type = (line) => sandbox.pty.sendInput(terminal.pid, new TextEncoder().encode(line))
      const shows = (wanted) => seen.until((items) => items.join('').includes(wanted))
      await work({ sandbox, terminal, type, shows })
    })
}

export const checks = {
  'what is typed is run': withTerminal(async ({ terminal, type, shows }) => {
    await type('echo $((6 * 7)) $OWN $TERM; exit 3\n')
    await shows('42 value xterm-256color')
    const end = await terminal.wait().catch((error) => error)
    assert.equal(end.exitCode, 3)
  }),

  'its size, and a change of it': withTerminal(async ({ sandbox, terminal, type, shows }) => {
    await type('stty size\n')
    await shows('24 80')
    await sandbox.pty.resize(terminal.pid, { cols: 100, rows: 30 })
    await type('stty size\n')
    await shows('30 100')
    await terminal.kill()
  }),

  // Only what runs in the terminal's ordinary mode may be told these, so wait until it does.
  'control characters': withTerminal(async ({ terminal, type, shows }) => {
    await type('echo re""ady; cat; echo ov""er\n')
    await shows('ready')
    await type('line\n')
    await shows('line\r\nline')
    await type('\x04')
    await shows('over')
    // The command itself says so: by then the terminal's interrupts are for it, not for the shell.
    await type(`sh -c 'echo wait""ing; exec sleep 600'; echo ne""ver\n`)
    await shows('waiting')
    await type('\x03')
    await type('echo still $((1 + 1)); exit 0\n')
    await shows('still 2')
    assert.equal((await terminal.wait().catch((error) => error)).exitCode, 0)
  }),

  'killing it': withTerminal(async ({ sandbox, terminal }) => {
    assert.equal(await sandbox.pty.kill(terminal.pid), true)
    assert.equal((await terminal.wait().catch((error) => error)).exitCode, -1)
    assert.equal(await sandbox.pty.kill(terminal.pid), false)
  }),
}
