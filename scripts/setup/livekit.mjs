/** Where the LiveKit server comes from: the first way that works, in the order docs promise. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { downloadRelease, LIVEKIT_VERSION } from './livekit-release.mjs'
import { findOnPath, isExecutable, PlainError, ROOT, run, say, warn } from './shell.mjs'

export const LIVEKIT_CACHE = join(ROOT, '.cache', 'livekit', `v${LIVEKIT_VERSION}`)

/**
 * @typedef {{kind: 'external', url: string, apiKey: string, apiSecret: string}
 *   | {kind: 'managed', binary: string, from: 'path' | 'cache' | 'release' | 'go'}
 *   | {kind: 'none', tried: string[]}} LiveKitSource
 */

/** All three or none: half a configuration is a mistake that must not silently start another server. */
export function externalLiveKit(env) {
  const { LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret } = env
  if (url && apiKey && apiSecret) return { kind: 'external', url, apiKey, apiSecret }
  if (url) {
    throw new PlainError(
      '已设置 LIVEKIT_URL，但缺少 LIVEKIT_API_KEY 或 LIVEKIT_API_SECRET。',
      'LIVEKIT_URL is set, but LIVEKIT_API_KEY or LIVEKIT_API_SECRET is missing.',
    )
  }
  return undefined
}

/** What is there already, without fetching or building. `go install` names the binary `server`. */
export function findLiveKit(env) {
  const external = externalLiveKit(env)
  if (external) return external
  const onPath = findOnPath('livekit-server')
  if (onPath) return { kind: 'managed', binary: onPath, from: 'path' }
  for (const name of ['livekit-server', 'server']) {
    const binary = join(LIVEKIT_CACHE, name)
    if (isExecutable(binary)) return { kind: 'managed', binary, from: 'cache' }
  }
  return undefined
}

async function buildWithGo() {
  say(
    `正在用 Go 编译 LiveKit v${LIVEKIT_VERSION}（仅首次，约几分钟）…`,
    `Building LiveKit v${LIVEKIT_VERSION} with Go (first time only, a few minutes) …`,
  )
  const code = await run(
    'go',
    ['install', `github.com/livekit/livekit-server/cmd/server@v${LIVEKIT_VERSION}`],
    {
      env: { GOBIN: LIVEKIT_CACHE, GOFLAGS: '-modcacherw', GOTOOLCHAIN: 'local' },
    },
  )
  if (code !== 0) throw new Error(`go install ended with ${code}`)
  return join(LIVEKIT_CACHE, 'server')
}

/**
 * Finds or gets a LiveKit server. Never throws for want of one: everything but video works without.
 * @returns {Promise<LiveKitSource>}
 */
export async function ensureLiveKit(env) {
  const found = findLiveKit(env)
  if (found) return found
  mkdirSync(LIVEKIT_CACHE, { recursive: true })
  const tried = ['LIVEKIT_URL', 'PATH']
  say(`正在下载 LiveKit v${LIVEKIT_VERSION}…`, `Fetching LiveKit v${LIVEKIT_VERSION} …`)
  try {
    return { kind: 'managed', binary: await downloadRelease(LIVEKIT_CACHE), from: 'release' }
  } catch (error) {
    tried.push(`release: ${error.cause?.code || error.message}`)
    say(`下载不可用（${tried.at(-1)}）。`, `Download not possible (${tried.at(-1)}).`)
  }
  if (findOnPath('go')) {
    try {
      return { kind: 'managed', binary: await buildWithGo(), from: 'go' }
    } catch (error) {
      tried.push(`go: ${error.message}`)
    }
  } else tried.push('go: not installed')
  warnWithoutVideo(tried)
  return { kind: 'none', tried }
}

export function warnWithoutVideo(tried) {
  warn(
    `没有 LiveKit：文字咨询照常工作，视频已关闭。请安装 livekit-server（放到 PATH）或 Go，或设置 LIVEKIT_URL。（${tried.join('；')}）`,
    `No LiveKit server: text help works, video is off. Put livekit-server on PATH, install Go, or set LIVEKIT_URL. (${tried.join('; ')})`,
  )
}
