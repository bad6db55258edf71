/** Waiting for what was started to answer. */
import { existsSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { PlainError } from '../setup/shell.mjs'

const POLL_MS = 100
/** Once alive, the API gets this long to call itself ready; after that its answer is taken as it is. */
const READY_EXTRA_MS = 10_000

/** Asks again and again until the answer is yes; false when the time is over. */
export async function waitUntil(isDone, timeoutMs) {
  const end = performance.now() + timeoutMs
  while (!(await isDone())) {
    if (performance.now() > end) return false
    await sleep(POLL_MS)
  }
  return true
}

/** 0 where nobody answers, or somebody else. */
async function statusOf(url, instance) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.arrayBuffer()
    return instance && response.headers.get('x-instance') !== instance ? 0 : response.status
  } catch {
    return 0 // not listening yet
  }
}

/** Resolves when `/readyz` says yes, or when `/healthz` does and readiness stays out; of `instance` alone. */
export async function waitForApi(url, timeoutMs, instance) {
  if (!(await waitUntil(async () => (await statusOf(`${url}/healthz`, instance)) === 200, timeoutMs))) {
    const seconds = Math.round(timeoutMs / 1000)
    throw new PlainError(
      `API 在 ${seconds} 秒内没有应答（${url}）。`,
      `The API did not answer within ${seconds} s (${url}).`,
    )
  }
  await waitUntil(async () => {
    const status = await statusOf(`${url}/readyz`, instance)
    return status === 200 || status === 404
  }, READY_EXTRA_MS)
}

export function canConnect(port, host = '127.0.0.1', timeoutMs = 2_000) {
  return new Promise((done) => {
    const socket = connect({ port, host, timeout: timeoutMs })
    const end = (answer) => {
      socket.destroy()
      done(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}

/** 406 is LiveKit saying that its own statistics are stale: it answers, which is what was asked. */
export async function liveKitAnswers(port) {
  const status = await statusOf(`http://127.0.0.1:${port}/`)
  return status === 200 || status === 406
}

export function tailOf(file, lines = 20) {
  if (!existsSync(file)) return ''
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
}
