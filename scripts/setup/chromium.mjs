/** A Chromium for the browser journeys and for doctor's media check. */
import { existsSync, readFileSync } from 'node:fs'
import { findOnPath, isExecutable, run, say, words } from './shell.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge']
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Playwright's own download, when somebody has fetched it. */
async function playwrightChromium() {
  try {
    const { chromium } = await import('playwright-core')
    const path = chromium.executablePath()
    return existsSync(path) ? path : undefined
  } catch {
    return undefined // packages are not installed yet
  }
}

/** @returns {Promise<string | undefined>} path of a Chromium that is there already */
export async function findChromium(env = process.env) {
  if (env.CHROMIUM_PATH && isExecutable(env.CHROMIUM_PATH)) return env.CHROMIUM_PATH
  for (const name of NAMES) {
    const path = findOnPath(name)
    if (path) return path
  }
  return PLACES.find(isExecutable) || playwrightChromium()
}

function isDebian() {
  if (!existsSync('/etc/os-release')) return false
  return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'))
}

/** Only `npm test` calls this: tests may install, the program never does. */
export async function ensureChromium(env = process.env) {
  const found = await findChromium(env)
  if (found) return found
  if (isDebian() && process.getuid?.() === 0 && findOnPath('apt-get')) {
    say('正在安装 Chromium 和中文字体（apt-get）…', 'Installing Chromium and a Chinese font (apt-get) …')
    const quiet = { env: { DEBIAN_FRONTEND: 'noninteractive' } }
    await run('apt-get', ['update', '-qq'], quiet)
    await run(
      'apt-get',
      ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'],
      quiet,
    )
  }
  return findChromium(env)
}

export function howToGetChromium() {
  return words(
    '未找到 Chromium：请安装（Debian/Ubuntu: apt-get install chromium fonts-noto-cjk；或 npx playwright install chromium），或用 CHROMIUM_PATH 指定。',
    'No Chromium found: install one (Debian/Ubuntu: apt-get install chromium fonts-noto-cjk; or npx playwright install chromium), or name it in CHROMIUM_PATH.',
  )
}
