/** The pinned LiveKit release: its archive is fetched once and must match the release's own SHA-256 list. */
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './shell.mjs'

export const LIVEKIT_VERSION = '1.13.5'
const BASE = `https://github.com/livekit/livekit/releases/download/v${LIVEKIT_VERSION}`
const CONNECT_MS = 5_000
const DOWNLOAD_MS = 180_000

const PLATFORMS = { linux: 'linux', darwin: 'darwin' }
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' }

/** @returns {string | undefined} the archive's name, or undefined where the project publishes none */
export function releaseArchive(platform = process.platform, arch = process.arch) {
  if (!PLATFORMS[platform] || !ARCHITECTURES[arch]) return undefined
  return `livekit_${LIVEKIT_VERSION}_${PLATFORMS[platform]}_${ARCHITECTURES[arch]}.tar.gz`
}

/** Finds a file's hash in the usual `HASH  NAME` list. */
export function hashFromList(list, name) {
  for (const line of list.split('\n')) {
    const match = /^([0-9a-f]{64})\s+\*?(\S+)\s*$/i.exec(line)
    if (match && match[2] === name) return match[1].toLowerCase()
  }
  return undefined
}

async function get(url, timeoutMs) {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'follow' })
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`)
  return response
}

/**
 * Puts the release's binary into `folder`. Throws when there is no network, no such archive, or when the
 * hash differs; nothing unverified is ever left where it could be run.
 */
export async function downloadRelease(folder) {
  const archive = releaseArchive()
  if (!archive) throw new Error(`no release for ${process.platform}/${process.arch}`)
  const list = await (await get(`${BASE}/checksums.txt`, CONNECT_MS)).text()
  const expected = hashFromList(list, archive)
  if (!expected) throw new Error(`${archive} is not in the release's checksums.txt`)
  const bytes = Buffer.from(await (await get(`${BASE}/${archive}`, DOWNLOAD_MS)).arrayBuffer())
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual !== expected) throw new Error(`SHA-256 of ${archive} is ${actual}, expected ${expected}`)
  return unpack(folder, bytes)
}

async function unpack(folder, bytes) {
  const work = join(folder, `unpack-${process.pid}`)
  mkdirSync(work, { recursive: true })
  try {
    writeFileSync(join(work, 'archive.tar.gz'), bytes)
    if ((await run('tar', ['-xzf', 'archive.tar.gz', 'livekit-server'], { cwd: work })) !== 0)
      throw new Error('the archive could not be unpacked')
    const binary = join(folder, 'livekit-server')
    chmodSync(join(work, 'livekit-server'), 0o755)
    renameSync(join(work, 'livekit-server'), binary)
    writeFileSync(join(folder, 'sha256'), createHash('sha256').update(readFileSync(binary)).digest('hex'))
    return binary
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}
