import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { auditActions } from './audit-actions'

const root = join(import.meta.dirname, '../../../../..')
const files = readdirSync(join(root, 'api'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(root, 'api', name), 'utf8'))
const wordsOf = (locale: string): Record<string, Record<string, string>> =>
  JSON.parse(readFileSync(join(root, `agent-console/locales/${locale}/admin.json`), 'utf8')).audit.actions

/** What a call of `writeAudit` names as its action, and what the escalations' commands become. */
const written = new Set(
  files.flatMap((text) => [
    ...[...text.matchAll(/writeAudit\([\s\S]{0,200}?action: '([a-z_]+\.[a-z_]+)'/g)].map(
      (match) => match[1] ?? '',
    ),
    ...[...text.matchAll(/await audit\([^']*'([a-z_]+\.[a-z_]+)'/g)].map((match) => match[1] ?? ''),
  ]),
)

it('finds what the program writes into the log', () => {
  expect(written.size).toBeGreaterThan(40)
  expect([...written].filter((action) => !auditActions.some((known) => known === action))).toEqual([])
})

it.each(['zh-CN', 'en'])('has words for each action in %s', (locale) => {
  const words = wordsOf(locale)
  const without = auditActions.filter((action) => {
    const [group = '', name = ''] = action.split('.')
    return !words[group]?.[name]
  })
  expect(without).toEqual([])
})
