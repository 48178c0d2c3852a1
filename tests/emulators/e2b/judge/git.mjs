import assert from 'node:assert/strict'
import { withSandbox } from './support.mjs'

function inRepository(work) {
  return (context) =>
    withSandbox(context, async (sandbox) => {
      await sandbox.git.init('repository', { initialBranch: 'main' })
      await sandbox.git.configureUser('Judge', 'judge@example.com', { scope: 'global' })
      await work(sandbox)
    })
}

export const checks = {
  'init, add, commit, status': inRepository(async (sandbox) => {
    await sandbox.files.write('repository/file', 'first\n')
    let status = await sandbox.git.status('repository')
    assert.deepEqual([status.currentBranch, status.hasUntracked], ['main', true])
    await sandbox.git.add('repository')
    await sandbox.git.commit('repository', `it's "first"`)
    status = await sandbox.git.status('repository')
    assert.equal(status.isClean, true)
    const log = await sandbox.commands.run('git -C repository log --format="%s|%an|%ae"')
    assert.equal(log.stdout, `it's "first"|Judge|judge@example.com\n`)
  }),

  branches: inRepository(async (sandbox) => {
    await sandbox.files.write('repository/file', 'first\n')
    await sandbox.git.add('repository')
    await sandbox.git.commit('repository', 'first')
    await sandbox.git.createBranch('repository', 'side')
    const { branches, currentBranch } = await sandbox.git.branches('repository')
    assert.deepEqual([[...branches].sort(), currentBranch], [['main', 'side'], 'side'])
    await sandbox.git.checkoutBranch('repository', 'main')
    await sandbox.git.deleteBranch('repository', 'side')
    assert.deepEqual((await sandbox.git.branches('repository')).branches, ['main'])
  }),

  'clone, push and pull between directories': inRepository(async (sandbox) => {
    await sandbox.files.write('repository/file', 'first\n')
    await sandbox.git.add('repository')
    await sandbox.git.commit('repository', 'first')
    await sandbox.commands.run('git clone -q --bare repository origin.git')
    const origin = (await sandbox.commands.run('cd origin.git && pwd')).stdout.trim()
    await sandbox.git.clone(origin, { path: 'clone' })
    assert.equal(await sandbox.files.read('clone/file'), 'first\n')
    await sandbox.files.write('clone/file', 'second\n')
    await sandbox.git.add('clone')
    await sandbox.git.commit('clone', 'second')
    await sandbox.git.push('clone', { remote: 'origin', branch: 'main' })
    await sandbox.git.remoteAdd('repository', 'origin', origin)
    await sandbox.git.pull('repository', { remote: 'origin', branch: 'main' })
    assert.equal(await sandbox.files.read('repository/file'), 'second\n')
  }),
}
