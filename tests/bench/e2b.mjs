// What bench_e2b does, with the official client.
// usage: node e2b.mjs FOLDER commands|transfer|watch [SANDBOXES]
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const [folder, what, sandboxes] = process.argv.slice(2)
const { Sandbox } = createRequire(path.join(folder, 'package.json'))('e2b')
const chunkSize = 1 << 20
const chunks = 256

const report = (name, value) => console.log(`${name} ${value}`)
const microseconds = (begin) => (performance.now() - begin) * 1e3
const create = () => Sandbox.create('base', { timeoutMs: 3_600_000 })

function memory(name) {
  const line = fs.readFileSync('/proc/self/status', 'utf8').split('\n').find((text) => text.startsWith(`${name}:`))
  return (Number(line.split(/\s+/)[1]) * 1024) / 1e6
}

function check(condition, problem) {
  if (!condition) throw new Error(problem)
}

async function timed(work) {
  const begin = performance.now()
  await work()
  return microseconds(begin)
}

// `work` on all items, 16 at a time.
async function onAll(items, work) {
  let next = 0
  const worker = async () => {
    while (next < items.length) await work(items[next++])
  }
  await Promise.all(Array.from({ length: 16 }, worker))
}

async function commands() {
  let sandbox
  const once = () => sandbox.commands.run('true')
  report('first_command', await timed(async () => {
    sandbox = await create()
    await once()
  }))
  const times = []
  for (let i = 0; i < 100; ++i) times.push(await timed(once))
  times.sort((a, b) => a - b)
  report('exec_p50', times[50])
  report('exec_p99', times[99])
  report('exec_64', await timed(() => Promise.all(Array.from({ length: 64 }, once))))
  const small = 'x'.repeat(1024)
  const written = await timed(async () => {
    for (let i = 0; i < 200; ++i) await sandbox.files.write(`small-${i}`, small)
  })
  const read = await timed(async () => {
    for (let i = 0; i < 200; ++i) check((await sandbox.files.read(`small-${i}`)) === small, 'read wrongly')
  })
  report('small_writes', (200 * 1e6) / written)
  report('small_reads', (200 * 1e6) / read)
  await sandbox.kill()
}

function largeContent() {
  let state = 12345
  const chunk = Uint8Array.from({ length: chunkSize }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  })
  let left = chunks
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(chunk.slice())
      else controller.close()
    },
  })
}

async function transfer() {
  const sandbox = await create()
  const options = { requestTimeoutMs: 600_000 }
  const up = await timed(() =>
    sandbox.files.write('large', largeContent(), { ...options, useOctetStream: true }))
  let size = 0
  const down = await timed(async () => {
    const content = await sandbox.files.read('large', { ...options, format: 'stream' })
    for await (const piece of content) size += piece.length
  })
  check(size === chunkSize * chunks, 'the large file was read wrongly')
  report('up', size / up) // MB/s
  report('down', size / down)
  await sandbox.kill()
}

async function watch() {
  const before = memory('VmRSS')
  const all = Array.from({ length: Number(sandboxes) }, () => ({}))
  report('watch_begin', await timed(() =>
    onAll(all, async (watched) => {
      watched.sandbox = await create()
      watched.seen = new Promise((resolve) => (watched.onCreate = resolve))
      watched.handle = await watched.sandbox.files.watchDir(
        '.', (event) => event.type === 'create' && watched.onCreate(), { timeoutMs: 0 })
    })))
  report('watch_kib', ((memory('VmRSS') - before) * 1e6) / 1024 / all.length)
  report('watch_seen', await timed(async () => {
    await onAll(all, (watched) => watched.sandbox.files.write('seen', 'x'))
    await Promise.all(all.map((watched) => watched.seen))
  }))
  await onAll(all, async (watched) => {
    await watched.handle.stop().catch(() => {})
    await watched.sandbox.kill()
  })
}

await { commands, transfer, watch }[what]()
report('peak_mb', memory('VmHWM'))
process.exit(0)
