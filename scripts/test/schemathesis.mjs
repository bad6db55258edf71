/**
 * schemathesis against a running installation: thousands of well- and ill-formed requests made from
 * /api/openapi.json, once as a visitor and once as the administrator.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, capture, findOnPath, ROOT, say, words } from '../setup/shell.mjs'
import { startInstallation } from '../supervisor/installation.mjs'

const VENV = join(ROOT, '.cache', 'schemathesis', 'venv')
const PACKAGE = 'schemathesis>=4.3,<5'
const EXAMPLES = 15
/** Two or three minutes at most on two cores; a slower machine is slow and not wrong. */
const RUN_LIMIT_MS = 600_000
const INSTALL_LIMIT_MS = 180_000
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
]
/**
 * A stream never ends. Ids read from earlier answers are tried on later routes: the administrator signing out,
 * ending the own session or changing the own account would leave the rest of that run testing only 401. A
 * visitor cannot do any of it and tries them all.
 */
const EXCLUDED = { visitor: '/events$', admin: '/events$|/auth/logout$|/auth/sessions/|/agents/[{]id[}]$' }

/** The `st` program, installed on first use; or `{missing: why}`. */
async function ensureSchemathesis() {
  const st = join(VENV, 'bin', 'st')
  if (existsSync(st) && ask(st, ['--version'])) return { st }
  if (!findOnPath('python3')) return { missing: 'python3' }
  say('正在安装 schemathesis…', 'Installing schemathesis …')
  const venv = await capture('python3', ['-m', 'venv', VENV])
  if (venv.code !== 0) return { missing: `python3 -m venv: ${venv.output.trim().split('\n').at(-1)}` }
  const pip = await capture(join(VENV, 'bin', 'pip'), ['install', '--quiet', PACKAGE], {
    timeoutMs: INSTALL_LIMIT_MS,
  })
  if (pip.code !== 0) return { missing: `pip: ${pip.output.trim().split('\n').at(-1)}` }
  return { st }
}

async function postJson(url, body, origin) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(body),
  })
  if (!response.ok)
    throw new Error(`POST ${new URL(url).pathname}: ${response.status} ${await response.text()}`)
  return response
}

/** The headers each role sends with every request. */
async function credentials({ url, dataDir }) {
  const visitor = await (await postJson(`${url}/api/v1/visitors`, { site: 'demo' }, url)).json()
  const accounts = JSON.parse(readFileSync(join(dataDir, 'demo-accounts.json'), 'utf8'))
  const { username, password } = accounts.find((one) => one.username === 'admin1')
  const login = await postJson(`${url}/api/v1/auth/login`, { username, password }, url)
  const cookie = login.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return { visitor: [`Authorization: Bearer ${visitor.token}`], admin: [`Cookie: ${cookie}`] }
}

const OWN_PAGE = { visitor: '/api/v1/visitors/me', admin: '/api/v1/auth/me' }

/** If the run itself had ended its session, all that followed would have tested nothing but 401. */
async function isStillSignedIn(role, headers, url) {
  const pairs = headers.map((header) => header.split(/: (.*)/s).slice(0, 2))
  const response = await fetch(url + OWN_PAGE[role], { headers: Object.fromEntries(pairs) })
  if (response.ok) return true
  process.stderr.write(`✗ schemathesis: ${role} was signed out on the way (${response.status})\n`)
  return false
}

async function runAs(role, headers, st, url) {
  say(`schemathesis：${role}`, `schemathesis as ${role}`)
  const args = ['run', `${url}/api/openapi.json`, '--url', url, '--checks', CHECKS.join(',')]
  // One worker: CPython 3.11 counts the depth of its parser for all threads together and fails.
  args.push('--phases', 'examples,coverage,fuzzing', '--max-examples', String(EXAMPLES), '--workers', '1')
  args.push(
    '--exclude-path-regex',
    EXCLUDED[role],
    '--generation-database',
    'none',
    '--no-color',
    '--warnings',
    'off',
  )
  args.push('--suppress-health-check', 'all', '--seed', '20261121', '--request-timeout', '10')
  for (const header of [...headers, `Origin: ${url}`]) args.push('--header', header)
  const { code, output } = await capture(st, args, { timeoutMs: RUN_LIMIT_MS, cwd: tmpdir() })
  process.stdout.write(output)
  const ok = (await isStillSignedIn(role, headers, url)) && code === 0
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
}

export async function runSchemathesis({ livekit }) {
  const { st, missing } = await ensureSchemathesis()
  if (missing) {
    process.stdout.write(`! ${words('schemathesis 未运行', 'schemathesis: not run')} (${missing})\n`)
    return { passed: 0, failed: 0, skipped: 2 }
  }
  const open = []
  try {
    // Side by side, each role with an installation of its own: neither may take the other's ground away.
    for (const role of ['visitor', 'admin']) {
      const dataDir = mkdtempSync(join(tmpdir(), 'bangban-schema-'))
      const installation = await startInstallation({
        dataDir,
        livekit,
        quiet: true,
        env: { LOG_LEVEL: 'warn' },
      })
      open.push({ role, dataDir, installation })
    }
    const counts = await Promise.all(
      open.map(async ({ role, installation }) => {
        const headers = (await credentials(installation))[role]
        return runAs(role, headers, st, installation.internalUrl)
      }),
    )
    return {
      passed: counts.reduce((sum, each) => sum + each.passed, 0),
      failed: counts.reduce((sum, each) => sum + each.failed, 0),
      skipped: 0,
    }
  } finally {
    for (const { dataDir, installation } of open) {
      await installation.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  }
}
