// Builds every case with the official client and with `sandport template build`, against a service
// that records: the requests must be equal, and the archives must hold the same.
// usage: node compare.mjs SANDPORT FOLDER PACKAGE DATA_ANALYSIS.yaml
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { cases, dataAnalysis, makeContext } from './cases.mjs'
import { startService } from './service.mjs'

const [sandport, folder, packageName, dataAnalysisFile] = process.argv.slice(2)
const require = createRequire(path.join(folder, 'package.json'))
const e2b = require(packageName)
const tar = require('tar')
const key = 'e2b_0123456789abcdef0123456789abcdef01234567'
const run = promisify(execFile)

// The official client leaves options of its own in the request, which the service ignores.
function normal(start) {
  for (const step of start.steps) {
    for (const own of ['forceUpload', 'resolveSymlinks', 'gzip']) delete step[own]
  }
  return start
}

async function members(archive, scratch) {
  const file = path.join(scratch, 'archive.tar.gz')
  fs.writeFileSync(file, archive)
  const found = []
  await tar.list({
    file,
    onReadEntry(entry) {
      const member = { path: entry.path, type: entry.type, link: entry.linkpath ?? '', mode: entry.mode & 0o7777, size: 0 }
      entry.on('data', (piece) => (member.size += piece.length))
      found.push(member)
    },
  })
  return found
}

async function official(service, calls, root, name, options) {
  const template = calls(e2b.Template({ fileContextPath: root }), root)
  await e2b.Template.build(template, name, { apiKey: key, apiUrl: service.url, ...options })
  return service.take()
}

async function ours(service, file, scratch, more = []) {
  const environment = { ...process.env, HOME: scratch, SANDPORT_HOME: path.join(scratch, 'state'), E2B_API_KEY: key, E2B_API_URL: service.url }
  try {
    await run(sandport, ['template', 'build', file, '--json', ...more], { env: environment })
  } catch (error) {
    throw new Error(`sandport: ${error.stdout} ${error.stderr}`)
  }
  return service.take()
}

// The newer client leaves to the service what was not asked for; the older one says its defaults.
function withDefaults(create) {
  return { cpuCount: 2, memoryMB: 1024, ...create }
}

async function compare(expected, actual, scratch) {
  assert.deepEqual(actual.create, withDefaults(expected.create))
  assert.deepEqual(normal(actual.start), normal(expected.start))
  assert.deepEqual([...actual.archives.keys()].sort(), [...expected.archives.keys()].sort())
  for (const [hash, archive] of expected.archives) {
    assert.deepEqual(await members(actual.archives.get(hash), scratch), await members(archive, scratch))
  }
}

for (const name of Object.keys(process.env)) {
  if (name.startsWith('E2B_') || /^(https?|all)_proxy$/i.test(name)) delete process.env[name]
}
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'sandport-templates-'))
const service = await startService()
process.umask(0o022)
let failures = 0
async function check(name, work) {
  try {
    await work()
    console.log(`ok   ${name}`)
  } catch (problem) {
    failures += 1
    console.log(`FAIL ${name}: ${problem.message}`)
  }
}
try {
  const root = path.join(scratch, 'context')
  makeContext(root)
  for (const [name, calls, text] of cases(e2b)) {
    await check(name, async () => {
      const expected = await official(service, calls, root, name, {})
      // Not in the context while that is read: the official client has no such file.
      const beside = path.join(scratch, 'template.yaml')
      fs.writeFileSync(beside, `name: ${name}\ncontext: context\n${text}`.replaceAll(' Dockerfile\n', ' context/Dockerfile\n').replace('serviceAccountJSON: key.json', 'serviceAccountJSON: context/key.json'))
      await compare(expected, await ours(service, beside, scratch), scratch)
    })
  }
  await check('options', async () => {
    const expected = await official(service, (t) => t.fromBaseImage(), root, 'x:v1',
      { tags: ['a', 'b'], cpuCount: 4, memoryMB: 4096, skipCache: true })
    const file = path.join(scratch, 'options.yaml')
    fs.writeFileSync(file, 'name: x:v1\ntags: [a]\ncpuCount: 4\nmemoryMB: 4096\n')
    await compare(expected, await ours(service, file, scratch, ['--tag', 'b', '--skip-cache']), scratch)
  })
  await check('data-analysis', async () => {
    const expected = await official(service, dataAnalysis, root, 'data-analysis', { cpuCount: 4, memoryMB: 2048 })
    await compare(expected, await ours(service, dataAnalysisFile, scratch), scratch)
    const plan = await run(sandport, ['template', 'plan', dataAnalysisFile, '--json'], {
      env: { ...process.env, HOME: scratch, E2B_API_KEY: '' },
    })
    assert.deepEqual(JSON.parse(plan.stdout).request, { create: expected.create, start: expected.start })
  })
  const command = (...argv) =>
    run(sandport, ['template', ...argv], { cwd: root, env: { ...process.env, HOME: scratch } }).then(
      ({ stdout }) => stdout,
      (error) => error,
    )
  await check('from-dockerfile', async () => {
    await command('from-dockerfile', 'Dockerfile', '--name', 'x', '-o', '../written.yaml')
    const written = JSON.parse(await command('plan', '../written.yaml', '--context', '.', '--json'))
    const plain = JSON.parse(await command('plan', 'Dockerfile', '--name', 'x', '--json'))
    assert.deepEqual(written.request, plain.request)
    const again = await command('from-dockerfile', 'Dockerfile', '--name', 'x', '-o', '../written.yaml')
    assert.match(again.stderr, /is there already/)
  })
  await check('init', async () => {
    await command('init', '../starter.yaml')
    assert.equal(JSON.parse(await command('plan', '../starter.yaml', '--json')).name, 'my-template')
  })
  await check('problems', async () => {
    fs.writeFileSync(path.join(scratch, 'bad.yaml'), 'name: x\nbase: cobol\napt: [a]\n')
    const problem = await command('plan', '../bad.yaml')
    assert.equal(problem.code, 2)
    assert.match(problem.stderr, /^\.\.\/bad\.yaml:2:7: no base "cobol".*\n\.\.\/bad\.yaml:3:1: unknown key "apt"/)
  })
} finally {
  await service.close()
  fs.rmSync(scratch, { recursive: true, force: true })
}
if (failures > 0) {
  console.log(`${failures} cases differ`)
  process.exit(1)
}
