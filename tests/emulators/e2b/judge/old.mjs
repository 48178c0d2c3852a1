// Against an envd of another time: run with `--envd-version 0.1.5`.
import assert from 'node:assert/strict'
import { withSandbox } from './support.mjs'

function inSandbox(work) {
  // Secured sandboxes came later; the first generation of routes can do without.
  return (context) => withSandbox(context, (sandbox) => work(sandbox, context), { secure: false })
}

export const checks = {
  'commands and files work': inSandbox(async (sandbox) => {
    await sandbox.files.write('folder/file', 'content')
    assert.equal((await sandbox.commands.run('cat folder/file')).stdout, 'content')
    assert.equal((await sandbox.getInfo()).envdVersion, '0.1.5')
  }),

  'the client names the user': inSandbox(async (sandbox, { emulated }) => {
    await sandbox.commands.run('true')
    const requests = await (await fetch(`${emulated.url}/_emulator/requests`)).json()
    const start = requests.filter((request) => request.target.endsWith('/Start')).pop()
    assert.equal(start.headers.authorization, `Basic ${btoa('user:')}`)
  }),

  'what it lacks, the client says': inSandbox(async (sandbox) => {
    const command = await sandbox.commands.run('sleep 600', { background: true, stdin: true })
    await assert.rejects(sandbox.commands.closeStdin(command.pid))
    await assert.rejects(sandbox.files.write('noted', 'x', { metadata: { a: 'b' } }))
    await command.kill()
  }),
}
