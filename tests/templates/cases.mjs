// The same template twice: by calls of the official builder, and as a template file of ours.
import fs from 'node:fs'
import path from 'node:path'

const dockerfile = `FROM python:3.12
ARG FOO=bar
ARG BAZ
RUN apt-get update && \\
    apt-get install -y git
COPY --chown=user:user a.txt q.log /app/
WORKDIR /app
ENV KEY value
CMD ["python","-m","http.server"]
`

export function makeContext(root) {
  const write = (name, content, mode = 0o644) => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true })
    fs.writeFileSync(path.join(root, name), content)
    fs.chmodSync(path.join(root, name), mode)
  }
  write('a.txt', 'hello\n')
  write('q.log', 'log')
  write('tool.sh', '#!/bin/sh\n', 0o755)
  write('d/sub/y.txt', 'yy')
  write('d/.hidden', 'h')
  write('d/empty', '')
  write('big.bin', Buffer.alloc(3_000_000, 7))
  write('key.json', '{"project": "p"}')
  fs.symlinkSync('sub/y.txt', path.join(root, 'd/link'))
  write('Dockerfile', dockerfile)
}

const ready = (e2b, helper) => (t) => t.fromBaseImage().setReadyCmd(helper(e2b))

// [name, calls, template file]
export function cases(e2b) {
  const list = [
    ['nothing', (t) => t.fromBaseImage(), ''],
    ['python-service', (t) => t.fromPythonImage('3.12').setWorkdir('/app')
      .copy(['a.txt', 'q.log'], '/app/', { user: 'root', mode: 0o755 })
      .pipInstall(['numpy', 'pandas']).pipInstall().pipInstall('x', { g: false })
      .aptInstall(['git', 'curl'], { noInstallRecommends: true }).npmInstall(['tsx'], { g: true })
      .npmInstall('x', { dev: true }).npmInstall().setEnvs({ A: '1', B: 'two words' }).setUser('root')
      .runCmd(['a', 'b'], { user: 'root' })
      .setStartCmd('python -m http.server 8000', e2b.waitForPort(8000)), `
base: python
base_version: "3.12"
steps:
  - work_dir: /app
  - copy: {src: [a.txt, q.log], dest: /app/, user: root, mode: 0755}
  - pip: [numpy, pandas]
  - pip:
  - {pip: x, global: false}
  - {apt: [git, curl], no_install_recommends: true}
  - {npm: [tsx], g: true}
  - {npm: x, dev: true}
  - npm:
  - env: {A: 1, B: two words}
  - user: root
  - {run: [a, b], user: root}
start_cmd: python -m http.server 8000
ready_cmd: {port: 8000}
`],
    ['shell-helpers', (t) => t.fromNodeImage()
      .gitClone('https://github.com/a/b.git', '/x y', { branch: 'main', depth: 1, user: 'root' })
      .gitClone('https://github.com/a/b.git')
      .makeDir(['/a', '/b c'], { mode: 0o700 }).makeDir('/d', { user: 'root' })
      .remove('/a', { recursive: true, force: true }).remove(['/b', "/it's"], { user: 'root' })
      .rename('/a', '/b', { force: true }).rename('/c', '/d').makeSymlink('/a', '/b', { force: true })
      .makeSymlink('/c d', '/e', { user: 'root' }), `
base: node
steps:
  - gitClone: {url: https://github.com/a/b.git, path: /x y, branch: main, depth: 1, user: root}
  - git_clone: https://github.com/a/b.git
  - {makeDir: [/a, /b c], mode: 0700}
  - {mkdir: /d, user: root}
  - {remove: /a, recursive: true, force: true}
  - {remove: [/b, "/it's"], user: root}
  - rename: {src: /a, dest: /b, force: true}
  - rename: {from: /c, to: /d}
  - makeSymlink: {src: /a, dest: /b, force: true}
  - symlink: {target: /c d, link: /e, user: root}
`],
    ['skip-all', (t) => t.skipCache().fromBaseImage().runCmd('a'),
      'skip_cache: true\nsteps: [{run: a}]'],
    ['skip-later', (t) => t.fromBaseImage().runCmd('a').skipCache().runCmd('b').copy('a.txt', '/'),
      'steps: [{run: a}, skip_cache, {run: b}, {copy: {src: a.txt, dest: /}}]'],
    ['login', (t) => t.fromImage('ghcr.io/x/y:1', { username: 'u', password: 'p' }),
      'image: ghcr.io/x/y:1\nregistry: {username: u, password: p}'],
    ['login-aws', (t) => t.fromAWSRegistry('i', { accessKeyId: 'a', secretAccessKey: 's', region: 'r' }),
      'image: i\nregistry: {accessKeyId: a, secretAccessKey: s, region: r}'],
    ['login-gcp', (t) => t.fromGCPRegistry('i', { serviceAccountJSON: { a: 'b', c: { d: 'e' } } }),
      'image: i\nregistry: {serviceAccountJSON: {a: b, c: {d: e}}}'],
    ['login-gcp-file', (t) => t.fromGCPRegistry('i', { serviceAccountJSON: 'key.json' }),
      'image: i\nregistry: {serviceAccountJSON: key.json}'],
    ['from-template', (t) => t.fromTemplate('code-interpreter-v1').setReadyCmd(e2b.waitForTimeout(1500)),
      'from_template: code-interpreter-v1\nready_cmd: {timeout: 1500}'],
    ['mcp', (t) => t.fromTemplate('mcp-gateway').addMcpServer(['exa', 'brave']).addMcpServer('time'),
      'from_template: mcp-gateway\nsteps: [{mcp_servers: [exa, brave]}, {addMcpServer: time}]'],
    ['devcontainer', (t) => t.fromTemplate('devcontainer').betaDevContainerPrebuild('/my app')
      .betaSetDevContainerStart('/my app'),
      'from_template: devcontainer\nsteps: [{devcontainer_prebuild: /my app}]\ndevcontainer_start: /my app'],
    ['packages', (t) => t.fromBunImage().bunInstall(['a', 'b'], { g: true }).bunInstall('c', { dev: true })
      .bunInstall().aptInstall('x', { fixMissing: true }),
      'base: bun\nsteps: [{bun: [a, b], g: true}, {bun: c, dev: true}, {bun: }, {apt: x, fixMissing: true}]'],
    ['copies', (t) => t.fromBaseImage().copyItems([{ src: 'd', dest: '/d', mode: 0o644 },
      { src: ['a.txt', 'tool.sh'], dest: '/bin/', user: 'u', forceUpload: true }]).copy('./d/sub', 'sub')
      .copy('*.txt', '/t/').copy('d/**', '/x').copy('big.bin', '/big')
      .copy('d/link', '/l', { resolveSymlinks: true }), `
steps:
  - copyItems:
      - {src: d, dest: /d, mode: "0644"}
      - {src: [a.txt, tool.sh], dest: /bin/, user: u, forceUpload: true}
  - {copy: ./d/sub, dest: sub}
  - copy: {src: "*.txt", dest: /t/}
  - copy: {src: "d/**", dest: /x}
  - copy: {src: big.bin, dest: /big}
  - copy: {src: d/link, dest: /l, resolveSymlinks: true}
`],
    ['whole-context', (t) => t.fromBaseImage().copy('.', '/all'), 'steps: [{copy: {src: ., dest: /all}}]'],
    ['dockerfile', (t, root) => t.fromDockerfile(path.join(root, 'Dockerfile')).aptInstall(['jq']),
      'base: custom\ndockerfile: Dockerfile\naptPackages: [jq]'],
    ['ready-url', ready(e2b, (s) => s.waitForURL('http://localhost:3000/a?b=c')),
      'ready_cmd: {url: "http://localhost:3000/a?b=c"}'],
    ['ready-status', ready(e2b, (s) => s.waitForURL('http://l', 204)), 'ready_cmd: {url: "http://l", status: 204}'],
    ['ready-process', ready(e2b, (s) => s.waitForProcess('my d')), 'ready_cmd: {process: my d}'],
    ['ready-file', ready(e2b, (s) => s.waitForFile('/tmp/r')), 'ready_cmd: {file: /tmp/r}'],
    ['ready-text', ready(e2b, () => 'test -f /x'), 'ready_cmd: test -f /x'],
  ]
  const bases = { Debian: 'debian', Ubuntu: 'ubuntu', Fedora: 'fedora', Alpine: 'alpine', Arch: 'arch', Python: 'python', Node: 'node', Bun: 'bun' }
  for (const [call, base] of Object.entries(bases)) {
    list.push([`${base}-default`, (t) => t[`from${call}Image`](), `base: ${base}`])
    list.push([`${base}-version`, (t) => t[`from${call}Image`]('1.2'), `base: ${base}\nbaseVersion: "1.2"`])
  }
  return list
}

// As the guide that people come from builds it.
export const dataAnalysis = (t) => t.fromPythonImage('3.11').aptInstall(['graphviz'])
  .pipInstall(['pandas', 'numpy', 'matplotlib']).setWorkdir('/workspace')
