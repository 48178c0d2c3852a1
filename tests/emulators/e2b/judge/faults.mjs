// That the emulator's faults are what they say: the client fails as it does for the real thing.
import assert from 'node:assert/strict'
import { withSandbox } from './support.mjs'

const kStart = '/process.Process/Start'

function broken(rule, work) {
  return (context) =>
    withSandbox(context, async (sandbox) => {
      await context.emulated.rules(rule)
      await work(sandbox, context)
      await context.emulated.rules()
    })
}

export const checks = {
  '429 of the control API': broken(
    { fault: 'status', path: '/sandboxes/*', status: 429, body: '{"code":429,"message":"slow down"}' },
    (sandbox, { RateLimitError }) => assert.rejects(sandbox.getInfo(), RateLimitError)
  ),

  '503 of the control API': broken({ fault: 'status', path: '/sandboxes/*', status: 503 }, (sandbox) =>
    assert.rejects(sandbox.getInfo(), /503|temporarily unavailable/)
  ),

  'a full disk': broken(
    { fault: 'status', path: '/files', status: 507, body: '{"code":507,"message":"full"}' },
    (sandbox, { NotEnoughSpaceError }) =>
      assert.rejects(sandbox.files.write('file', 'x'), NotEnoughSpaceError)
  ),

  'a connection that drops': broken({ fault: 'drop', path: kStart, bytes: 60 }, (sandbox) =>
    assert.rejects(sandbox.commands.run('echo hello; sleep 1'))
  ),

  'a stream without its end': broken({ fault: 'no_end_frame', path: kStart }, async (sandbox) => {
    // The client has seen the command's end by then, and is content.
    await sandbox.commands.run('true').catch(() => {})
  }),

  'half a frame': broken({ fault: 'half_frame', path: kStart, frames: 1 }, (sandbox) =>
    assert.rejects(sandbox.commands.run('sleep 600'))
  ),

  garbage: broken({ fault: 'garbage', path: kStart, frames: 1 }, (sandbox) =>
    assert.rejects(sandbox.commands.run('sleep 600'))
  ),

  'a page instead of an answer': broken({ fault: 'html', path: '/sandboxes/*' }, (sandbox) =>
    assert.rejects(sandbox.getInfo())
  ),

  'paused in the middle of a command': broken(
    { fault: 'pause_sandbox', path: kStart, frames: 1 },
    (sandbox, { TimeoutError }) => assert.rejects(sandbox.commands.run('sleep 600'), TimeoutError)
  ),

  'expired in the middle of a command': broken(
    { fault: 'expire_sandbox', path: kStart, frames: 1 },
    (sandbox, { TimeoutError }) => assert.rejects(sandbox.commands.run('sleep 600'), TimeoutError)
  ),

  'a lost reply to create leaves a sandbox behind': async ({ Sandbox, emulated }) => {
    const mark = `lost ${Math.random()}`
    await emulated.rules({ fault: 'lost_reply', method: 'POST', path: '*/sandboxes' })
    await assert.rejects(Sandbox.create('base', { metadata: { mark } }))
    const [left] = await Sandbox.list({ query: { metadata: { mark } } }).nextItems()
    assert.ok(left)
    await Sandbox.kill(left.sandboxId)
  },

  'two kinds of 502': (context) =>
    withSandbox(context, async (sandbox) => {
      const headers = { 'E2b-Sandbox-Id': sandbox.sandboxId, 'E2b-Sandbox-Port': '1' }
      const closed = await fetch(`${context.emulated.url}/`, { headers })
      const { port, message } = await closed.json()
      assert.deepEqual([closed.status, port], [502, 1])
      assert.match(message, /port is not open/)
      await sandbox.kill()
      const gone = await fetch(`${context.emulated.url}/`, { headers })
      assert.equal(gone.status, 502)
      assert.match((await gone.json()).message, /not found/)
      const page = await fetch(`${context.emulated.url}/`, {
        headers: { ...headers, 'User-Agent': 'Mozilla/5.0', Accept: '*/*' },
      })
      assert.match(await page.text(), /<html>/)
    }),
}
