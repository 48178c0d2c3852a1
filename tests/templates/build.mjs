// Builds templates on the emulated service with `sandport template` and with the official client:
// both must see the same logs, states and errors, and sandboxes must hold what the steps made.
// usage: node build.mjs SANDPORT FOLDER PACKAGE EMULATOR
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import readline from 'node:readline'

const [sandport, folder, packageName, emulatorProgram] = process.argv.slice(2)
const e2b = createRequire(path.join(folder, 'package.json'))(packageName)
for (const name of Object.keys(process.env)) {
  if (name.startsWith('E2B_') || /^(https?|all)_proxy$/i.test(name)) delete process.env[name]
}
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'sandport-template-build-'))
const context = path.join(scratch, 'context')

const emulator = spawn(emulatorProgram, ['--until-stdin-closes', '--lifetime', '900'], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const firstLine = await new Promise((resolve, reject) => {
  readline.createInterface({ input: emulator.stdout }).once('line', resolve)
  emulator.once('exit', () => reject(new Error('the emulator ended')))
  emulator.once('error', reject)
})
const service = JSON.parse(firstLine)
if (service.isolation !== 'namespace') {
  console.log('skipped: this machine permits no namespaces, so that templates have no root of their own')
  emulator.stdin.end()
  fs.rmSync(scratch, { recursive: true, force: true })
  process.exit(77)
}
const connection = {
  apiKey: service.E2B_API_KEY,
  apiUrl: service.E2B_API_URL,
  sandboxUrl: service.E2B_SANDBOX_URL,
}
const environment = {
  ...process.env,
  ...service,
  HOME: scratch,
  SANDPORT_HOME: path.join(scratch, 'state'),
}

// What a command printed and how it ended.
function run(...argv) {
  return new Promise((resolve) => {
    execFile(sandport, argv, { env: environment, cwd: scratch }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr })
    })
  })
}
function write(name, text) {
  const file = path.join(scratch, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
  return file
}
// The service's own log lines of a build of ours.
function logged(stdout) {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text))
    .filter((event) => event.type === 'log' && event.step !== undefined)
    .map((event) => event.message)
}

const text = `context: context
steps:
  - run: echo made > made.txt && echo "in $PWD as $(whoami)"
  - work_dir: /home/user/app
  - env: {GREETING: "hello $HOME", PLAIN: two words}
  - copy: {src: data, dest: data}
  - copy: {src: "*.sh", dest: bin/, mode: 0755}
  - run: ["printf '%s' \\"$PLAIN\\" > env.txt", ls bin/tool.sh data/sub]
  - user: root
  - run: mkdir -p /srv/root-was-here
`
const calls = (t) =>
  t
    .fromBaseImage()
    .runCmd('echo made > made.txt && echo "in $PWD as $(whoami)"')
    .setWorkdir('/home/user/app')
    .setEnvs({ GREETING: 'hello $HOME', PLAIN: 'two words' })
    .copy('data', 'data')
    .copy('*.sh', 'bin/', { mode: 0o755 })
    .runCmd(['printf \'%s\' "$PLAIN" > env.txt', 'ls bin/tool.sh data/sub'])
    .setUser('root')
    .runCmd('mkdir -p /srv/root-was-here')

async function official(name, describe) {
  const messages = []
  const template = describe(e2b.Template({ fileContextPath: context }))
  const onBuildLogs = (entry) => messages.push(entry.message)
  await e2b.Template.build(template, name, { ...connection, onBuildLogs })
  return messages
}

async function withSandbox(template, use) {
  const sandbox = await e2b.Sandbox.create(template, connection)
  try {
    await use(sandbox)
  } finally {
    await sandbox.kill()
  }
}

