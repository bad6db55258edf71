/** node_modules as package-lock.json says, and a better-sqlite3 that loads in this Node.js. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PlainError, ROOT, run, say } from './shell.mjs'

const STAMP = join(ROOT, 'node_modules', '.bangban-lock')
/** Warnings about other people's packages frighten whoever starts this for the first time; errors are shown. */
const quiet = ['--no-audit', '--no-fund', '--loglevel=error']
const INSTALLED = join('node_modules', '.package-lock.json')

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
}

function readLock(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages
}

/** True when npm itself (`npm install` by a developer) has already put there what the lock file says. */
function doesInstalledMatchLock() {
  if (!existsSync(join(ROOT, INSTALLED))) return false
  const installed = readLock(INSTALLED)
  return Object.entries(readLock('package-lock.json')).every(([path, wanted]) => {
    if (path === '') return true
    // Optional packages of other platforms are in the lock file and rightly absent.
    if (!installed[path]) return Boolean(wanted.optional || wanted.peer)
    return installed[path].version === wanted.version
  })
}

export function arePackagesCurrent() {
  const hash = lockHash()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8').trim() === hash) return true
  if (!doesInstalledMatchLock()) return false
  writeFileSync(STAMP, `${hash}\n`)
  return true
}

/** better-sqlite3 is native code: it can be there and yet be built for another Node.js. */
export function doesSqliteLoad() {
  const code = "const D = require('better-sqlite3'); new D(':memory:').exec('select 1')"
  return spawnSync(process.execPath, ['-e', code], { cwd: ROOT, stdio: 'ignore' }).status === 0
}

export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new PlainError(
    `需要 Node.js 20.19 或更新版本，当前是 ${process.versions.node}。`,
    `Node.js 20.19 or newer is needed; this is ${process.versions.node}.`,
  )
}

export async function ensurePackages() {
  requireNode()
  if (!arePackagesCurrent()) {
    say('正在安装依赖包（npm ci）…', 'Installing packages (npm ci) …')
    // Development packages are part of the set-up: the front-end is built here.
    let code = await run('npm', ['ci', ...quiet, '--include=dev'])
    // `npm ci` refuses a lock file without other platforms' optional packages, which some registries lack.
    if (code !== 0) code = await run('npm', ['install', '--no-save', ...quiet, '--include=dev'])
    if (code !== 0)
      throw new PlainError('依赖包安装失败，原因见上面的 npm 输出。', 'npm ci failed; npm says why above.')
    writeFileSync(STAMP, `${lockHash()}\n`)
  }
  if (doesSqliteLoad()) return
  say('正在为当前 Node.js 重新编译 better-sqlite3…', 'Rebuilding better-sqlite3 for this Node.js …')
  await run('npm', ['rebuild', 'better-sqlite3'])
  if (!doesSqliteLoad()) {
    throw new PlainError(
      'better-sqlite3 无法加载：请安装 C++ 编译器和 Python 3 后重试（Debian: build-essential python3）。',
      'better-sqlite3 does not load: install a C++ compiler and Python 3, then try again (Debian: build-essential python3).',
    )
  }
}
