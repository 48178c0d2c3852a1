import assert from 'node:assert/strict'
import { withSandbox } from './support.mjs'

async function listed(Sandbox, query, limit = 100) {
  const pages = Sandbox.list({ query, limit })
  const all = []
  while (pages.hasNext) all.push(...(await pages.nextItems()))
  return all
}

export const checks = {
  async 'create, info, kill'({ Sandbox, SandboxNotFoundError }) {
    const sandbox = await Sandbox.create('base', { metadata: { who: 'judge' }, timeoutMs: 60_000 })
    const info = await sandbox.getInfo()
    assert.equal(info.sandboxId, sandbox.sandboxId)
    assert.equal(info.state, 'running')
    assert.equal(info.name, 'base')
    assert.deepEqual(info.metadata, { who: 'judge' })
    const life = info.endAt - info.startedAt
    assert.ok(life >= 59_000 && life <= 61_000, `it lives for ${life} ms`)
    assert.equal(await sandbox.isRunning(), true)
    assert.equal(await sandbox.kill(), true)
    assert.equal(await sandbox.kill(), false)
    assert.equal(await sandbox.isRunning(), false)
    await assert.rejects(sandbox.getInfo(), SandboxNotFoundError)
  },

  async 'the key is checked'({ Sandbox, AuthenticationError }) {
    const wrong = { apiKey: 'e2b_' + '0'.repeat(40) }
    await assert.rejects(Sandbox.create('base', wrong), AuthenticationError)
  },

  async 'an unknown template is refused'({ Sandbox }) {
    await assert.rejects(Sandbox.create('no-such-template'), /not found/)
  },

  async 'connect finds it, and never shortens its life'({ Sandbox, ...rest }) {
    await withSandbox({ Sandbox, ...rest }, async (sandbox) => {
      await sandbox.files.write('kept', 'here')
      const before = (await sandbox.getInfo()).endAt
      const again = await Sandbox.connect(sandbox.sandboxId, { timeoutMs: 1_000 })
      assert.equal(await again.files.read('kept'), 'here')
      assert.deepEqual((await again.getInfo()).endAt, before)
      await again.setTimeout(600_000)
      assert.ok((await again.getInfo()).endAt > before)
      await again.setTimeout(30_000)
      assert.ok((await again.getInfo()).endAt < before)
    })
  },

  async 'its deadline ends it'({ Sandbox, emulated, ...rest }) {
    await withSandbox({ Sandbox, ...rest }, async (sandbox) => {
      await emulated.interfere(sandbox, 'expire')
      assert.equal(await sandbox.isRunning(), false)
      await assert.rejects(sandbox.files.list('/'))
    })
  },

  async 'pause and resume keep files and processes'({ Sandbox, ...rest }) {
    await withSandbox({ Sandbox, ...rest }, async (sandbox) => {
      await sandbox.files.write('kept', 'here')
      const sleeper = await sandbox.commands.run('sleep 600', { background: true, timeoutMs: 0 })
      await sleeper.disconnect()
      assert.equal(await sandbox.pause(), true)
      assert.equal(await sandbox.pause(), false)
      assert.equal((await sandbox.getInfo()).state, 'paused')
      assert.equal(await sandbox.isRunning(), false)
      const again = await Sandbox.connect(sandbox.sandboxId, { timeoutMs: 60_000 })
      assert.equal((await again.getInfo()).state, 'running')
      assert.equal(await again.files.read('kept'), 'here')
      const processes = await again.commands.list()
      assert.deepEqual(processes.map((process) => process.pid), [sleeper.pid])
    })
  },

  async 'list pages and filters'({ Sandbox, ...rest }) {
    const mark = `mark&=%${Math.random()}`
    const made = []
    try {
      for (const metadata of [{ mark, n: '1' }, { mark, n: '2' }, { mark, n: '3' }]) {
        made.push(await Sandbox.create('base', { metadata, timeoutMs: 60_000 }))
      }
      await made[0].pause()
      const ids = made.map((sandbox) => sandbox.sandboxId)
      const all = await listed(Sandbox, { metadata: { mark } }, 2)
      assert.deepEqual(all.map((one) => one.sandboxId), [...ids].reverse())
      const running = await listed(Sandbox, { metadata: { mark }, state: ['running'] })
      assert.deepEqual(running.map((one) => one.sandboxId), [ids[2], ids[1]])
      const paused = await listed(Sandbox, { metadata: { mark }, state: ['paused'] })
      assert.deepEqual(paused.map((one) => one.sandboxId), [ids[0]])
      assert.deepEqual(await listed(Sandbox, { metadata: { mark, n: '4' } }), [])
    } finally {
      for (const sandbox of made) await sandbox.kill()
    }
  },

  async 'metrics'({ Sandbox, ...rest }) {
    await withSandbox({ Sandbox, ...rest }, async (sandbox) => {
      const [sample] = await sandbox.getMetrics()
      assert.ok(sample.memTotal > 0 && sample.diskTotal > 0 && sample.cpuCount > 0)
      assert.ok(sample.timestamp instanceof Date)
    })
  },

  async 'a snapshot is a template of its own'({ Sandbox, ...rest }) {
    await withSandbox({ Sandbox, ...rest }, async (sandbox) => {
      await sandbox.files.write('kept', 'then')
      const snapshot = await sandbox.createSnapshot()
      await sandbox.files.write('kept', 'now')
      const copy = await Sandbox.create(snapshot.snapshotId, { timeoutMs: 60_000 })
      assert.equal(await copy.files.read('kept'), 'then')
      assert.equal(await sandbox.files.read('kept'), 'now')
      await copy.kill()
      const snapshots = await sandbox.listSnapshots().nextItems()
      assert.deepEqual(snapshots.map((one) => one.snapshotId), [snapshot.snapshotId])
      assert.equal(await Sandbox.deleteSnapshot(snapshot.snapshotId), true)
      assert.equal(await Sandbox.deleteSnapshot(snapshot.snapshotId), false)
    })
  },
}