const checks = {
  async 'a build makes what its steps say'() {
    const file = write('ours.yaml', `name: ours\ntags: [v1]\n${text}`)
    const built = await run('template', 'build', file, '--output', 'stream-json')
    assert.equal(built.code, 0, built.stderr + built.stdout)
    const result = JSON.parse(built.stdout.trim().split('\n').pop())
    assert.deepEqual([result.state, result.name, result.reused], ['ready', 'ours', false])
    await withSandbox('ours', async (sandbox) => {
      assert.equal(await sandbox.files.read('/home/user/made.txt'), 'made\n')
      assert.equal(await sandbox.files.read('/home/user/app/env.txt'), 'two words')
      assert.equal(await sandbox.files.read('/home/user/app/data/sub/y.txt'), 'yy')
      const tool = await sandbox.files.getInfo('/home/user/app/bin/tool.sh')
      assert.equal(tool.permissions, '-rwxr-xr-x')
    })
    const theirs = await official('theirs', calls)
    const ours = logged(built.stdout)
    assert.ok(ours.some((message) => message.endsWith('as user')), ours.join('\n'))
    assert.deepEqual(theirs.filter((message) => ours.includes(message)), ours)
  },

  async 'the same content is not built twice'() {
    const file = path.join(scratch, 'ours.yaml')
    const again = await run('template', 'build', file, '--json')
    assert.equal(again.code, 0, again.stderr)
    assert.equal(JSON.parse(again.stdout).reused, true)
    const anyway = await run('template', 'build', file, '--json', '--skip-cache')
    assert.equal(JSON.parse(anyway.stdout).reused, false)
  },

  async 'a plan knows what is uploaded already'() {
    const plan = await run('template', 'plan', path.join(scratch, 'ours.yaml'), '--json')
    assert.equal(plan.code, 0, plan.stderr)
    const cached = JSON.parse(plan.stdout).uploads.map((upload) => upload.cached)
    assert.deepEqual(cached, [true, true])
  },

  async 'a failure is told with its step, place and last words, and as the official client does'() {
    const command = 'echo oh no >&2; exit 7'
    const file = write('failing.yaml', `name: failing\nsteps:\n  - run: echo fine\n  - run: ${command}\n`)
    const failed = await run('template', 'build', file)
    assert.equal(failed.code, 1, failed.stderr)
    assert.match(failed.stderr, /failing\.yaml:4:5: the build failed at step 2 of 2: RUN echo oh no/)
    assert.match(failed.stderr, /exit status 7/)
    assert.match(failed.stderr, /\| oh no/)
    const problem = await official('failing-too', (t) =>
      t.fromBaseImage().runCmd('echo fine').runCmd(command),
    ).catch((error) => error)
    assert.ok(problem instanceof e2b.BuildError)
    assert.ok(failed.stderr.includes(problem.message), `${problem.message} is not in ${failed.stderr}`)
    const ids = failed.stderr.match(/\(template (\S+), build (\S+)\)/)
    const status = await run('template', 'status', ids[1], ids[2], '--json')
    assert.equal(JSON.parse(status.stdout).state, 'error')
    const logs = await run('template', 'logs', ids[1], ids[2])
    assert.match(logs.stderr, /failing\.yaml:4:5/)
  },

  async 'a base that is not there, and a ready command that fails, are told'() {
    const noBase = write('base.yaml', 'name: no-base\nimage: does-not-exist:1\n')
    const base = await run('template', 'build', noBase)
    assert.match(base.stderr, /base\.yaml:2:1: the build failed at the base image: failed to pull/)
    const notReady = write('ready.yaml', 'name: not-ready\nstart_cmd: sleep 60\nready_cmd: "false"\n')
    const ready = await run('template', 'build', notReady)
    assert.match(ready.stderr, /ready\.yaml:2:1: the build failed at the start or the ready command/)
  },

  async 'a template is built from a template, and from a Dockerfile'() {
    const file = write('child.yaml', 'name: child\nfrom_template: ours\nsteps: [{run: cat made.txt}]\n')
    const child = await run('template', 'build', file, '--output', 'stream-json')
    assert.equal(child.code, 0, child.stderr)
    assert.ok(logged(child.stdout).includes('made'))
    write(
      'context/Dockerfile',
      'FROM debian:12\nCOPY data/sub/y.txt /opt/y.txt\nRUN <<EOF\ncat /opt/y.txt > /opt/copy\nEOF\n' +
        'ENTRYPOINT ["sleep"]\nCMD ["60"]\n',
    )
    const built = await run('template', 'build', 'context/Dockerfile', '--name', 'from-docker', '--json')
    assert.equal(built.code, 0, built.stderr)
    await withSandbox('from-docker', async (sandbox) => {
      assert.equal(await sandbox.files.read('/opt/copy'), 'yy')
    })
  },

  async 'Ctrl-C stops the wait and says what goes on, which a newer build then ends'() {
    const file = write('slow.yaml', 'name: slow\nsteps: [{run: sleep 300}]\n')
    const child = spawn(sandport, ['template', 'build', file], { env: environment, cwd: scratch })
    let said = ''
    await new Promise((resolve, reject) => {
      child.stderr.on('data', (piece) => {
        said += piece
        if (said.includes('RUN sleep 300')) resolve()
      })
      child.once('exit', () => reject(new Error(`it ended: ${said}`)))
    })
    const ended = new Promise((resolve) => {
      child.removeAllListeners('exit')
      child.once('close', resolve)
    })
    child.kill('SIGINT')
    assert.equal(await ended, 130)
    assert.match(said, /goes on at the service/)
    const ids = said.match(/sandport template logs (\S+) (\S+)/)
    const status = async () => JSON.parse((await run('template', 'status', ids[1], ids[2], '--json')).stdout)
    assert.equal((await status()).state, 'building')
    const quick = write('quick.yaml', 'name: slow\nsteps: [{run: "true"}]\n')
    assert.equal((await run('template', 'build', quick, '--json')).code, 0)
    assert.equal((await status()).state, 'error')
    const logs = await run('template', 'logs', ids[1], ids[2])
    assert.match(logs.stderr, /a newer build of the same template ends an older one/)
  },

  async 'a manifest names a template file, which is built when it is missing'() {
    write('agent/t.yaml', 'name: of-agent\nsteps: [{run: echo from the template > /home/user/t.txt}]\n')
    write(
      'agent/agent.yaml',
      `version: 1
model: {uses: scripted, with: {turns: [{text: hi}]}}
sandbox:
  uses: e2b
  with: {template_file: t.yaml, api_key: "\${secret:E2B_API_KEY}"}
`,
    )
    const first = await run('exec', 'agent/agent.yaml', '--', 'cat', '/home/user/t.txt')
    assert.equal(first.stdout, 'from the template\n', first.stderr)
    assert.match(first.stderr, /does not exist yet; building it/)
    const second = await run('exec', 'agent/agent.yaml', '--', 'cat', '/home/user/t.txt')
    assert.equal(second.stdout, 'from the template\n', second.stderr)
    assert.doesNotMatch(second.stderr, /building it/)
  },

  async 'names and tags are the same for both'() {
    assert.equal(await e2b.Template.exists('ours', connection), true)
    assert.equal((await run('template', 'exists', 'theirs')).code, 0)
    assert.equal((await run('template', 'exists', 'nobody')).code, 1)
    assert.equal((await run('template', 'tag', 'ours:v1', 'stable')).code, 0)
    const listed = JSON.parse((await run('template', 'list', '--json')).stdout)
    const ours = listed.find((entry) => entry.names.includes('ours'))
    assert.equal(ours.build_state, 'ready')
    const tags = (await e2b.Template.getTags(ours.template_id, connection)).map((tag) => tag.tag)
    assert.deepEqual(tags.sort(), ['default', 'stable', 'v1'])
    assert.equal((await run('template', 'tag', 'ours', '--remove', 'stable')).code, 0)
    assert.equal((await run('template', 'delete', 'ours')).code, 0)
    assert.equal(await e2b.Template.exists('ours', connection), false)
  },
}

write('context/data/sub/y.txt', 'yy')
write('context/tool.sh', '#!/bin/sh\n')
let failures = 0
try {
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check()
      console.log(`ok   ${name}`)
    } catch (problem) {
      failures += 1
      console.log(`FAIL ${name}: ${problem.stack}`)
    }
  }
} finally {
  const ended = new Promise((resolve) => emulator.once('exit', resolve))
  emulator.stdin.end()
  await ended
  fs.rmSync(scratch, { recursive: true, force: true })
}
process.exit(failures > 0 ? 1 : 0)
