/** Text that must not be committed: places that exist on one machine only, and ways around our rules. */
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../setup/shell.mjs'

const CODE = /\.(ts|mts|vue|mjs|cjs|js)$/
const MAX_LINES = 400
const SELF = 'scripts/check/forbidden.mjs'

/** `in` limits a rule to some files. */
const RULES = [
  {
    what: 'a package registry',
    pattern: /registry\.npmjs|npmmirror|taobao\.org|pypi\.org|proxy\.golang|goproxy\.|verdaccio|artifactory/i,
  },
  {
    what: "a machine's path",
    pattern: /(^|[\s"'`(=:])\/(root\/\.|home\/\w|Users\/\w|work\/(main|shared|\.))/,
  },
  {
    what: 'a way around the type checker',
    pattern: /\bas any\b|@ts-(ignore|nocheck|expect-error)/,
    in: CODE,
  },
  { what: 'a way around the linter', pattern: /biome-ignore|eslint-disable/, in: CODE },
  { what: 'raw HTML', pattern: /\bv-html\b|\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML/, in: CODE },
  { what: 'waiting for time', pattern: /waitForTimeout/, in: /^e2e\// },
  {
    what: 'a test that does not run',
    pattern: /\b(it|test|describe)\.(only|skip|todo)\(/,
    in: /\.(test|spec)\.ts$/,
  },
  {
    what: 'chance or a clock of its own',
    pattern: /Date\.now\(\)|Math\.random\(\)/,
    in: /^api\/.*\.(usecases|store)\.ts$/,
  },
  { what: 'unfinished work', pattern: /\b(TODO|FIXME|XXX)\b/, in: CODE },
  {
    what: 'an address of a CDN',
    pattern: /(unpkg\.com|jsdelivr\.net|cdnjs\.cloudflare|fonts\.googleapis)/,
    in: /^(agent-console|citizen-widget|call-session|api)\//,
  },
]

function projectFiles() {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return list.split('\0').filter((file) => file && file !== SELF && isText(file))
}

function isText(file) {
  if (!/\.(ts|mts|vue|mjs|cjs|js|json|css|html|md|yaml|yml|sql|svg|example)$|\.npmrc$|^\.ci\//.test(file))
    return false
  try {
    return statSync(join(ROOT, file)).size < 2_000_000
  } catch {
    return false // listed by git, deleted on disk
  }
}

/** @returns {string[]} `file:line: what` */
export function findForbidden(file, text) {
  const lines = text.split('\n')
  const rules = RULES.filter((rule) => !rule.in || rule.in.test(file))
  const found = lines.flatMap((line, index) =>
    rules.filter((rule) => rule.pattern.test(line)).map((rule) => `${file}:${index + 1}: ${rule.what}`),
  )
  if (CODE.test(file) && lines.length > MAX_LINES)
    found.push(`${file}: ${lines.length} lines, at most ${MAX_LINES}`)
  return found
}

/** @returns {{ok: boolean, output: string}} */
export function checkForbidden() {
  const found = projectFiles().flatMap((file) => findForbidden(file, readFileSync(join(ROOT, file), 'utf8')))
  return { ok: found.length === 0, output: found.map((one) => `  ${one}`).join('\n') }
}
