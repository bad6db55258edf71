/** Decides, before anything is started, on which ports and addresses an installation will run. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PlainError, warn } from '../setup/shell.mjs'
import { ensureCertificate, lanAddress } from './lan.mjs'
import { isLoopback } from './livekit-config.mjs'
import { findBlock, release, takeBlock } from './ports.mjs'

const API_PORT = 8787
const LIVEKIT_PORT = 7880
/** Distances from a block's first port. */
const LIVEKIT_OFFSETS = { port: 0, tcp: 1, udp: 2, prometheus: 9 }

function portsFile(dataDir) {
  return join(dataDir, 'run', 'ports.json')
}

function rememberedPorts(dataDir) {
  try {
    return JSON.parse(readFileSync(portsFile(dataDir), 'utf8'))
  } catch {
    return {} // the first start
  }
}

/** Bookmarks, firewall rules and a phone's open page should survive a restart. */
export function rememberPorts(dataDir, ports) {
  const file = portsFile(dataDir)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify({ ...rememberedPorts(dataDir), ...ports }, null, 2)}\n`)
}

function portFrom(env, name) {
  if (!env[name]) return undefined
  const port = Number(env[name])
  if (Number.isInteger(port) && port > 0 && port < 65_534) return port
  throw new PlainError(`${name}=${env[name]} 不是有效端口。`, `${name}=${env[name]} is not a port.`)
}

/** The API takes PORT, PORT + 1 (the demo's host page) and PORT + 2 (plain HTTP for LiveKit beside HTTPS). */
export async function chooseApiPort(dataDir, env, host) {
  const wishes = [
    { offset: 0, host },
    { offset: 1, host },
    { offset: 2, host: '127.0.0.1' },
  ]
  const given = portFrom(env, 'PORT')
  if (given !== undefined) {
    if (await takeBlock(given, wishes)) return given
    throw new PlainError(
      `端口 ${given}、${given + 1} 或 ${given + 2} 已被占用：请结束占用它的程序，或另设 PORT。`,
      `Port ${given}, ${given + 1} or ${given + 2} is in use: end what uses it, or set another PORT.`,
    )
  }
  const remembered = rememberedPorts(dataDir).api
  if (remembered && (await takeBlock(remembered, wishes))) return remembered
  const port = await findBlock(API_PORT, wishes)
  if (port !== (remembered ?? API_PORT))
    warn(
      `端口 ${remembered ?? API_PORT} 被占用，改用 ${port}。`,
      `Port ${remembered ?? API_PORT} is in use; taking ${port}.`,
    )
  rememberPorts(dataDir, { api: port })
  return port
}

/** Media ports are opened on every address, so they are tried on every address. */
function liveKitWishes(ports) {
  return [
    { offset: ports.port, host: '127.0.0.1' },
    { offset: ports.tcp },
    { offset: ports.udp, udp: true },
    { offset: ports.prometheus, host: '127.0.0.1' },
  ]
}

export async function chooseLiveKitPorts(dataDir, env) {
  const remembered = rememberedPorts(dataDir).livekit
  const first = portFrom(env, 'LIVEKIT_PORT') ?? remembered?.port ?? LIVEKIT_PORT
  const wanted = {
    port: first,
    tcp: portFrom(env, 'LIVEKIT_TCP_PORT') ?? remembered?.tcp ?? first + LIVEKIT_OFFSETS.tcp,
    udp: portFrom(env, 'LIVEKIT_UDP_PORT') ?? remembered?.udp ?? first + LIVEKIT_OFFSETS.udp,
    prometheus: remembered?.prometheus ?? first + LIVEKIT_OFFSETS.prometheus,
  }
  if (await takeBlock(0, liveKitWishes(wanted))) return wanted
  const base = await findBlock(LIVEKIT_PORT, liveKitWishes(LIVEKIT_OFFSETS))
  const ports = Object.fromEntries(
    Object.entries(LIVEKIT_OFFSETS).map(([name, offset]) => [name, base + offset]),
  )
  warn(
    `LiveKit 端口 ${wanted.port}/${wanted.tcp}/${wanted.udp} 被占用，改用 ${ports.port}/${ports.tcp}/${ports.udp}。`,
    `LiveKit ports ${wanted.port}/${wanted.tcp}/${wanted.udp} are in use; taking ${ports.port}/${ports.tcp}/${ports.udp}.`,
  )
  rememberPorts(dataDir, { livekit: ports })
  return ports
}

export function releasePorts(plan) {
  const { port, liveKitPorts } = plan
  release([port, port + 1, port + 2, ...Object.values(liveKitPorts ?? {})])
}

/**
 * Where the API listens and what others call it.
 * @returns {Promise<{host, port, nodeIp, tls, publicUrl, internalUrl, internalPort}>}
 */
export async function planAddresses({ dataDir, env, lan }) {
  const host = lan ? '0.0.0.0' : env.HOST || '127.0.0.1'
  const port = await chooseApiPort(dataDir, env, host)
  const isOpen = !isLoopback(host)
  const nodeIp = env.LIVEKIT_NODE_IP || (isOpen ? lanAddress() : '127.0.0.1')
  const given = env.TLS_CERT && env.TLS_KEY ? { cert: env.TLS_CERT, key: env.TLS_KEY } : undefined
  const tls = given ?? (lan ? await ensureCertificate(dataDir, nodeIp) : undefined)
  // LiveKit's webhooks and our own health checks must not depend on a certificate nobody signed.
  const needsInternal = tls !== undefined || !['127.0.0.1', 'localhost', '0.0.0.0', '::'].includes(host)
  const internalPort = needsInternal ? port + 2 : undefined
  const shown = lan ? nodeIp : '127.0.0.1'
  return {
    host,
    port,
    nodeIp,
    tls,
    publicUrl: env.PUBLIC_URL || `${tls ? 'https' : 'http'}://${shown}:${port}`,
    internalPort,
    internalUrl: `http://127.0.0.1:${internalPort ?? port}`,
  }
}
