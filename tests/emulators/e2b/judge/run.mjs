// Lets the official client judge the emulator: one group of checks, each in the order of its file.
//
// usage: run.mjs FOLDER PACKAGE EMULATOR GROUP [OPTION_OF_THE_EMULATOR...]
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'

const [folder, packageName, emulator, group, ...options] = process.argv.slice(2)
const secondsPerCheck = 60

const child = spawn(emulator, ['--until-stdin-closes', ...options], { stdio: ['pipe', 'pipe', 'inherit'] })
const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })))
const ready = JSON.parse(
  await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve)
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`the emulator ended with ${code}`)))
  })
)
Object.assign(process.env, ready)
for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'all_proxy']) {
  delete process.env[name]
}
const client = createRequire(`${folder}/package.json`)(packageName)

// What every group gets: the client, and what a test tells the emulator directly.
const emulated = {
  url: ready.E2B_API_URL,
  isolated: ready.isolation === 'namespace',
  async rules(...rules) {
    await fetch(`${ready.E2B_API_URL}/_emulator/rules`, { method: 'DELETE' })
    const told = await fetch(`${ready.E2B_API_URL}/_emulator/rules`, {
      method: 'POST',
      body: JSON.stringify(rules),
    })
    if (told.status !== 204) throw new Error(await told.text())
  },
  async interfere(sandbox, what) {
    await fetch(`${ready.E2B_API_URL}/_emulator/sandboxes/${sandbox.sandboxId}/${what}`, {
      method: 'POST',
    })
  },
}

async function limited(work) {
  let timer
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done in ${secondsPerCheck} s`)),
                       secondsPerCheck * 1000)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const { checks } = await import(`./${group}.mjs`)
const context = { ...client, emulated, client }
let failed = 0
for (const [name, check] of Object.entries(checks)) {
  try {
    await limited(check(context))
    console.log(`ok   ${name}`)
  } catch (error) {
    failed += 1
    console.log(`FAIL ${name}\n${error.stack}`)
  }
}
child.stdin.end()
const { code, signal } = await ended
if (code !== 0) {
  console.log(`FAIL the emulator ended with ${code ?? signal}`)
  failed += 1
}
process.exit(failed === 0 ? 0 : 1)
