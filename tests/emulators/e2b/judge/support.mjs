// What several groups of checks need.

// A sandbox for one check, gone after it.
export async function withSandbox({ Sandbox }, work, options = {}) {
  const sandbox = await Sandbox.create('base', { timeoutMs: 120_000, ...options })
  try {
    return await work(sandbox)
  } finally {
    await sandbox.kill()
  }
}

// A promise and what settles it.
export function pending() {
  let resolve, reject
  const promise = new Promise((good, bad) => {
    resolve = good
    reject = bad
  })
  return { promise, resolve, reject }
}

// Collects what comes, and lets a check wait until a condition on all of it holds.
export function collector() {
  const items = []
  let waiting = []
  return {
    items,
    add(item) {
      items.push(item)
      waiting = waiting.filter(({ condition, resolve }) => !(condition(items) && (resolve(), true)))
    },
    until(condition) {
      if (condition(items)) return Promise.resolve()
      const { promise, resolve } = pending()
      waiting.push({ condition, resolve })
      return promise
    },
  }
}
