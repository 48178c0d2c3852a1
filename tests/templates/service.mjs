// A template service that records what it is sent, and is content with everything.
import http from 'node:http'

export async function startService() {
  const seen = { create: null, start: null, archives: new Map() }
  const server = http.createServer((request, response) => {
    const pieces = []
    request.on('data', (piece) => pieces.push(piece))
    request.on('end', () => answer(request, Buffer.concat(pieces), response))
  })

  function answer(request, body, response) {
    const url = new URL(request.url, 'http://localhost')
    const reply = (status, json) => {
      const text = json === undefined ? '' : JSON.stringify(json)
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      response.end(text)
    }
    if (request.method === 'PUT') {
      if (request.headers['content-length'] === undefined) return reply(501)
      if (request.headers['x-api-key'] !== undefined) return reply(400)
      seen.archives.set(url.pathname.split('/').pop(), body)
      return reply(200)
    }
    const route = `${request.method} ${url.pathname}`
    if (route === 'POST /v3/templates') {
      seen.create = JSON.parse(body)
      return reply(202, { templateID: 'tid', buildID: 'bid', public: false, names: [], tags: [], aliases: [] })
    }
    const file = url.pathname.match(/^\/templates\/tid\/files\/([0-9a-f]{64})$/)
    if (file) return reply(201, { present: false, url: `${address()}/storage/${file[1]}` })
    if (route === 'POST /v2/templates/tid/builds/bid') {
      seen.start = JSON.parse(body)
      return reply(202)
    }
    if (route === 'GET /templates/tid/builds/bid/status') {
      return reply(200, { templateID: 'tid', buildID: 'bid', status: 'ready', logs: [], logEntries: [] })
    }
    reply(404, { code: 404, message: `no route ${route}` })
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = () => `http://127.0.0.1:${server.address().port}`
  return {
    url: address(),
    // What came since the last call.
    take() {
      const taken = { ...seen }
      Object.assign(seen, { create: null, start: null, archives: new Map() })
      return taken
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
