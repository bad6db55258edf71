/** A whole running installation: LiveKit and the API as separate children of whoever calls this. */

import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { existsSync, mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { dataDirectory, loadEnvironment } from '../setup/env-file.mjs'
import { localBin, PlainError, ROOT, warn } from '../setup/shell.mjs'
import { SupervisedChild } from './child.mjs'
import { LIVEKIT_GRACE_MS, liveKitEnvironment, startLiveKit } from './livekit-child.mjs'
import { giveUp, hold } from './locks.mjs'
import { endProcess, isAlive, readPid, removePid, signalGroup, writePid } from './pids.mjs'
import { planAddresses, releasePorts } from './plan.mjs'
import { liveKitAnswers, tailOf, waitForApi, waitUntil } from './readiness.mjs'

const API_GRACE_MS = 10_000
const LIVEKIT_READY_MS = 15_000

const lockOf = (dataDir) => `data ${realpathSync(dataDir)}`

/** One installation runs on a data directory: of two that start at once, one. */
async function claimData(runDir, dataDir) {
  const isOurs = await hold(lockOf(dataDir))
  const other = readPid(runDir, 'supervisor')
  const isOther = other?.pid !== process.pid && isAlive(other)
  if (isOurs && !isOther) return
  if (isOurs) giveUp(lockOf(dataDir))
  const who = isOther ? [`${other.pid}`, other.url ?? ''] : ['?', '']
  throw new PlainError(
    `${dataDir} 的服务已在运行（进程 ${who[0]}，${who[1]}）。`,
    `An installation of ${dataDir} is already running (process ${who[0]}, ${who[1]}).`,
  )
}

function apiEnvironment(context, addresses, liveKit) {
  const tls = addresses.tls ? { TLS_CERT: addresses.tls.cert, TLS_KEY: addresses.tls.key } : {}
  const internal = addresses.internalPort ? { INTERNAL_PORT: String(addresses.internalPort) } : {}
  return {
    ...context.env,
    INSTANCE: context.instance,
    NODE_ENV: context.dev ? 'development' : 'production',
    HOST: addresses.host,
    PORT: String(addresses.port),
    DATA_DIR: context.dataDir,
    PUBLIC_URL: addresses.publicUrl,
    LIVEKIT_NODE_IP: addresses.nodeIp,
    ...tls,
    ...internal,
    ...liveKitEnvironment(liveKit),
  }
}

function apiLaunch(context, env) {
  const args = context.dev
    ? [localBin('tsx'), 'watch', '--clear-screen=false', 'api/main.ts']
    : ['--enable-source-maps', join('dist', 'api', 'main.js')]
  return () => ({ command: process.execPath, args, env, cwd: ROOT })
}

async function startApi(context, addresses, liveKit, children) {
  const { runDir, logFile } = context
  const child = new SupervisedChild({
    name: 'api',
    runDir,
    logFile: context.quiet ? logFile('api') : undefined,
    launch: apiLaunch(context, apiEnvironment(context, addresses, liveKit)),
  })
  children.api = child // known before it runs: whatever ends us now must end it too
  let wasReady = false
  const died = new Promise((_, reject) => {
    child.on('down', ({ code, signal, isStopping }) => {
      if (wasReady || isStopping || context.dev) return
      const log = context.quiet ? `\n${tailOf(logFile('api'))}` : ''
      reject(
        new PlainError(
          `API 未能启动（${code ?? signal}）。${log}`,
          `The API did not start (${code ?? signal}).${log}`,
        ),
      )
    })
  })
  child.start()
  await Promise.race([waitForApi(addresses.internalUrl, context.readyTimeoutMs, context.instance), died])
  wasReady = true
}

function makeContext(options) {
  const env = { ...loadEnvironment(), ...options.env }
  const dataDir = options.dataDir ?? dataDirectory(env)
  if (options.port !== undefined) env.PORT = String(options.port)
  const runDir = join(dataDir, 'run')
  mkdirSync(runDir, { recursive: true, mode: 0o700 })
  const logFile = (name) => join(dataDir, 'logs', `${name}.log`)
  // By this name we know that it is our API that answers, and not another one that has taken the port.
  const instance = randomUUID()
  return { readyTimeoutMs: 60_000, quiet: false, ...options, env, dataDir, runDir, logFile, instance }
}

/** Says what happened to a child, so that a restart is never silent. */
function report(child, name, context) {
  child.on('down', ({ code, signal, delayMs, isStopping }) => {
    if (isStopping || context.quiet) return
    const why = signal ?? code ?? '?'
    warn(
      `${name} 已退出（${why}），${delayMs} 毫秒后重启。`,
      `${name} ended (${why}); restarting in ${delayMs} ms.`,
    )
  })
}

/**
 * Starts LiveKit (unless one is given or none can be had) and the API, and keeps both alive.
 * Expects packages and dist/ to be there (`ensurePackages`, `ensureBuild`). Types: installation.d.mts.
 */
export async function startInstallation(options = {}) {
  const context = makeContext(options)
  const { runDir, dataDir } = context
  if (!context.dev && !existsSync(join(ROOT, 'dist', 'api', 'main.js')))
    throw new PlainError(
      '缺少 dist/api/main.js：请先运行 npm start。',
      'dist/api/main.js is missing: run npm start first.',
    )
  await claimData(runDir, dataDir)
  const children = {}
  const killAll = () => {
    for (const child of Object.values(children)) if (child?.pid) signalGroup(child.pid, 'SIGKILL')
  }
  process.once('exit', killAll)
  let addresses
  let liveKit
  const stop = async () => {
    await children.api?.stop(API_GRACE_MS)
    await children.livekit?.stop(LIVEKIT_GRACE_MS, { isRepeated: true })
    process.off('exit', killAll)
    if (readPid(runDir, 'supervisor')?.pid === process.pid) removePid(runDir, 'supervisor')
    giveUp(lockOf(dataDir))
    if (addresses) releasePorts({ port: addresses.port, liveKitPorts: liveKit?.ports })
  }
  try {
    writePid(runDir, 'supervisor', process.pid)
    // An API without its supervisor serves nobody well: end it, its successor starts in a moment.
    await endProcess(readPid(runDir, 'api'), API_GRACE_MS)
    addresses = await planAddresses(context)
    writePid(runDir, 'supervisor', process.pid, { url: addresses.publicUrl })
    liveKit = await startLiveKit(context, addresses)
    children.livekit = liveKit.child
    if (liveKit.child) report(liveKit.child, 'LiveKit', context)
    await startApi(context, addresses, liveKit, children)
    report(children.api, 'API', context)
    if (liveKit.child && !(await waitUntil(() => liveKitAnswers(liveKit.ports.port), LIVEKIT_READY_MS)))
      warn(
        `LiveKit 没有应答，日志：${context.logFile('livekit')}`,
        `LiveKit does not answer; see ${context.logFile('livekit')}`,
      )
  } catch (error) {
    await stop()
    throw error
  }
  return controls({ context, addresses, liveKit, children, stop })
}

/** What the caller may do with a running installation. */
function controls({ context, addresses, liveKit, children, stop }) {
  const events = new EventEmitter()
  for (const [name, child] of Object.entries(children)) {
    child?.on('up', (pid) => events.emit('up', name, pid))
    child?.on('down', (facts) => events.emit('down', name, facts))
  }
  const apiReady = () => waitForApi(addresses.internalUrl, context.readyTimeoutMs, context.instance)
  const liveKitReady = () => waitUntil(() => liveKitAnswers(liveKit.ports.port), LIVEKIT_READY_MS)
  let stopping
  return {
    url: addresses.publicUrl,
    demoUrl: `${addresses.publicUrl}/demo/`,
    internalUrl: addresses.internalUrl,
    dataDir: context.dataDir,
    port: addresses.port,
    livekit: { kind: liveKit.source.kind, ports: liveKit.ports, keys: liveKit.keys },
    events,
    pids: () => ({ api: children.api?.pid, livekit: children.livekit?.pid }),
    killApi: (signal) => children.api.kill(signal),
    killLiveKit: (signal) => children.livekit?.kill(signal),
    restartApi: async () => {
      await children.api.restart(API_GRACE_MS)
      await apiReady()
    },
    apiReady,
    liveKitReady,
    stop: () => {
      stopping ??= stop()
      return stopping
    },
  }
}
