/** LiveKit as a child of an installation: configured, adopted when it still fits, or started. */
import { createHash } from 'node:crypto'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureLiveKit } from '../setup/livekit.mjs'
import { say } from '../setup/shell.mjs'
import { SupervisedChild } from './child.mjs'
import { localAddresses } from './lan.mjs'
import { liveKitKeys, liveKitYaml } from './livekit-config.mjs'
import { endProcess, isAlive, readPid } from './pids.mjs'
import { chooseLiveKitPorts } from './plan.mjs'

export const LIVEKIT_GRACE_MS = 4_000

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
export async function startLiveKit(context, addresses) {
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

/** What the API must know to use it; nothing when there is no LiveKit. */
export function liveKitEnvironment({ source, ports, keys }) {
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
