// Planning a template with a large context: ours against the official client, in one run.
// usage: node templates.mjs SANDPORT FOLDER PACKAGE [FILES [BYTES]]
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const [sandport, folder, packageName, files = '100000', bytes = '2000000000'] = process.argv.slice(2)

if (process.env.MEASURED_CONTEXT) {
  const { createRequire } = await import('node:module')
  const { Template } = createRequire(path.join(folder, 'package.json'))(packageName)
  const template = Template({ fileContextPath: process.env.MEASURED_CONTEXT }).fromBaseImage().copy('data', '/data')
  const json = JSON.parse(await Template.toJSON(template, true))
  console.log(json.steps[0].filesHash)
  process.exit(0)
}

// Wall time in seconds and peak memory in MB of a command, and what it printed.
function measure(command, argv, environment = {}) {
  const timed = spawnSync('/usr/bin/env', ['python3', '-c', `
import json, resource, subprocess, sys, time
begun = time.monotonic()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE)
print(json.dumps({'wall': time.monotonic() - begun, 'status': done.returncode,
  'peak': resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6, 'out': done.stdout.decode()[:10_000_000]}))
`, command, ...argv], { env: { ...process.env, ...environment }, maxBuffer: 1 << 30 })
  const result = JSON.parse(timed.stdout)
  if (result.status !== 0) throw new Error(`${command} failed: ${timed.stderr}`)
  return result
}

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'sandport-bench-templates-'))
try {
  const size = Math.floor(Number(bytes) / Number(files))
  const content = Buffer.alloc(size, 'some content ')
  for (let i = 0; i < Number(files); ++i) {
    const directory = path.join(scratch, 'data', `d${Math.floor(i / 200)}`)
    if (i % 200 === 0) fs.mkdirSync(directory, { recursive: true })
    fs.writeFileSync(path.join(directory, `f${i}`), content)
  }
  fs.writeFileSync(path.join(scratch, 't.yaml'), 'name: large\nsteps: [{copy: {src: data, dest: /data}}]\n')
  const environment = { HOME: scratch, SANDPORT_HOME: path.join(scratch, 'state'), E2B_API_KEY: '' }
  const plan = () => measure(sandport, ['template', 'plan', path.join(scratch, 't.yaml'), '--json'], environment)
  plan() // the files are in memory now, for both
  const ours = plan()
  const theirs = measure(process.execPath, [fileURLToPath(import.meta.url), sandport, folder, packageName], {
    MEASURED_CONTEXT: scratch,
  })
  const same = ours.out.includes(theirs.out.trim())
  const line = (name, { wall, peak }) => `${name.padEnd(22)} ${wall.toFixed(2).padStart(8)} s ${peak.toFixed(0).padStart(7)} MB`
  console.log(`plan and hash ${files} files, ${(Number(bytes) / 1e9).toFixed(1)} GB; the hashes are ${same ? 'equal' : 'DIFFERENT'}`)
  console.log(line('sandport', ours))
  console.log(line(packageName, theirs))
  console.log(line('tar czf', measure('tar', ['czf', path.join(scratch, 'a.tgz'), '-C', scratch, 'data'])))
} finally {
  fs.rmSync(scratch, { recursive: true, force: true })
}
