/** A whole running installation: LiveKit and the API as separate children of whoever calls this. */
import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataDirectory, loadEnvironment } from '../setup/env-file.mjs'
import { ensureLiveKit } from '../setup/livekit.mjs'
import { localBin, PlainError, ROOT, say, warn } from '../setup/shell.mjs'
import { SupervisedChild } from './child.mjs'
import { localAddresses } from './lan.mjs'
import { liveKitKeys, liveKitYaml } from './livekit-config.mjs'
import { endProcess, isAlive, readPid, removePid, signalGroup, writePid } from './pids.mjs'
import { chooseLiveKitPorts, planAddresses, releasePorts } from './plan.mjs'
import { liveKitAnswers, tailOf, waitForApi, waitUntil } from './readiness.mjs'

const API_GRACE_MS = 10_000
const LIVEKIT_GRACE_MS = 4_000
const LIVEKIT_READY_MS = 15_000

function refuseSecond(runDir, dataDir) {
  const other = readPid(runDir, 'supervisor')
  if (other?.pid === process.pid || !isAlive(other)) return
  throw new PlainError(
    `${dataDir} 的服务已在运行（进程 ${other.pid}，${other.url ?? ''}）。`,
    `An installation of ${dataDir} is already running (process ${other.pid}, ${other.url ?? ''}).`,
  )
}

/** Writes livekit.yaml and says what the child must be like; `facts` lets a later start recognise it. */
function configureLiveKit(source, context, addresses, ports) {
  const { dataDir, env } = context
  const keys = liveKitKeys(dataDir)
  const yaml = liveKitYaml({
    ports,
    keys,
    nodeIp: addresses.nodeIp,
    localIps: localAddresses(),
    webhookUrl: `${addresses.internalUrl}/api/v1/livekit/webhook`,
    stunServers: (env.LIVEKIT_STUN_SERVERS || '')
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
    turnUdpPort: Number(env.LIVEKIT_TURN_UDP_PORT) || undefined,
  })
  const file = join(dataDir, 'livekit.yaml')
  writeFileSync(file, yaml, { mode: 0o600 })
  chmodSync(file, 0o600)
  const hash = createHash('sha256').update(source.binary).update('\0').update(yaml).digest('hex')
  return { file, keys, facts: { hash, ports } }
}

/** LiveKit left alive by a supervisor that was killed is kept, with the calls in it, if it still fits. */
async function startLiveKit(context, addresses) {
  const { runDir, env, dataDir, logFile } = context
  const source = context.livekit ?? (await ensureLiveKit(env))
  if (source.kind !== 'managed') return { source }
  const left = readPid(runDir, 'livekit')
  const ports = isAlive(left) && left.ports ? left.ports : await chooseLiveKitPorts(dataDir, env)
  const { file, keys, facts } = configureLiveKit(source, context, addresses, ports)
  const child = new SupervisedChild({
    name: 'livekit',
    runDir,
    facts,
    logFile: logFile('livekit'),
    launch: () => ({ command: source.binary, args: ['--config', file], env, cwd: dataDir }),
  })
  if (isAlive(left) && left.hash === facts.hash) {
    if (!context.quiet)
      say(`接管仍在运行的 LiveKit（进程 ${left.pid}）`, `Adopting the living LiveKit (process ${left.pid})`)
    child.adopt(left)
  } else {
    await endProcess(left, LIVEKIT_GRACE_MS, { isRepeated: true })
    child.start()
  }
  return { source, child, ports, keys }
}

function liveKitEnvironment({ source, ports, keys }) {
  if (source.kind === 'external') {
    return { LIVEKIT_URL: source.url, LIVEKIT_API_KEY: source.apiKey, LIVEKIT_API_SECRET: source.apiSecret }
  }
  if (source.kind === 'none') return {}
  return {
    LIVEKIT_URL: `http://127.0.0.1:${ports.port}`,
    LIVEKIT_API_KEY: keys.apiKey,
    LIVEKIT_API_SECRET: keys.apiSecret,
    LIVEKIT_MANAGED: '1',
    LIVEKIT_TCP_PORT: String(ports.tcp),
    LIVEKIT_UDP_PORT: String(ports.udp),
  }
}

function apiEnvironment(context, addresses, liveKit) {
  const tls = addresses.tls ? { TLS_CERT: addresses.tls.cert, TLS_KEY: addresses.tls.key } : {}
  const internal = addresses.internalPort ? { INTERNAL_PORT: String(addresses.internalPort) } : {}
  return {
    ...context.env,
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
  await Promise.race([waitForApi(addresses.internalUrl, context.readyTimeoutMs), died])
  wasReady = true
}

function makeContext(options) {
  const env = { ...loadEnvironment(), ...options.env }
  const dataDir = options.dataDir ?? dataDirectory(env)
  if (options.port !== undefined) env.PORT = String(options.port)
  const runDir = join(dataDir, 'run')
  mkdirSync(runDir, { recursive: true, mode: 0o700 })
  const logFile = (name) => join(dataDir, 'logs', `${name}.log`)
  return { readyTimeoutMs: 60_000, quiet: false, ...options, env, dataDir, runDir, logFile }
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
  refuseSecond(runDir, dataDir)
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
  const apiReady = () => waitForApi(addresses.internalUrl, context.readyTimeoutMs)
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
