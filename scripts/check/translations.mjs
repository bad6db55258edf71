/** Both languages say the same things, code asks only for what they say, and every error code has words. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, extname, join, relative } from 'node:path'
import { filesBelow } from '../setup/build.mjs'
import { ROOT } from '../setup/shell.mjs'

const FRONT_ENDS = ['agent-console', 'citizen-widget']
const LANGUAGES = ['zh-CN', 'en']

/** `{a: {b: 'x'}}` → `a.b`; a key may hold dots itself (error codes do). */
export function flatten(messages, prefix = '') {
  return Object.entries(messages).flatMap(([key, value]) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? flatten(value, `${prefix}${key}.`)
      : [[`${prefix}${key}`, value]],
  )
}

/** Loads TypeScript without a build: esbuild bundles it into a data: module. */
async function importTypeScript(file) {
  const { build } = await import('esbuild')
  const result = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
  })
  const code = Buffer.from(result.outputFiles[0].text).toString('base64')
  return import(`data:text/javascript;base64,${code}`)
}

async function loadFile(file) {
  if (extname(file) === '.json') return JSON.parse(readFileSync(file, 'utf8'))
  const module = await importTypeScript(file)
  return module.default ?? Object.values(module).find((value) => typeof value === 'object') ?? {}
}

/** A language is `locales/zh-CN.json|ts`, or a folder `locales/zh-CN/` whose file names are the prefixes. */
async function loadLanguage(frontEnd, language) {
  const base = join(ROOT, frontEnd, 'locales', language)
  for (const extension of ['.json', '.ts']) {
    if (existsSync(base + extension)) return new Map(flatten(await loadFile(base + extension)))
  }
  const messages = new Map()
  if (!existsSync(base) || !statSync(base).isDirectory()) return messages
  for (const name of readdirSync(base)) {
    const prefix = basename(name, extname(name))
    const loaded = await loadFile(join(base, name))
    for (const [key, value] of flatten(loaded, `${prefix}.`)) messages.set(key, value)
    // A feature's own `errors` are its API error codes: `tickets.json` says what `tickets.not_found` means.
    const errors = prefix === 'errors' ? {} : (loaded.errors ?? {})
    for (const [key, value] of flatten(errors, `errors.${prefix}.`)) messages.set(key, value)
  }
  return messages
}

/** Keys that code asks for with a literal: `t('a.b')`, `$t("a.b")`, `keypath="a.b"`, `titleKey: 'a.b'`. */
export function usedKeys(source) {
  const calls =
    /(?<![\w.])\$?t\(\s*'([\w.-]+)'|(?<![\w.])\$?t\(\s*"([\w.-]+)"|keypath="([\w.-]+)"|\b\w*[kK]ey:\s*'(\w+(?:\.[\w-]+)+)'/g
  return [...source.matchAll(calls)].map((match) => match[1] ?? match[2] ?? match[3] ?? match[4])
}

const PLURAL = /\.(zero|one|two|few|many|other)$/

/** The key without its plural category: languages have different ones. */
const baseOf = (key) => key.replace(PLURAL, '')

/** A plural must have every category its language knows: `other` in Chinese, `one` and `other` in English. */
function missingCategories(frontEnd, messages, language) {
  // The console's library writes plurals in one message, `a | b`.
  if (frontEnd !== 'citizen-widget') return []
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions()
  const plurals = new Set([...messages.keys()].filter((key) => key.endsWith('.other')).map(baseOf))
  // A sentence that never changes with the number has `other` alone.
  const changing = [...plurals].filter((base) =>
    pluralCategories.some((one) => one !== 'other' && messages.has(`${base}.${one}`)),
  )
  return changing.flatMap((base) =>
    pluralCategories
      .filter((category) => !messages.has(`${base}.${category}`))
      .map((category) => `${frontEnd}: ${language} lacks ${base}.${category}`),
  )
}

function compareLanguages(frontEnd, [first, second]) {
  const problems = []
  for (const [mine, other, name] of [
    [first, second, LANGUAGES[1]],
    [second, first, LANGUAGES[0]],
  ]) {
    const known = new Set([...other.keys()].map(baseOf))
    for (const key of mine.keys())
      if (!known.has(baseOf(key))) problems.push(`${frontEnd}: ${name} lacks ${key}`)
    problems.push(...missingCategories(frontEnd, other, name))
  }
  for (const [key, value] of first) if (value === '') problems.push(`${frontEnd}: ${key} is empty`)
  return problems
}

/**
 * Codes a citizen can meet need words in the panel; what only agents or other programs can cause falls to
 * `errors.unknown` there.
 */
const CITIZEN_CODES =
  /^(visitors|calls|documents|sites|service_items|consultations)\.|^request\.(too_many|too_large|unavailable|internal)$|^auth\.required$/
const AGENT_ONLY = new Set([
  'sites.key_taken',
  'service_items.retired',
  'service_items.name_taken',
  'consultations.already_taken',
  'consultations.not_owner',
  'consultations.wrap_up_incomplete',
  'documents.size_mismatch',
])

const needsWords = (frontEnd, code) =>
  frontEnd !== 'citizen-widget' || (CITIZEN_CODES.test(code) && !AGENT_ONLY.has(code))

/** `{name}` in one language and not in the other is a hole in somebody's sentence. */
export function placeholders(text) {
  return [...String(text).matchAll(/\{(\w+)\}/g)]
    .map((match) => match[1])
    .sort()
    .filter((name, i, all) => name !== all[i - 1])
}

function comparePlaceholders(frontEnd, [first, second]) {
  return [...first].flatMap(([key, value]) => {
    if (!second.has(key) || typeof value !== 'string') return []
    const same = placeholders(value).join() === placeholders(second.get(key)).join()
    return same ? [] : [`${frontEnd}: ${key} has different placeholders`]
  })
}

function unknownKeys(frontEnd, messages) {
  const known = new Set(messages.keys())
  // A plural is `key.one`, `key.other`: code asks for `key`.
  for (const key of messages.keys()) known.add(key.replace(/\.(zero|one|two|few|many|other)$/, ''))
  return filesBelow(frontEnd)
    .filter((file) => /\.(ts|vue)$/.test(file) && !file.includes('/locales/'))
    .flatMap((file) =>
      usedKeys(readFileSync(join(ROOT, file), 'utf8'))
        .filter((key) => !known.has(key))
        .map((key) => `${relative(ROOT, join(ROOT, file))}: no translation for ${key}`),
    )
}

/** @returns {Promise<{ok: boolean, output: string}>} */
export async function checkTranslations() {
  const { errorCodes } = await importTypeScript(join(ROOT, 'contract', 'error-codes.ts'))
  const problems = []
  for (const frontEnd of FRONT_ENDS) {
    const languages = await Promise.all(LANGUAGES.map((language) => loadLanguage(frontEnd, language)))
    if (languages[0].size === 0) problems.push(`${frontEnd}: no ${LANGUAGES[0]} messages found`)
    problems.push(...compareLanguages(frontEnd, languages), ...comparePlaceholders(frontEnd, languages))
    problems.push(...unknownKeys(frontEnd, languages[0]))
    for (const code of Object.keys(errorCodes)) {
      if (needsWords(frontEnd, code) && !languages[0].has(`errors.${code}`))
        problems.push(`${frontEnd}: no words for the error ${code}`)
    }
  }
  return { ok: problems.length === 0, output: problems.map((one) => `  ${one}`).join('\n') }
}
