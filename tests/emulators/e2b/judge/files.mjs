import assert from 'node:assert/strict'
import { collector, withSandbox } from './support.mjs'

function inSandbox(work, options) {
  return (context) => withSandbox(context, (sandbox) => work(sandbox, context), options)
}

function bytes(size) {
  let state = 12345
  return Uint8Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state >>> 24
  })
}

async function text(stream) {
  return Buffer.concat(await Array.fromAsync?.(stream) ?? (await all(stream))).toString()
}

async function all(stream) {
  const pieces = []
  for await (const piece of stream) pieces.push(piece)
  return pieces
}

export const checks = {
  'text there and back': inSandbox(async (sandbox) => {
    const written = await sandbox.files.write('new/folder/file.txt', 'grüße\n')
    assert.deepEqual(
      [written.name, written.type, written.path],
      ['file.txt', 'file', '/home/user/new/folder/file.txt']
    )
    assert.equal(await sandbox.files.read('new/folder/file.txt'), 'grüße\n')
    await sandbox.files.write('new/folder/file.txt', 'short')
    assert.equal(await sandbox.files.read('/home/user/new/folder/file.txt'), 'short')
  }),

  'bytes, blobs and streams': inSandbox(async (sandbox) => {
    const content = bytes(3_000_000)
    await sandbox.files.write('bytes', content.buffer)
    const back = await sandbox.files.read('bytes', { format: 'bytes' })
    assert.equal(Buffer.compare(Buffer.from(back), Buffer.from(content)), 0)
    await sandbox.files.write('blob', new Blob(['of a blob']))
    assert.equal(await (await sandbox.files.read('blob', { format: 'blob' })).text(), 'of a blob')
    await sandbox.files.write('stream', new Blob(['of a stream']).stream())
    assert.equal(await text(await sandbox.files.read('stream', { format: 'stream' })), 'of a stream')
    await sandbox.files.write('empty', '')
    assert.equal(await sandbox.files.read('empty'), '')
  }),

  'raw and compressed uploads': inSandbox(async (sandbox) => {
    const content = 'again and again '.repeat(20_000)
    await sandbox.files.write('raw', content, { useOctetStream: true })
    assert.equal(await sandbox.files.read('raw'), content)
    await sandbox.files.write('packed', content, { useOctetStream: true, gzip: true })
    assert.equal(await sandbox.files.read('packed', { gzip: true }), content)
  }),

  'several files in one request': inSandbox(async (sandbox) => {
    const names = ['a.txt', 'sub/b.txt', 'c "quoted" name.txt', 'ünï.txt']
    const files = names.map((name) => ({ path: name, data: `content of ${name}` }))
    const written = await sandbox.files.write(files)
    assert.deepEqual(written.map((one) => one.path), names.map((name) => `/home/user/${name}`))
    for (const file of files) assert.equal(await sandbox.files.read(file.path), file.data)
  }),

  'list with depth, in order': inSandbox(async (sandbox) => {
    await sandbox.commands.run('mkdir -p d/b/c d/a; touch d/z d/a/1 d/b/c/2')
    const paths = async (depth) =>
      (await sandbox.files.list('d', { depth })).map((entry) => entry.path.slice('/home/user/d/'.length))
    assert.deepEqual(await paths(1), ['a', 'b', 'z'])
    assert.deepEqual(await paths(2), ['a', 'a/1', 'b', 'b/c', 'z'])
    assert.deepEqual(await paths(3), ['a', 'a/1', 'b', 'b/c', 'b/c/2', 'z'])
    const [folder, , file] = await sandbox.files.list('d')
    assert.deepEqual([folder.type, folder.permissions, folder.owner], ['dir', 'drwxr-xr-x', 'user'])
    assert.deepEqual([file.type, file.permissions, file.mode], ['file', '-rw-r--r--', 0o644])
  }),

  'info, also of links': inSandbox(async (sandbox, { FileNotFoundError }) => {
    await sandbox.files.write('target', 'four')
    await sandbox.commands.run('ln -s target link; ln -s nowhere broken')
    const info = await sandbox.files.getInfo('link')
    assert.deepEqual([info.type, info.symlinkTarget], ['file', '/home/user/target'])
    assert.equal(info.permissions[0], 'L')
    assert.equal((await sandbox.files.getInfo('target')).size, 4)
    assert.equal(await sandbox.files.exists('broken'), true)
    assert.equal(await sandbox.files.exists('missing'), false)
    await assert.rejects(sandbox.files.getInfo('missing'), FileNotFoundError)
    await assert.rejects(sandbox.files.read('missing'), FileNotFoundError)
  }),

  'make, move, remove': inSandbox(async (sandbox, { InvalidArgumentError, FileNotFoundError }) => {
    assert.equal(await sandbox.files.makeDir('one/two'), true)
    assert.equal(await sandbox.files.makeDir('one/two'), false)
    await sandbox.files.write('one/two/file', 'moved')
    const moved = await sandbox.files.rename('one/two/file', 'three/file')
    assert.equal(moved.path, '/home/user/three/file')
    assert.equal(await sandbox.files.read('three/file'), 'moved')
    await sandbox.files.remove('one')
    assert.equal(await sandbox.files.exists('one'), false)
    await sandbox.files.remove('one')
    await assert.rejects(sandbox.files.list('three/file'), InvalidArgumentError)
    await assert.rejects(sandbox.files.read('three'), InvalidArgumentError)
    await assert.rejects(sandbox.files.list('missing'), FileNotFoundError)
    await assert.rejects(sandbox.files.rename('missing', 'there'), FileNotFoundError)
  }),

  'names that shells and forms stumble over': inSandbox(async (sandbox) => {
    for (const name of ["it's", '$(touch x)', '-rf', 'new\nline', 'a'.repeat(255), '100%', 'a+b c']) {
      await sandbox.files.write(`odd/${name}`, name, { useOctetStream: true })
      assert.equal(await sandbox.files.read(`odd/${name}`), name)
    }
    assert.equal((await sandbox.files.list('odd')).length, 7)
  }),

  'metadata of files': inSandbox(async (sandbox) => {
    await sandbox.files.write('noted', 'x', { metadata: { author: 'judge' } })
    assert.deepEqual((await sandbox.files.getInfo('noted')).metadata, { author: 'judge' })
    await sandbox.files.write('noted', 'y')
    assert.equal((await sandbox.files.getInfo('noted')).metadata, undefined)
  }),

  'watching a directory': inSandbox(async (sandbox, { FileNotFoundError }) => {
    await sandbox.files.makeDir('watched/below')
    const flat = collector()
    const deep = collector()
    const one = await sandbox.files.watchDir('watched', (event) => flat.add(event))
    const two = await sandbox.files.watchDir('watched', (event) => deep.add(event), { recursive: true })
    const has = (name, type) => (items) => items.some((e) => e.name === name && e.type === type)
    await sandbox.files.write('watched/file', 'x')
    await flat.until(has('file', 'create'))
    await flat.until(has('file', 'write'))
    await sandbox.commands.run('echo more >> watched/below/deep')
    await deep.until(has('below/deep', 'write'))
    await sandbox.files.remove('watched/file')
    await flat.until(has('file', 'remove'))
    assert.ok(!flat.items.some((event) => event.name.startsWith('below/')))
    await one.stop()
    await two.stop()
    await assert.rejects(sandbox.files.watchDir('missing', () => {}), FileNotFoundError)
  }),

  'signed addresses': inSandbox(
    async (sandbox) => {
      const upload = await sandbox.uploadUrl('signed/file.txt', { useSignatureExpiration: 60 })
      const form = new FormData()
      form.append('file', new Blob(['through a link']), 'file.txt')
      const sent = await fetch(upload, { method: 'POST', body: form })
      assert.equal(sent.status, 200, await sent.clone().text())
      const download = await sandbox.downloadUrl('signed/file.txt')
      assert.equal(await (await fetch(download)).text(), 'through a link')
      const forged = await fetch(download.replace('signed', 'signs'))
      assert.equal(forged.status, 401)
      const late = await sandbox.downloadUrl('signed/file.txt', { useSignatureExpiration: -60 })
      const refused = await fetch(late)
      assert.deepEqual(
        [refused.status, await refused.json()],
        [401, { code: 401, message: 'signature is already expired' }]
      )
      const part = await fetch(download, { headers: { Range: 'bytes=8-10' } })
      assert.deepEqual([part.status, await part.text()], [206, 'a l'])
    },
    { secure: true }
  ),
}
