import assert from 'node:assert/strict'
import { collector, withSandbox } from './support.mjs'

// Every check of this group in a sandbox of its own.
function inSandbox(work, options) {
  return (context) => withSandbox(context, (sandbox) => work(sandbox, context), options)
}

export const checks = {
  'output, error output and the exit code': inSandbox(async (sandbox, { CommandExitError }) => {
    const good = await sandbox.commands.run('echo out; echo err >&2')
    assert.deepEqual([good.stdout, good.stderr, good.exitCode], ['out\n', 'err\n', 0])
    const bad = await sandbox.commands.run('echo why; exit 7').catch((error) => error)
    assert.ok(bad instanceof CommandExitError)
    assert.deepEqual([bad.exitCode, bad.stdout], [7, 'why\n'])
  }),

  'environment and working directory': inSandbox(
    async (sandbox) => {
      const envs = { OWN: `it's "own"`, BOTH: 'command' }
      const run = await sandbox.commands.run('echo "$OWN|$BOTH|$MADE|$E2B_SANDBOX"', { envs })
      assert.equal(run.stdout, `it's "own"|command|sandbox|true\n`)
      await sandbox.files.makeDir('deep/er')
      const there = await sandbox.commands.run('basename "$PWD"', { cwd: 'deep/er' })
      assert.equal(there.stdout, 'er\n')
      await assert.rejects(sandbox.commands.run('true', { cwd: '/no/such' }), /cwd/)
    },
    { envs: { MADE: 'sandbox', BOTH: 'sandbox' } }
  ),

  'the user': inSandbox(async (sandbox, { emulated, AuthenticationError }) => {
    const run = (user) => sandbox.commands.run('echo $USER; whoami; cd; pwd', { user })
    if (emulated.isolated) {
      assert.equal((await run('user')).stdout, 'user\nuser\n/home/user\n')
      assert.equal((await run('root')).stdout, 'root\nroot\n/root\n')
    }
    await assert.rejects(run('nobody-like-this'), AuthenticationError)
  }),

  'absolute paths mean the same to commands and to files': inSandbox(async (sandbox, { emulated }) => {
    if (!emulated.isolated) return
    await sandbox.files.write('/opt/tool/data', 'one')
    assert.equal((await sandbox.commands.run('cat /opt/tool/data')).stdout, 'one')
    await sandbox.commands.run('echo two > /home/user/made; ln -s /home/user/made /tmp/link')
    assert.equal(await sandbox.files.read('/tmp/link'), 'two\n')
  }),

  'long output arrives whole and in order': inSandbox(async (sandbox) => {
    const run = await sandbox.commands.run('seq 1 400000')
    const lines = run.stdout.split('\n')
    assert.equal(lines.length, 400001)
    assert.deepEqual([lines[0], lines[399999]], ['1', '400000'])
  }),

  'output that is split inside a character': inSandbox(async (sandbox) => {
    const run = await sandbox.commands.run("yes 'äöü€😀' | head -c 1400000")
    assert.ok(!run.stdout.includes('\ufffd'))
  }),

  'background, input and its end': inSandbox(async (sandbox) => {
    const seen = collector()
    const command = await sandbox.commands.run('cat; echo over', {
      background: true,
      stdin: true,
      onStdout: (text) => seen.add(text),
    })
    await sandbox.commands.sendStdin(command.pid, 'first\n')
    await seen.until((items) => items.join('') === 'first\n')
    await sandbox.commands.closeStdin(command.pid)
    assert.equal((await command.wait()).stdout, 'first\nover\n')
  }),

  'without input a command sees its end': inSandbox(async (sandbox) => {
    assert.equal((await sandbox.commands.run('cat; echo over')).stdout, 'over\n')
  }),

  'list, kill and connect': inSandbox(async (sandbox) => {
    const command = await sandbox.commands.run('sleep 600', { background: true, timeoutMs: 0 })
    const [told] = await sandbox.commands.list()
    assert.equal(told.pid, command.pid)
    assert.deepEqual([told.cmd, told.args], ['/bin/bash', ['-l', '-c', 'sleep 600']])
    const other = await sandbox.commands.connect(command.pid)
    assert.equal(await sandbox.commands.kill(command.pid), true)
    for (const handle of [command, other]) {
      const end = await handle.wait().catch((error) => error)
      assert.deepEqual([end.exitCode, end.error], [-1, 'signal: killed'])
    }
    assert.equal(await sandbox.commands.kill(command.pid), false)
    assert.deepEqual(await sandbox.commands.list(), [])
  }),

  'a reader that comes later sees what comes later': inSandbox(async (sandbox) => {
    const command = await sandbox.commands.run('echo before; read line; echo "after $line"', {
      background: true,
      stdin: true,
    })
    await command.disconnect()
    const seen = collector()
    const again = await sandbox.commands.connect(command.pid, { onStdout: (text) => seen.add(text) })
    await sandbox.commands.sendStdin(command.pid, 'x\n')
    await seen.until((items) => items.join('').includes('after x'))
    assert.equal((await again.wait()).exitCode, 0)
  }),

  'a timeout kills': inSandbox(async (sandbox, { TimeoutError }) => {
    await assert.rejects(sandbox.commands.run('sleep 600', { timeoutMs: 500 }), TimeoutError)
  }),

  'killing the sandbox ends its commands': inSandbox(async (sandbox, { TimeoutError }) => {
    const command = await sandbox.commands.run('sleep 600', { background: true, timeoutMs: 0 })
    const end = command.wait().catch((error) => error)
    await sandbox.kill()
    assert.ok((await end) instanceof TimeoutError)
  }),

  'many at once': inSandbox(async (sandbox) => {
    const numbers = Array.from({ length: 16 }, (_, index) => String(index))
    const runs = await Promise.all(numbers.map((n) => sandbox.commands.run(`echo ${n}`)))
    assert.deepEqual(runs.map((run) => run.stdout.trim()), numbers)
  }),
}
